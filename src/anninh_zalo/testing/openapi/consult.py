"""Consultation messages, reactions, and what was shut down."""

from attrs import evolve

from anninh_zalo.testing import events
from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.openapi import bodies, night, windows
from anninh_zalo.testing.openapi.bodies import Body
from anninh_zalo.testing.openapi.broadcasts import broadcast
from anninh_zalo.testing.state import Message, Profile
from anninh_zalo.testing.wire import Json, Refused
from anninh_zalo.testing.world import World, person_of

ICONS = ("/-strong", "/-heart", ":>", ":o", ":-((", ":-h", "/-remove")
"""What people and accounts react with; the last one takes a reaction back."""


def consult(call: Call) -> Json:
    """POST /v3.0/oa/message/cs."""
    person = person_of(call.account, str(call.inside("recipient").get("user_id", "")))
    windows.check(call.world, person)
    night.check(call.world)
    body = bodies.read(call)
    bodies.check_quote(call.account, body, person.id)
    quota = windows.charge(call.world, call.account, person)
    sent = tell(call, person, body)
    return {
        "message_id": sent.id,
        "user_id": person.id,
        "sent_time": str(milliseconds(sent.at)),
        "quota": quota,
    }


def tell(call: Call, person: Profile, body: Body) -> Message:
    """Let a person hear a message: the echo goes out, and its arrival is reported."""
    sent = bodies.written(call, body, person.id)
    call.world.keep(call.account, sent, [person])
    call.world.emit(call.account, events.message(call.account, sent))
    if call.world.manners.reports_arrival and person.reach:
        report(call.world, call, person, sent)
    return sent


def report(world: World, call: Call, person: Profile, sent: Message) -> None:
    """Report a message as received, to the application that sent it."""
    content: Json = {"msg_id": sent.id}
    by_account = world.manners.receipts_from == "oa"
    name = "user_received_message"
    event = events.receipt(call.account, person, name, content, sent.at, by_account=by_account)
    world.emit(call.account, event, only=sent.app)


def act(call: Call) -> Json:
    """POST /v2.0/oa/message: reactions, messages to visitors of the website's widget, broadcasts."""
    recipient = call.inside("recipient")
    if "target" in recipient:
        return broadcast(call)
    if "anonymous_id" in recipient:
        return _to_visitor(call, str(recipient["anonymous_id"]))
    if "sender_action" not in call.params:
        raise Refused(-240, "MessageV2 API has been shut down")
    person = person_of(call.account, str(recipient.get("user_id", "")))
    action = call.inside("sender_action")
    icon, id = action.get("react_icon"), str(action.get("react_message_id", ""))
    message = call.account.messages.get(id)
    if icon not in ICONS or message is None or message.conversation != person.id:
        raise Refused(-201, "react_icon or react_message_id is invalid")
    person.reactions.append((id, icon))
    content = {"msg_id": id, "react_icon": icon}
    parties = (call.account.id, person.id)
    event = events.between("oa_reacted_message", call.world.now(), parties, person.id, message=content)
    call.world.emit(call.account, event)
    return {"message_id": id, "user_id": person.id}


def _to_visitor(call: Call, id: str) -> Json:
    visitor = call.account.visitors.get(id)
    if visitor is None:
        raise Refused(-201, "anonymous_id is invalid")
    body = bodies.read(call)
    sent = bodies.written(call, evolve(body, quote=""), id)  # visitors see no quotes
    call.world.keep(call.account, sent, [visitor])
    call.world.emit(call.account, events.anonymous(call.account, sent))
    return {"message_id": sent.id, "anonymous_id": id}


def stopped(_call: Call) -> Json:
    """POST /v3.0/oa/message/transaction and /promotion, stopped on 2026-03-01."""
    raise Refused(-240, "This API has been shut down; use template messages")


ROUTES = (
    Route("POST", "/v3.0/oa/message/cs", consult),
    Route("POST", "/v2.0/oa/message", act),
    Route("POST", "/v3.0/oa/message/transaction", stopped),
    Route("POST", "/v3.0/oa/message/promotion", stopped),
)
