"""Template messages by user id."""

from anninh_zalo.testing.business.filling import chosen, filled
from anninh_zalo.testing.business.quota import take
from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.openapi import night
from anninh_zalo.testing.openapi.bodies import Body
from anninh_zalo.testing.openapi.consult import tell
from anninh_zalo.testing.wire import Json, Refused
from anninh_zalo.testing.world import person_of


def template(call: Call) -> Json:
    """POST /v3.0/oa/message/template; the user stands there bare, or as a recipient."""
    recipient = call.params.get("recipient")
    inside = recipient.get("user_id", "") if isinstance(recipient, dict) else ""
    person = person_of(call.account, str(call.params.get("user_id") or inside))
    wanted = chosen(call, invalid=-201)
    if not wanted.by_uid:
        raise Refused(-249, "This template can't be sent by UID")
    if person.refusal:
        raise Refused(person.refusal, "The user can't receive this message")
    night.check(call.world, promotes=wanted.promotes)
    text = filled(call, wanted, missing=-201, long=-210)
    quota = take(call, over=-211)
    sent = tell(call, person, Body(kind="template", text=text))
    return {
        "message_id": sent.id,
        "msg_id": sent.id,
        "user_id": person.id,
        "sent_time": str(milliseconds(sent.at)),
        "quota": quota,
    }


ROUTES = (Route("POST", "/v3.0/oa/message/template", template, counted=False),)
