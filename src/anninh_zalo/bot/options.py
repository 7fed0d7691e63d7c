"""The options of a bot, checked when it is built. No error shows a token or secret."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.secrets import Secret, accepted_options

BASE = "https://bot-api.zaloplatforms.com"
"""Base address of the bot API; the older https://bot-api.zapps.me still answered in August 2026."""


class UpdateMode(Enum):
    """How a bot receives updates: by polling or by webhook. Zalo allows one of them at a time."""

    POLLING = "polling"
    WEBHOOK = "webhook"


def _check_token(token: str) -> str:
    number, _, secret = token.partition(":")
    if not (
        number.isascii()
        and number.isdecimal()
        and secret
        and _is_printable_ascii(secret)
        and not set("/?#%\\") & set(secret)
    ):
        raise ValueError("it is a number, a colon and a secret; copy it from the message of Zalo Bot Manager")
    return token


def _check_secret(secret: str) -> str:
    if secret and not (8 <= len(secret) <= 256 and _is_printable_ascii(secret)):
        raise ValueError("it has 8 to 256 letters, digits or signs, without spaces; make a new one")
    return secret


def _check_base(address: str) -> str:
    loopback = address.startswith(("http://127.0.0.1", "http://localhost"))
    if not (address.startswith("https://") or loopback) or not _is_printable_ascii(address):
        raise ValueError(f"it begins with https://; leave it out for {BASE}")
    return address.rstrip("/")


def _check_proxy(address: str) -> str:
    if address and not (address.startswith(("http://", "https://")) and _is_printable_ascii(address)):
        raise ValueError("it begins with http:// or https://; leave it out for none")
    return address


def _is_printable_ascii(text: str) -> bool:
    """Return whether a text has printable ASCII only, and no spaces, so that it can go into an address or a header."""
    return text.isascii() and text.isprintable() and " " not in text


class BotOptions(BaseModel):
    """Options of a bot.

    Attributes:
        token: `<number>:<secret>`; also as `token_file`, the path of a file with it.
        mode: `polling` calls Zalo for events, `webhook` receives them from Zalo.
        secret: value that Zalo sends in a header of each webhook call, 8 to 256 characters; also as `secret_file`.
        base: address of the API.
        groups: whether the bot takes part in groups, which is a beta of Zalo's.
        media_hosts: hosts, separated by commas, from which people's attachments are fetched. The hosts of bots' files
            aren't known: without this option nothing is fetched, and the links remain until they expire.
        proxy: address of a proxy, "" for none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: Annotated[Secret, AfterValidator(_check_token)]
    mode: UpdateMode = UpdateMode.POLLING
    secret: Annotated[Secret, AfterValidator(_check_secret)] = ""
    base: Annotated[str, AfterValidator(_check_base)] = BASE
    groups: bool = False
    media_hosts: str = ""
    proxy: Annotated[str, AfterValidator(_check_proxy)] = Field(default="", repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts from which files may be fetched."""
        return tuple(filter(None, (host.strip() for host in self.media_hosts.split(","))))

    @model_validator(mode="after")
    def _check_secret_given(self) -> Self:
        if self.mode is UpdateMode.WEBHOOK and not self.secret:
            raise ValueError("mode = webhook needs a secret (or secret_file): whoever calls without it isn't Zalo")
        return self

    @classmethod
    def parse(cls, instance: str, options: Mapping[str, str]) -> Self:
        """Check the options of an instance.

        Raises:
            ConfigurationError: an option is missing, wrong, unknown or in a file that can't be read; the message names
                it.
        """
        try:
            return cls.model_validate(ACCEPTED.read(f"messenger {instance!r}", options))
        except ValidationError as error:
            first_error = error.errors(include_url=False, include_input=False)[0]
            name = ".".join(map(str, first_error["loc"]))
            reason = first_error["ctx"]["error"] if first_error["type"] == "value_error" else first_error["msg"]
            problem = f"option {name}: {reason}" if name else str(reason)
        raise ConfigurationError(
            "The options of messenger {messenger!r} don't fit ({reason}): correct them.",
            messenger=instance,
            reason=problem,
        )


ACCEPTED = accepted_options(BotOptions)
