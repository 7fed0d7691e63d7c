"""The shape of Zalo's events: strict where a message would lose its meaning, lenient about everything around it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _as_id(value: Any) -> Any:
    """Return a whole number as text: ids go beyond what a float can hold."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_moment(value: Any) -> datetime:
    """Read milliseconds since 1970, which come as text or as a number."""
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise ValueError("a time is a count of milliseconds since 1970")
    try:
        return _EPOCH + timedelta(milliseconds=int(text))
    except OverflowError:
        raise ValueError("a time is a count of milliseconds since 1970") from None


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _as_object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_degrees(value: Any) -> float | None:
    try:
        degrees = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return degrees if -180 <= degrees <= 180 else None


Id = Annotated[str, BeforeValidator(_as_id), Field(min_length=1)]
Moment = Annotated[datetime, BeforeValidator(_as_moment)]
Loose = Annotated[str, BeforeValidator(_as_text)]
LooseId = Annotated[str, BeforeValidator(lambda value: _as_text(_as_id(value)))]
Degrees = Annotated[float | None, BeforeValidator(_as_degrees)]


class Shape(BaseModel):
    """Fields that nobody asked for are passed over; errors don't quote what a person wrote."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Party(Shape):
    """A user, an official account or a group."""

    id: LooseId = ""


AnyParty = Annotated[Party, BeforeValidator(_as_object)]


class Coordinates(Shape):
    """A place, WGS 84; numbers or text."""

    latitude: Degrees = None
    longitude: Degrees = None


class Payload(Shape):
    """What an attachment says; which fields there are depends on its type."""

    url: Loose = ""
    name: Loose = ""
    title: Loose = ""
    description: Loose = ""
    coordinates: Annotated[Coordinates, BeforeValidator(_as_object)] = Coordinates()


class Part(Shape):
    """An attachment."""

    type: Loose = ""
    payload: Annotated[Payload, BeforeValidator(_as_object)] = Payload()


class Said(Shape):
    """What a person sent."""

    msg_id: Id
    text: Loose = ""
    quote_msg_id: LooseId = ""
    attachments: Annotated[tuple[Annotated[Part, BeforeValidator(_as_object)], ...], BeforeValidator(_as_list)] = ()


class Event(Shape):
    """What every event has. The OA is the recipient or the sender one-to-one, and `oa_id` in a group."""

    event_name: str
    oa_id: LooseId = ""
    sender: AnyParty = Party()
    recipient: AnyParty = Party()


class Known(Party):
    """Somebody without whom the event makes no sense."""

    id: Id


class MessageEvent(Event):
    """A person wrote to the official account, or in one of its groups, which is then the recipient."""

    sender: Known
    message: Said
    timestamp: Moment


class GroupMessageEvent(MessageEvent):
    """A person wrote in a group of the official account."""

    recipient: Known


class Arrived(Shape):
    """Which message arrived, and for those sent by phone number when."""

    msg_id: Id
    delivery_time: Moment | None = None


class ReceivedEvent(Event):
    """A message of the official account arrived."""

    message: Arrived
    timestamp: Moment


class Looked(Shape):
    """Which messages were looked at."""

    msg_ids: tuple[Id, ...]


class SeenEvent(Event):
    """A person looked at messages of the official account."""

    message: Looked
    timestamp: Moment
