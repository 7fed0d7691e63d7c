"""The sandbox's handler for template messages by user id."""

from anninh_zalo.testing import night
from anninh_zalo.testing.business.quota import take_message
from anninh_zalo.testing.business.template_data import fill_template, find_template
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.openapi.content.bodies import MessageBody
from anninh_zalo.testing.openapi.messages.consult import deliver_message
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_person


def send_template(call: SandboxCall) -> Json:
    """Answer POST /v3.0/oa/message/template, which sends a template message; the user id comes bare, or inside a
    recipient.
    """
    recipient = call.params.get("recipient")
    inside = recipient.get("user_id", "") if isinstance(recipient, dict) else ""
    person = find_person(call.account, str(call.params.get("user_id") or inside))
    chosen_template = find_template(call, invalid=-201)
    if not chosen_template.by_uid:
        raise SandboxRefusal(-249, "This template can't be sent by UID")
    if person.refusal:
        raise SandboxRefusal(person.refusal, "The user can't receive this message")
    night.refuse_at_night(call.world, promotes=chosen_template.promotes)
    text = fill_template(call, chosen_template, missing=-201, long=-210)
    quota = take_message(call, over=-211)
    message = deliver_message(call, person, MessageBody(kind="template", text=text))
    return {
        "message_id": message.id,
        "msg_id": message.id,
        "user_id": person.id,
        "sent_time": str(to_milliseconds(message.at)),
        "quota": quota,
    }


ROUTES = (SandboxRoute("POST", "/v3.0/oa/message/template", send_template, counted=False),)
