"""Options that an adapter accepts: its class declares them, the core checks them before building the adapter."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import frozen

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import is_blank, suggest_name

FILE_SUFFIX = "_file"
"""Suffix of an option's name: `NAME_file` is the path of a file that contains the secret `NAME`."""


@frozen(kw_only=True)
class AcceptedOptions:
    """The options of an adapter, which its class declares as `accepted_options`.

    Each secret may also be given as `NAME_file`, the path of a file that contains it: `read` returns it under `NAME`.

    Attributes:
        required: must be given and not blank.
        optional: may be omitted.
        secrets: required, and secret.
        optional_secrets: secret; may be omitted, but not blank.
        families: prefixes with a dot at the end, such as `wording.`; each accepts any name after it.
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    optional_secrets: tuple[str, ...] = ()
    families: tuple[str, ...] = ()

    @property
    def all_secrets(self) -> tuple[str, ...]:
        """Names of the secret options, the required ones first."""
        return (*self.secrets, *self.optional_secrets)

    def read(self, owner: str, options: Mapping[str, str]) -> dict[str, str]:
        """Check the options and return them, with secrets from files under their own names.

        Args:
            owner: the adapter as named in errors, such as `messenger 'sms'`.
            options: options from the settings. A result of `read` can be read again.

        Raises:
            ConfigurationError: an option is unknown or missing, a required one or a secret is blank, a secret is given
                twice, or its file can't be read. The message names the option, never its value or path.
        """
        self._refuse_unknown(owner, options)
        values = dict(options)
        for name in self.all_secrets:
            if name + FILE_SUFFIX in values:
                values[name] = self._read_file(owner, name, values)
                del values[name + FILE_SUFFIX]
            elif name in values and is_blank(values[name]):
                raise ConfigurationError(
                    "The secret {option!r} of {owner} is empty: give its value, or set {file_option!r} to "
                    "the path of a file that holds it; if the secret is optional, you can remove it.",
                    owner=owner,
                    option=name,
                    file_option=name + FILE_SUFFIX,
                )
        for name in (*self.required, *self.secrets):
            if is_blank(values.get(name, "")):
                raise ConfigurationError(
                    "A required option of {owner} is missing or empty: set {options}.",
                    owner=owner,
                    options=f"{name!r} / {name + FILE_SUFFIX!r}" if name in self.secrets else repr(name),
                )
        return values

    def _refuse_unknown(self, owner: str, options: Iterable[str]) -> None:
        names = [*self.required, *self.optional]
        for secret in self.all_secrets:
            names += [secret, secret + FILE_SUFFIX]
        for option in options:
            if option in names or self._is_in_family(option):
                continue
            _, _, rest = option.partition(".")
            accepted = [*names, *(f"{family}…" for family in self.families)]
            raise ConfigurationError(
                "{owner} has no option {option!r}{suggestion}: correct the name, or remove the option. "
                "Allowed options: {allowed}.",
                owner=owner,
                option=option,
                suggestion=suggest_name(option, [*names, *(family + rest for family in self.families)]),
                allowed=tuple(accepted),
            )

    def _is_in_family(self, option: str) -> bool:
        return any(option.startswith(family) and option != family for family in self.families)

    def _read_file(self, owner: str, name: str, options: Mapping[str, str]) -> str:
        """Return the content of a secret's file, without surrounding white space."""
        option = name + FILE_SUFFIX
        if name in options:
            raise ConfigurationError(
                "{owner} has both {option!r} and {file_option!r}: keep only one of them.",
                owner=owner,
                option=name,
                file_option=option,
            )
        try:
            secret = Path(options[option]).read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError) as error:
            problem = Sentence(
                "the file of {option} can't be read ({reason}), so name a file that holds the secret",
                option=option,
                reason=type(error).__name__,
            )
        else:
            if not is_blank(secret):
                return secret
            problem = Sentence("the file of {option} is empty, so write the secret into it", option=option)
        raise ConfigurationError(
            "A secret of {owner} can't be read from its file: {reason}.", owner=owner, reason=problem
        )  # The error is raised outside the handler, because its cause would contain the path.


def read_options(adapter: object, owner: str, options: Mapping[str, str]) -> dict[str, str]:
    """Return the options for an adapter's class or factory, checked if it declares `accepted_options`.

    Raises:
        ConfigurationError: see `AcceptedOptions.read`.
    """
    accepted: AcceptedOptions | None = getattr(adapter, "accepted_options", None)
    return dict(options) if accepted is None else accepted.read(owner, options)
