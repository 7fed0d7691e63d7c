"""Zalo's data on templates: their list, their parameters, the quota, and the delivery of a sent message."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import evolve, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_core.kernel.sentences import Sentence
from anninh_zalo.api.answers import list_objects, to_object
from anninh_zalo.api.calls import ApiClient, get
from anninh_zalo.errors.classify import Host
from anninh_zalo.webhook.field_types import as_text, parse_timestamp

PAGE = 100
"""Maximum number of templates in a response of Zalo."""

_STATES: Mapping[str, str] = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}


_STATE_PATTERN = re.compile("[A-Z_]{1,40}")
_NAME_PATTERN = re.compile("[A-Za-z_][A-Za-z0-9_]{0,59}")


@frozen(kw_only=True)
class TemplateParameter:
    """A field of a template.

    Attributes:
        most: maximum length in characters, 0 if Zalo doesn't return it.
        least: minimum length.
    """

    name: str
    required: bool = True
    may_be_empty: bool = False
    most: int = 0
    least: int = 0

    @property
    def display_name(self) -> str:
        """The parameter's name for errors, or "…", because a name unlike Zalo's could contain anything."""
        return self.name if _NAME_PATTERN.fullmatch(self.name) else "…"

    def problem(self, value: str | None) -> str:
        """Return the problem with a parameter's value (None: not given), or "" if it fits. The problem contains nothing
        of the value.
        """
        if value is None or not value:
            missing = self.required and not (value is not None and self.may_be_empty)
            return Sentence("its field {field!r} would be empty", field=self.display_name) if missing else ""
        if self.most and len(value) > self.most:
            return Sentence(
                "its field {field!r} can have at most {most} characters, not {count}",
                field=self.display_name,
                most=self.most,
                count=len(value),
            )
        if len(value) < self.least:
            return Sentence(
                "its field {field!r} needs at least {least} characters, not {count}",
                field=self.display_name,
                least=self.least,
                count=len(value),
            )
        return ""


@frozen(kw_only=True)
class ZaloTemplate:
    """A template at Zalo.

    Attributes:
        state: ENABLE, PENDING_REVIEW, REJECT or DISABLE.
        price: price of one message in dong, in Zalo's notation; "" if Zalo doesn't return it.
        quality: HIGH, MEDIUM, LOW or UNDEFINED: a low one will be disabled.
        fields: its parameters; empty in a list of templates.
    """

    id: str
    name: str
    state: str
    price: str = ""
    quality: str = ""
    fields: tuple[TemplateParameter, ...] = ()

    @property
    def is_enabled(self) -> bool:
        """Whether the template may be sent."""
        return self.state == "ENABLE"

    def fit_values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters' values to send; empty values are left out if the template doesn't require them.

        Raises:
            RequestRejected: a value is missing, too long or too short; the parameter is named, never the value.
        """
        for field in self.fields:
            if problem := field.problem(values.get(field.name)):
                raise RequestRejected(
                    "Template {template} doesn't fit ({reason}): change its options or the template.",
                    template=self.id,
                    reason=problem,
                )
        optional = {field.name for field in self.fields if not field.required}
        return {name: value for name, value in values.items() if value or name not in optional}


@frozen
class TemplateQuota:
    """Number of messages by template that the account may send today, in total and left."""

    daily: int
    left: int


class PhoneDeliveryState(Enum):
    """Delivery state of a message to a telephone number."""

    UNKNOWN = "-1"
    UNDER_WAY = "0"
    ARRIVED = "1"


@frozen
class PhoneDelivery:
    """Delivery state of a message to a telephone number, and its time of arrival, if Zalo returns it."""

    arrival: PhoneDeliveryState
    at: datetime | None = None


class TemplateCatalogue:
    """Reads data on templates. All methods raise `DeliveryError` only, and change nothing."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def list_templates(self) -> Sequence[ZaloTemplate]:
        """Return the account's templates, without their parameters."""
        templates: dict[str, ZaloTemplate] = {}
        offset = 0
        while True:
            page = [
                _read_template(template)
                for template in list_objects(self._get_data("/template/all", offset=offset, limit=PAGE))
            ]
            count, offset = len(templates), offset + len(page)
            templates |= {template.id: template for template in page}
            # A list that restarts for each page has no end, so that the count ends the loop too.
            if len(page) < PAGE or len(templates) == count:
                return [*templates.values()]

    def get_template(self, id: str) -> ZaloTemplate:
        """Return a template with its parameters; raise `RequestRejected` if there is none with this id."""
        template = _read_template(to_object(self._get_data("/template/info/v2", template_id=id)))
        return evolve(template, id=id)  # Errors name the id, and the id in an odd response could contain anything.

    def get_quota(self) -> TemplateQuota:
        """Return today's quota of messages by template."""
        data = to_object(self._get_data("/message/quota"))
        return TemplateQuota(_read_number(data.get("dailyQuota")), _read_number(data.get("remainingQuota")))

    def get_delivery(self, message_id: str) -> PhoneDelivery:
        """Return the delivery of a message to a telephone number, by the platform's id of the message."""
        data = to_object(self._get_data("/message/status", message_id=message_id))
        status = as_text(data.get("status"))
        arrival = (
            PhoneDeliveryState(status)
            if status in {state.value for state in PhoneDeliveryState}
            else PhoneDeliveryState.UNKNOWN
        )
        return PhoneDelivery(arrival, _read_timestamp(data.get("delivery_time")))

    def _get_data(self, path: str, **query: object) -> Any:
        return self._api.ask(get(path, Host.BUSINESS, **query)).get("data")


def _read_template(data: Mapping[str, Any]) -> ZaloTemplate:
    state = as_text(data.get("status"))
    return ZaloTemplate(
        id=as_text(data.get("templateId")),
        name=as_text(data.get("templateName")),
        state=_STATES.get(state, state if _STATE_PATTERN.fullmatch(state) else ""),
        price=as_text(data.get("price")),
        quality=as_text(data.get("templateQuality")),
        fields=tuple(_read_parameters(list_objects(data.get("listParams")))),
    )


def _read_parameters(entries: Iterable[Mapping[str, Any]]) -> Iterable[TemplateParameter]:
    for parameter in entries:
        if name := as_text(parameter.get("name")):
            yield TemplateParameter(
                name=name,
                required=parameter.get("require") is not False,
                may_be_empty=parameter.get("acceptNull") is True,
                most=_read_number(parameter.get("maxLength")),
                least=_read_number(parameter.get("minLength")),
            )


def _read_number(value: Any) -> int:
    text = as_text(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _read_timestamp(value: Any) -> datetime | None:
    try:
        return parse_timestamp(value)
    except ValueError:
        return None
