"""What Zalo tells about templates: which there are, what fills them, how many may be sent, what became of one sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.api.answers import object_of, objects_of
from anninh_zalo.api.calls import Asks, get
from anninh_zalo.errors.classify import Host
from anninh_zalo.webhook.values import as_moment, as_text

PAGE = 100
"""Most templates that one answer lists."""

_STATES: Mapping[str, str] = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}


_STATE = re.compile("[A-Z_]{1,40}")
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]{0,59}")


@frozen(kw_only=True)
class Parameter:
    """A field of a template.

    Attributes:
        most: longest value in characters, 0 where that isn't told.
        least: shortest value.
    """

    name: str
    required: bool = True
    may_be_empty: bool = False
    most: int = 0
    least: int = 0

    @property
    def shown(self) -> str:
        """The name as errors have it: one that isn't such as Zalo gives could be anything."""
        return self.name if _NAME.fullmatch(self.name) else "…"

    def problem(self, value: str | None) -> str:
        """Return what is wrong with a value (None: none is given), "" if it fits. Nothing of the value is in it."""
        if value is None or not value:
            missing = self.required and not (value is not None and self.may_be_empty)
            return f"its field {self.shown!r} would be empty" if missing else ""
        if self.most and len(value) > self.most:
            return f"its field {self.shown!r} takes {self.most} characters, not {len(value)}"
        if len(value) < self.least:
            return f"its field {self.shown!r} takes at least {self.least} characters, not {len(value)}"
        return ""


@frozen(kw_only=True)
class Template:
    """A template as Zalo has it.

    Attributes:
        state: ENABLE, PENDING_REVIEW, REJECT or DISABLE.
        price: of one message in dong, as Zalo writes it; "" where that isn't told.
        quality: HIGH, MEDIUM, LOW or UNDEFINED: a low one will be disabled.
        fields: its parameters; empty in a list of templates.
    """

    id: str
    name: str
    state: str
    price: str = ""
    quality: str = ""
    fields: tuple[Parameter, ...] = ()

    @property
    def enabled(self) -> bool:
        """Whether it may be sent."""
        return self.state == "ENABLE"

    def fitting(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the values that are sent: those without words are left out where the template does without.

        Raises:
            RequestRejected: a value is missing, too long or too short; the parameter is named, never the value.
        """
        for field in self.fields:
            if problem := field.problem(values.get(field.name)):
                raise RequestRejected(f"template {self.id} doesn't fit: {problem}; change its options or the template")
        spared = {field.name for field in self.fields if not field.required}
        return {name: value for name, value in values.items() if value or name not in spared}


@frozen
class Quota:
    """How many messages by template the account may send on this day in all, and how many are left."""

    daily: int
    left: int


class Arrival(Enum):
    """What became of a message to a telephone number."""

    UNKNOWN = "-1"
    UNDER_WAY = "0"
    ARRIVED = "1"


@frozen
class Fate:
    """What became of a message to a telephone number, and when it arrived, if it did and that is told."""

    arrival: Arrival
    at: datetime | None = None


class Catalogue:
    """Asks about templates. All methods raise `DeliveryError` only, and change nothing."""

    def __init__(self, api: Asks) -> None:
        self._api = api

    def all(self) -> Sequence[Template]:
        """Return the account's templates, without their parameters."""
        found: dict[str, Template] = {}
        offset = 0
        while True:
            page = [_template(one) for one in objects_of(self._asked("/template/all", offset=offset, limit=PAGE))]
            known, offset = len(found), offset + len(page)
            found |= {one.id: one for one in page}
            if len(page) < PAGE or len(found) == known:  # a list that begins anew for each page has no end
                return [*found.values()]

    def info(self, id: str) -> Template:
        """Return a template with its parameters; `RequestRejected` if there is none of this id."""
        return _template(object_of(self._asked("/template/info/v2", template_id=id)))

    def quota(self) -> Quota:
        """Return today's quota."""
        data = object_of(self._asked("/message/quota"))
        return Quota(_number(data.get("dailyQuota")), _number(data.get("remainingQuota")))

    def fate(self, message_id: str) -> Fate:
        """Return what became of a message to a telephone number, by the platform's id of it."""
        data = object_of(self._asked("/message/status", message_id=message_id))
        status = as_text(data.get("status"))
        arrival = Arrival(status) if status in {one.value for one in Arrival} else Arrival.UNKNOWN
        return Fate(arrival, _moment(data.get("delivery_time")))

    def _asked(self, path: str, **query: object) -> Any:
        return self._api.ask(get(path, Host.BUSINESS, **query)).get("data")


def _template(told: Mapping[str, Any]) -> Template:
    state = as_text(told.get("status"))
    return Template(
        id=as_text(told.get("templateId")),
        name=as_text(told.get("templateName")),
        state=_STATES.get(state, state if _STATE.fullmatch(state) else ""),
        price=as_text(told.get("price")),
        quality=as_text(told.get("templateQuality")),
        fields=tuple(_fields(objects_of(told.get("listParams")))),
    )


def _fields(told: Iterable[Mapping[str, Any]]) -> Iterable[Parameter]:
    for one in told:
        if name := as_text(one.get("name")):
            yield Parameter(
                name=name,
                required=one.get("require") is not False,
                may_be_empty=one.get("acceptNull") is True,
                most=_number(one.get("maxLength")),
                least=_number(one.get("minLength")),
            )


def _number(value: Any) -> int:
    text = as_text(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _moment(value: Any) -> datetime | None:
    try:
        return as_moment(value)
    except ValueError:
        return None
