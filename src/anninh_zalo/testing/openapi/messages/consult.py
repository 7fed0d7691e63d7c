"""Consultation messages, reactions, and calls that were shut down."""

from attrs import evolve

from anninh_zalo.testing import events, night
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.openapi.content import bodies
from anninh_zalo.testing.openapi.content.bodies import MessageBody
from anninh_zalo.testing.openapi.messages import windows
from anninh_zalo.testing.openapi.messages.broadcasts import broadcast
from anninh_zalo.testing.state import ICONS, SandboxMessage, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import World, find_person


def consult(call: SandboxCall) -> Json:
    """POST /v3.0/oa/message/cs."""
    person = find_person(call.account, str(call.inside("recipient").get("user_id", "")))
    windows.check(call.world, person)
    night.check(call.world)
    body = bodies.read_body(call)
    bodies.check_quote(call.account, body, person.id)
    quota = windows.charge(call.world, call.account, person)
    message = deliver_message(call, person, body)
    return {
        "message_id": message.id,
        "user_id": person.id,
        "sent_time": str(milliseconds(message.at)),
        "quota": quota,
    }


def deliver_message(call: SandboxCall, person: SandboxProfile, body: MessageBody) -> SandboxMessage:
    """Deliver a message to a person, with the echo event and a report of its arrival."""
    message = bodies.build_message(call, body, person.id)
    call.world.record_message(call.account, message, [person])
    call.world.emit(call.account, events.message(call.account, message))
    if call.world.variants.reports_arrival and person.reach:
        report_received(call.world, call, person, message)
    return message


def report_received(world: World, call: SandboxCall, person: SandboxProfile, message: SandboxMessage) -> None:
    """Report a message as received, to the application that sent it."""
    content: Json = {"msg_id": message.id}
    by_account = world.variants.receipts_from == "oa"
    name = "user_received_message"
    event = events.receipt(call.account, person, name, content, message.at, by_account=by_account)
    world.emit(call.account, event, only=message.app)


def act(call: SandboxCall) -> Json:
    """POST /v2.0/oa/message: reactions, messages to visitors of the website's widget, broadcasts."""
    recipient = call.inside("recipient")
    if "target" in recipient:
        return broadcast(call)
    if "anonymous_id" in recipient:
        return _send_to_visitor(call, str(recipient["anonymous_id"]))
    if "sender_action" not in call.params:
        raise SandboxRefusal(-240, "MessageV2 API has been shut down")
    person = find_person(call.account, str(recipient.get("user_id", "")))
    action = call.inside("sender_action")
    icon = action.get("react_icon")
    id = str(action.get("react_message_id", ""))
    message = call.account.messages.get(id)
    if icon not in ICONS or message is None or message.conversation != person.id:
        raise SandboxRefusal(-201, "react_icon or react_message_id is invalid")
    person.reactions.append((id, icon))
    content = {"msg_id": id, "react_icon": icon}
    parties = (call.account.id, person.id)
    event = events.between("oa_reacted_message", call.world.now(), parties, person.id, message=content)
    call.world.emit(call.account, event)
    return {"message_id": id, "user_id": person.id}


def _send_to_visitor(call: SandboxCall, id: str) -> Json:
    visitor = call.account.visitors.get(id)
    if visitor is None:
        raise SandboxRefusal(-201, "anonymous_id is invalid")
    body = bodies.read_body(call)
    message = bodies.build_message(call, evolve(body, quote=""), id)  # visitors see no quotes
    call.world.record_message(call.account, message, [visitor])
    call.world.emit(call.account, events.anonymous(call.account, message))
    return {"message_id": message.id, "anonymous_id": id}


def refuse_stopped(_call: SandboxCall) -> Json:
    """POST /v3.0/oa/message/transaction and /promotion, stopped on 2026-03-01."""
    raise SandboxRefusal(-240, "This API has been shut down; use template messages")


ROUTES = (
    SandboxRoute("POST", "/v3.0/oa/message/cs", consult),
    SandboxRoute("POST", "/v2.0/oa/message", act),
    SandboxRoute("POST", "/v3.0/oa/message/transaction", refuse_stopped),
    SandboxRoute("POST", "/v3.0/oa/message/promotion", refuse_stopped),
)
