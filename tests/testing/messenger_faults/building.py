"""Faults of messengers while they are built: they accept what leaves them open. Each class says what its author did."""

from collections.abc import Mapping
from pathlib import Path

from tests.testing.messenger_faults.bot import Bot, CalledBot

from anninh_core.kernel.errors import ConfigurationError


class SecretIsThere(CalledBot):
    """The secret has to be given; whether it is empty isn't checked."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        if options.get("secret") == "":
            return super().check_options({**options, "secret": "not empty"}) | {"secret": ""}
        return super().check_options(options)


class SecretOfSpaces(CalledBot):
    """An empty secret is refused, and one of nothing but spaces is taken."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        secret = options.get("secret", "")
        if secret and not secret.strip():
            return super().check_options({**options, "secret": "not blank"}) | {"secret": secret}
        return super().check_options(options)


class EmptyFile(CalledBot):
    """The file of a secret is read as it is, be it empty."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        if "secret_file" not in options:
            return super().check_options(options)
        others = {name: value for name, value in options.items() if name != "secret_file"}
        return super().check_options({**others, "secret": "not empty"}) | {
            "secret": Path(options["secret_file"]).read_text(encoding="utf-8")
        }


class EmptyToken(CalledBot):
    """The webhook's secret is checked, the token isn't."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        return super().check_options({**options, "token": options.get("token") or "not empty"})


class WithoutTheName(CalledBot):
    """A blank secret is refused without a word of which option it is."""

    def check_options(self, options: Mapping[str, str]) -> dict[str, str]:
        try:
            return super().check_options(options)
        except ConfigurationError:
            problem = "an option is wrong"
        raise ConfigurationError(problem)


class IgnoresOptions(CalledBot):
    """Only what it knows is taken from the options, and the rest isn't looked at."""

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
"""Faulty messenger -> number of the rule that has to find it."""
