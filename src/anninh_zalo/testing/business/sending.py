"""Template messages by telephone number."""

import hashlib
import re
from collections.abc import Callable

from anninh_zalo.testing import events, night
from anninh_zalo.testing.business import quota
from anninh_zalo.testing.business.template_data import fill_template, find_template
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.state import SandboxMessage, SandboxPhoneMessage, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal

_TRACKING = re.compile(r"[A-Za-z0-9_.-]{1,48}")


def by_phone(call: SandboxCall) -> Json:
    """POST /message/template."""
    number = normalize_phone(call.text("phone"))
    return _send(call, number, lambda person: normalize_phone(person.phone) == number)


def by_hash(call: SandboxCall) -> Json:
    """POST /message/template/hashphone: the number is the SHA-256 of its form with 84."""
    digest = call.text("phone").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise SandboxRefusal(-108, "phone is invalid")
    return _send(
        call, digest, lambda person: hashlib.sha256(normalize_phone(person.phone).encode()).hexdigest() == digest
    )


def normalize_phone(phone: str) -> str:
    """Return a number with 84 before it, "" for none.

    Raises:
        SandboxRefusal: it isn't a telephone number.
    """
    if not phone:
        return ""
    digits = re.sub(r"^(?:\+?84|0)?", "84", phone, count=1)
    if not re.fullmatch(r"84\d{8,10}", digits):
        raise SandboxRefusal(-108, "phone is invalid")
    return digits


def _send(call: SandboxCall, recipient: str, fits: Callable[[SandboxProfile], bool]) -> Json:
    template = find_template(call, invalid=-109)
    tracking = call.text("tracking_id")
    if not _TRACKING.fullmatch(tracking):
        raise SandboxRefusal(-1123, "tracking_id is invalid")
    person = next((person for person in call.account.people.values() if person.phone and fits(person)), None)
    if person is None:
        raise SandboxRefusal(-118, "Zalo account not existed")
    if person.refusal:
        raise SandboxRefusal(-140, "The user has refused to receive this message")
    if call.params.get("mode") == "development" and not person.admin:
        raise SandboxRefusal(-127, "Test message can only be sent to an admin of the Official Account")
    if call.world.variants.night_by_phone:
        night.check(call.world, promotes=template.promotes, code=-133)
    text = fill_template(call, template, missing=-1122, long=-1121)
    remaining_quota = quota.take(call, over=-144)
    message = _deliver(call, person, text, tracking, recipient)
    mode = str(call.params.get("sending_mode", "1"))
    return {
        "msg_id": message.id,
        "sent_time": str(milliseconds(message.at)),
        "sending_mode": mode,
        "quota": remaining_quota,
    }


def _deliver(call: SandboxCall, person: SandboxProfile, text: str, tracking: str, recipient: str) -> SandboxMessage:
    now = call.world.now()
    world = call.world
    message = SandboxMessage(
        id=world.ids.hex("message"),
        at=now,
        conversation=person.id,
        author=call.account.id,
        kind="template",
        text=text,
        app=call.app.id,
    )
    world.record_message(call.account, message, [person])
    notice = SandboxPhoneMessage(
        message=message, tracking_id=tracking, recipient=recipient, delivered=now if person.reach else None
    )
    call.account.notices[message.id] = notice
    if person.reach:
        world.emit(call.account, events.notice(call.account, notice, now), only=call.app.id, server="ZNS")
    return message


def status(call: SandboxCall) -> Json:
    """GET /message/status: 1 delivered, 0 not yet, -1 unknown."""
    notice = call.account.notices.get(call.text("message_id"))
    if notice is None:
        return {"status": -1, "message": "The message doesn't exist"}
    if notice.delivered is None:
        return {"status": 0, "message": "The message has not been delivered"}
    return {"delivery_time": str(milliseconds(notice.delivered)), "status": 1, "message": "The message was delivered"}


ROUTES = (
    SandboxRoute("POST", "/message/template", by_phone),
    SandboxRoute("POST", "/message/template/hashphone", by_hash),
    SandboxRoute("GET", "/message/status", status),
    SandboxRoute("GET", "/message/quota", quota.quota_json),
)
