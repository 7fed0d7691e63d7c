"""The options of an official account, from the settings."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.api.http import BASES
from anninh_zalo.errors.classify import Host
from anninh_zalo.oauth.pkce import validate_verifier
from anninh_zalo.secrets import Secret, accepted_options
from anninh_zalo.sending.text_split import LIMIT, NUMBERING, validate_numbering
from anninh_zalo.webhook.deduplication import parse_max_age

_HOSTS: Mapping[str, Host] = {"oauth": Host.OAUTH, "openapi": Host.OPENAPI, "business": Host.BUSINESS}


def _split_list(value: Any) -> Any:
    return tuple(filter(None, (item.strip() for item in value.split(",")))) if isinstance(value, str) else value


def _parse_switch(value: Any) -> Any:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


_Id = Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
_List = Annotated[tuple[str, ...], BeforeValidator(_split_list)]
_Switch = Annotated[Literal[True, False], BeforeValidator(_parse_switch)]
_Proxy = Annotated[str, Field(repr=False, pattern=r"^$|^https?://[!-~]+$")]
_Address = Annotated[str, Field(pattern=r"^https?://[^\s?#]*[^\s?#/]$")]


class AccountOptions(BaseModel):
    """Options of an official account. All are texts in the settings; lists have commas, switches are `yes` or `no`.

    Attributes:
        app_id: id of the application in Zalo's developer console.
        app_secret: the application's secret, needed to request tokens.
        oa_id: id of the official account.
        oa_secret: the OA Secret Key, shown next to the webhook's address in the console; it signs events.
        other_oa_secret: a second accepted key, while one replaces the other. By some accounts of the platform events
            are signed with the application's secret instead: then give that one here.
        redirect_uri: callback address of the administrator's browser, exactly as in the console; for `anninh zalo
            login` only.
        verifier: the secret of a fixed PKCE pair, if the console holds the challenge; a new one for each login if not
            given.
        state_may_miss: accept a callback without the state that was sent. Sources contradict each other on whether Zalo
            sends it back; a wrong one is never accepted.
        appsecret_proof: send a proof of the secret with each call, for applications that require it.
        admins: user ids of the account's administrators who are in every group; Zalo wants at least one.
        asset: size of the groups' assets, `gmf10`, `gmf50`, `gmf100` or `gmf1000`; the smallest free one if not given.
        group_name_limit: maximum number of characters of a group's name; 30 by a single source.
        group_captions: a picture with a short text goes to a group as one message. Sources show it one-to-one; where a
            group shows the picture alone, choose `no`: then the text goes first, in a message of its own.
        text_limit: longest text of a message; longer ones are split.
        text_count: how characters are counted: `utf16` (an emoji counts 2) or `points`. Zalo doesn't document it.
        numbering: prefix of each part of a split text, with `{n}` and `{total}`; empty for none.
        max_age: events older than so many hours are refused; 0 for any age. At least 2, because Zalo repeats
            deliveries.
        per_minute: messages a minute unless the settings name a `pace`. The smallest package reportedly allows 100.
        reserve: messages of a full minute, and of the package's month, that are kept for emergencies and receipts.
        history: read Zalo's history to find missed events, and the outcome of messages without a response.
        catch_up_minutes: interval between two reads of the history.
        media_hosts: more hosts from which media are fetched, besides Zalo's own.
        domain_file: path of the domain verification file `zalo_verifier….html` for Zalo.
        proxy: address of an HTTP proxy.
        base: addresses of the hosts (`base.oauth`, `base.openapi`, `base.business`), for the pretend Zalo.
        template: `template.<purpose>` is the id of the approved template that replaces a message of this purpose
            outside of the window, `template.<purpose>.<parameter>` the value of a parameter.
        phone_template: the same by telephone number; defaults to `template`.
        template_recipient: how a template names its user: `bare`, or `inside` of a recipient, as one source has it.
        development: send templates by telephone to the account's administrators only, at no cost, for tests.
        wording: words of the profile.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    app_id: _Id
    app_secret: Secret
    oa_id: _Id
    oa_secret: Secret
    other_oa_secret: Secret = ""
    redirect_uri: str = ""
    verifier: Secret = ""
    state_may_miss: _Switch = False
    appsecret_proof: _Switch = False
    admins: _List = ()
    asset: Literal["", "gmf10", "gmf50", "gmf100", "gmf1000"] = ""
    group_name_limit: int = Field(default=30, ge=10, le=500)
    group_captions: _Switch = True
    text_limit: int = Field(default=LIMIT, ge=100, le=LIMIT)
    text_count: Literal["utf16", "points"] = "utf16"
    numbering: str = NUMBERING
    max_age: str = ""
    per_minute: float = Field(default=80, gt=0, le=4000)
    reserve: int = Field(default=10, ge=0, le=1000)
    history: _Switch = True
    catch_up_minutes: float = Field(default=10, ge=1, le=1440)
    media_hosts: _List = ()
    domain_file: str = ""
    proxy: _Proxy = ""
    base: dict[Literal["oauth", "openapi", "business"], _Address] = Field(default_factory=dict)
    template: dict[str, str] = Field(default_factory=dict)
    phone_template: dict[str, str] = Field(default_factory=dict)
    template_recipient: Literal["bare", "inside"] = "bare"
    development: _Switch = False
    wording: dict[str, str] = Field(default_factory=dict)

    @property
    def oa_secrets(self) -> tuple[str, ...]:
        """The secrets that sign events, the likelier first."""
        return tuple(filter(None, (self.oa_secret, self.other_oa_secret)))

    @property
    def bases(self) -> Mapping[Host, str]:
        """The base address of each of Zalo's hosts."""
        return {**BASES, **{_HOSTS[name]: address for name, address in self.base.items()}}

    @field_validator("verifier")
    @classmethod
    def _check_verifier(cls, value: str) -> str:
        return validate_verifier(value, "verifier")

    @field_validator("numbering")
    @classmethod
    def _check_numbering(cls, value: str) -> str:
        return validate_numbering(value)

    @field_validator("max_age")
    @classmethod
    def _check_max_age(cls, value: str) -> str:
        parse_max_age(value, "max_age")
        return value

    @model_validator(mode="after")
    def _check_reserve(self) -> Self:
        if self.reserve >= self.per_minute:
            raise ValueError(f"a reserve of {self.reserve} of {self.per_minute:g} a minute lets nothing else leave")
        return self


ACCEPTED = accepted_options(AccountOptions)


def read_options(instance: str, options: Mapping[str, str]) -> AccountOptions:
    """Parse the options of a messenger instance.

    Raises:
        ConfigurationError: an option is missing, unknown or wrong; the message names it, never the content of a secret.
    """
    values = ACCEPTED.read(f"messenger {instance!r}", options)
    nested: dict[str, Any] = {}
    for name, value in values.items():
        family, dot, key = name.partition(".")
        if dot:
            nested.setdefault(family, {})[key] = value
        else:
            nested[name] = value
    try:
        return AccountOptions.model_validate(nested)
    except ValidationError as error:
        first_error = error.errors(include_input=False, include_url=False)[0]
        misfit = ConfigurationError(
            "The options of messenger {messenger!r} don't fit ({reason}): correct them.",
            messenger=instance,
            reason=_describe_error(first_error),
        )
    except ConfigurationError as error:
        misfit = ConfigurationError(
            "The options of messenger {messenger!r} don't fit. {reason}", messenger=instance, reason=error.sentence
        )
    raise misfit


def _describe_error(error: Any) -> str:
    name = ".".join(map(str, error["loc"])) or "options"
    return f"option {name}: {error['msg']}"
