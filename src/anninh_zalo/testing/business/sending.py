"""The sandbox's handlers for template messages by telephone number."""

import hashlib
import re
from collections.abc import Callable

from anninh_zalo.testing import events, night
from anninh_zalo.testing.business import quota
from anninh_zalo.testing.business.template_data import fill_template, find_template
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.state import SandboxMessage, SandboxPhoneMessage, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal

_TRACKING = re.compile(r"[A-Za-z0-9_.-]{1,48}")


def send_by_phone(call: SandboxCall) -> Json:
    """Answer POST /message/template, which sends a template message to a telephone number."""
    number = normalize_phone(call.text("phone"))
    return _send_template_message(call, number, lambda person: normalize_phone(person.phone) == number)


def send_by_hash(call: SandboxCall) -> Json:
    """Answer POST /message/template/hashphone, which sends a template message to the SHA-256 of a telephone number with
    84 before it.
    """
    digest = call.text("phone").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise SandboxRefusal(-108, "phone is invalid")
    return _send_template_message(
        call, digest, lambda person: hashlib.sha256(normalize_phone(person.phone).encode()).hexdigest() == digest
    )


def normalize_phone(phone: str) -> str:
    """Return a telephone number with 84 before it, "" for none.

    Raises:
        SandboxRefusal: it isn't a telephone number.
    """
    if not phone:
        return ""
    digits = re.sub(r"^(?:\+?84|0)?", "84", phone, count=1)
    if not re.fullmatch(r"84\d{8,10}", digits):
        raise SandboxRefusal(-108, "phone is invalid")
    return digits


def _send_template_message(call: SandboxCall, recipient: str, fits: Callable[[SandboxProfile], bool]) -> Json:
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
        night.refuse_at_night(call.world, promotes=template.promotes, code=-133)
    text = fill_template(call, template, missing=-1122, long=-1121)
    remaining_quota = quota.take_message(call, over=-144)
    message = _deliver_template_message(call, person, text, tracking, recipient)
    mode = str(call.params.get("sending_mode", "1"))
    return {
        "msg_id": message.id,
        "sent_time": str(to_milliseconds(message.at)),
        "sending_mode": mode,
        "quota": remaining_quota,
    }


def _deliver_template_message(
    call: SandboxCall, person: SandboxProfile, text: str, tracking: str, recipient: str
) -> SandboxMessage:
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
        world.emit(call.account, events.build_arrival_event(call.account, notice, now), only=call.app.id, server="ZNS")
    return message


def get_delivery_status(call: SandboxCall) -> Json:
    """Answer GET /message/status with the state of a template message: 1 delivered, 0 not yet, -1 unknown."""
    notice = call.account.notices.get(call.text("message_id"))
    if notice is None:
        return {"status": -1, "message": "The message doesn't exist"}
    if notice.delivered is None:
        return {"status": 0, "message": "The message has not been delivered"}
    return {
        "delivery_time": str(to_milliseconds(notice.delivered)),
        "status": 1,
        "message": "The message was delivered",
    }


ROUTES = (
    SandboxRoute("POST", "/message/template", send_by_phone),
    SandboxRoute("POST", "/message/template/hashphone", send_by_hash),
    SandboxRoute("GET", "/message/status", get_delivery_status),
    SandboxRoute("GET", "/message/quota", quota.quota_json),
)
