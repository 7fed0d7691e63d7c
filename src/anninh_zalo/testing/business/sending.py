"""Template messages by telephone number."""

import hashlib
import re
from collections.abc import Callable

from anninh_zalo.testing import events
from anninh_zalo.testing.business import quota
from anninh_zalo.testing.business.filling import chosen, filled
from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.openapi import night
from anninh_zalo.testing.state import Message, Notice, Profile
from anninh_zalo.testing.wire import Json, Refused

_TRACKING = re.compile(r"[A-Za-z0-9_.-]{1,48}")


def by_phone(call: Call) -> Json:
    """POST /message/template."""
    number = normal(call.text("phone"))
    return _send(call, number, lambda person: normal(person.phone) == number)


def by_hash(call: Call) -> Json:
    """POST /message/template/hashphone: the number is the SHA-256 of its form with 84."""
    digest = call.text("phone").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise Refused(-108, "phone is invalid")
    return _send(call, digest, lambda person: hashlib.sha256(normal(person.phone).encode()).hexdigest() == digest)


def normal(phone: str) -> str:
    """Return a number with 84 before it, "" for none.

    Raises:
        Refused: it is no number.
    """
    if not phone:
        return ""
    digits = re.sub(r"^(?:\+?84|0)?", "84", phone, count=1)
    if not re.fullmatch(r"84\d{8,10}", digits):
        raise Refused(-108, "phone is invalid")
    return digits


def _send(call: Call, recipient: str, fits: Callable[[Profile], bool]) -> Json:
    template = chosen(call, invalid=-109)
    tracking = call.text("tracking_id")
    if not _TRACKING.fullmatch(tracking):
        raise Refused(-1123, "tracking_id is invalid")
    person = next((person for person in call.account.people.values() if person.phone and fits(person)), None)
    if person is None:
        raise Refused(-118, "Zalo account not existed")
    if person.refusal:
        raise Refused(-140, "The user has refused to receive this message")
    if call.params.get("mode") == "development" and not person.admin:
        raise Refused(-127, "Test message can only be sent to an admin of the Official Account")
    if call.world.manners.night_by_phone:
        night.check(call.world, promotes=template.promotes, code=-133)
    text = filled(call, template, missing=-1122, long=-1121)
    left = quota.take(call, over=-144)
    sent = _deliver(call, person, text, tracking, recipient)
    mode = str(call.params.get("sending_mode", "1"))
    return {"msg_id": sent.id, "sent_time": str(milliseconds(sent.at)), "sending_mode": mode, "quota": left}


def _deliver(call: Call, person: Profile, text: str, tracking: str, recipient: str) -> Message:
    now, world = call.world.now(), call.world
    sent = Message(
        id=world.ids.hex("message"),
        at=now,
        conversation=person.id,
        author=call.account.id,
        kind="template",
        text=text,
        app=call.app.id,
    )
    world.keep(call.account, sent, [person])
    notice = Notice(message=sent, tracking_id=tracking, recipient=recipient, delivered=now if person.reach else None)
    call.account.notices[sent.id] = notice
    if person.reach:
        world.emit(call.account, events.notice(call.account, notice, now), only=call.app.id, server="ZNS")
    return sent


def status(call: Call) -> Json:
    """GET /message/status: 1 delivered, 0 not yet, -1 unknown."""
    notice = call.account.notices.get(call.text("message_id"))
    if notice is None:
        return {"status": -1, "message": "The message doesn't exist"}
    if notice.delivered is None:
        return {"status": 0, "message": "The message has not been delivered"}
    return {"delivery_time": str(milliseconds(notice.delivered)), "status": 1, "message": "The message was delivered"}


ROUTES = (
    Route("POST", "/message/template", by_phone),
    Route("POST", "/message/template/hashphone", by_hash),
    Route("GET", "/message/status", status),
    Route("GET", "/message/quota", quota.shown),
)
