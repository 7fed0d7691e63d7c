"""The sandbox's handlers for consultation messages, for reactions, and for calls that were shut down."""

from attrs import evolve

from anninh_zalo.testing import events, night
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.openapi.content import bodies
from anninh_zalo.testing.openapi.content.bodies import MessageBody
from anninh_zalo.testing.openapi.messages import windows
from anninh_zalo.testing.openapi.messages.broadcasts import send_broadcast
from anninh_zalo.testing.state import ICONS, SandboxMessage, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import World, find_person


def send_consultation(call: SandboxCall) -> Json:
    """Answer POST /v3.0/oa/message/cs, which sends a consultation message to a person."""
    person = find_person(call.account, str(call.get_object("recipient").get("user_id", "")))
    windows.require_open_window(call.world, person)
    night.refuse_at_night(call.world)
    body = bodies.read_body(call)
    bodies.check_quote(call.account, body, person.id)
    quota = windows.charge_message(call.world, call.account, person)
    message = deliver_message(call, person, body)
    return {
        "message_id": message.id,
        "user_id": person.id,
        "sent_time": str(to_milliseconds(message.at)),
        "quota": quota,
    }


def deliver_message(call: SandboxCall, person: SandboxProfile, body: MessageBody) -> SandboxMessage:
    """Deliver a message of the account to a person, with the echo event and a report of its arrival."""
    message = bodies.build_message(call, body, person.id)
    call.world.record_message(call.account, message, [person])
    call.world.emit(call.account, events.build_message_event(call.account, message))
    if call.world.variants.reports_arrival and person.reach:
        report_received(call.world, call, person, message)
    return message


def report_received(world: World, call: SandboxCall, person: SandboxProfile, message: SandboxMessage) -> None:
    """Report to the application that sent a message that the message was received."""
    content: Json = {"msg_id": message.id}
    by_account = world.variants.receipts_from == "oa"
    name = "user_received_message"
    event = events.build_receipt_event(call.account, person, name, content, message.at, by_account=by_account)
    world.emit(call.account, event, only=message.app)


def send_reaction_or_message(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/message, which sends reactions, messages to visitors of the website's widget, and
    broadcasts.
    """
    recipient = call.get_object("recipient")
    if "target" in recipient:
        return send_broadcast(call)
    if "anonymous_id" in recipient:
        return _send_to_visitor(call, str(recipient["anonymous_id"]))
    if "sender_action" not in call.params:
        raise SandboxRefusal(-240, "MessageV2 API has been shut down")
    person = find_person(call.account, str(recipient.get("user_id", "")))
    action = call.get_object("sender_action")
    icon = action.get("react_icon")
    id = str(action.get("react_message_id", ""))
    message = call.account.messages.get(id)
    if icon not in ICONS or message is None or message.conversation != person.id:
        raise SandboxRefusal(-201, "react_icon or react_message_id is invalid")
    person.reactions.append((id, icon))
    content = {"msg_id": id, "react_icon": icon}
    parties = (call.account.id, person.id)
    event = events.build_addressed_event("oa_reacted_message", call.world.now(), parties, person.id, message=content)
    call.world.emit(call.account, event)
    return {"message_id": id, "user_id": person.id}


def _send_to_visitor(call: SandboxCall, id: str) -> Json:
    visitor = call.account.visitors.get(id)
    if visitor is None:
        raise SandboxRefusal(-201, "anonymous_id is invalid")
    body = bodies.read_body(call)
    message = bodies.build_message(call, evolve(body, quote=""), id)  # Visitors see no quotes.
    call.world.record_message(call.account, message, [visitor])
    call.world.emit(call.account, events.build_visitor_event(call.account, message))
    return {"message_id": message.id, "anonymous_id": id}


def refuse_stopped(_call: SandboxCall) -> Json:
    """Refuse POST /v3.0/oa/message/transaction and /promotion, which Zalo stopped on 2026-03-01."""
    raise SandboxRefusal(-240, "This API has been shut down; use template messages")


ROUTES = (
    SandboxRoute("POST", "/v3.0/oa/message/cs", send_consultation),
    SandboxRoute("POST", "/v2.0/oa/message", send_reaction_or_message),
    SandboxRoute("POST", "/v3.0/oa/message/transaction", refuse_stopped),
    SandboxRoute("POST", "/v3.0/oa/message/promotion", refuse_stopped),
)
