"""Faults of messengers while they are built: they accept unsafe options. Each docstring names the fault."""

from collections.abc import Mapping
from pathlib import Path

from tests.testing.messenger_faults.bot import Bot, CalledBot

from anninh_core.kernel.errors import ConfigurationError


class SecretIsThere(CalledBot):
    """The secret must be given, but may be empty."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        if options.get("secret") == "":
            return super().check_options({**options, "secret": "not empty"}) | {"secret": ""}
        return super().check_options(options)


class SecretOfSpaces(CalledBot):
    """An empty secret is refused, but one of spaces is accepted."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        secret = options.get("secret", "")
        if secret and not secret.strip():
            return super().check_options({**options, "secret": "not blank"}) | {"secret": secret}
        return super().check_options(options)


class EmptyFile(CalledBot):
    """An empty secret file is accepted."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        if "secret_file" not in options:
            return super().check_options(options)
        others = {name: value for name, value in options.items() if name != "secret_file"}
        return super().check_options({**others, "secret": "not empty"}) | {
            "secret": Path(options["secret_file"]).read_text(encoding="utf-8")
        }


class EmptyToken(CalledBot):
    """The webhook's secret is checked, but not the token."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        return super().check_options({**options, "token": options.get("token") or "not empty"})


class WithoutTheName(CalledBot):
    """A blank secret is refused without the option's name."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        try:
            return super().check_options(options)
        except ConfigurationError:
            problem = "an option is wrong"
        raise ConfigurationError(problem)


class IgnoresOptions(CalledBot):
    """Unknown options are ignored."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        return super().check_options({name: options[name] for name in ("token", "secret") if name in options})


class CountsOptions(CalledBot):
    """An unknown option is refused without its name."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        if len(options) > len(self.accepted_options.secrets):
            raise ConfigurationError("there are too many options; it takes token and secret")
        return super().check_options(options)


class RepeatsTheValue(CalledBot):
    """The refusal of a misspelt option repeats its value, which may be the secret."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        try:
            return super().check_options(options)
        except ConfigurationError as error:
            problem = f"{error}: {dict(options)}"
        raise ConfigurationError(problem)


FAULTS: Mapping[type[Bot], str] = {
    SecretIsThere: "M-124",
    SecretOfSpaces: "M-124",
    EmptyFile: "M-124",
    EmptyToken: "M-124",
    WithoutTheName: "M-124",
    IgnoresOptions: "M-125",
    CountsOptions: "M-125",
    RepeatsTheValue: "M-125",
}
"""Faulty messenger -> number of the rule that must find its fault."""
