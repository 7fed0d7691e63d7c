"""Webhook events, as the platform words them."""

from collections.abc import Sequence
from datetime import datetime

from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.ids import app_scoped_id
from anninh_zalo.testing.state import (
    EventBuilder,
    SandboxAccount,
    SandboxApplication,
    SandboxGroup,
    SandboxMessage,
    SandboxPhoneMessage,
    SandboxProfile,
)
from anninh_zalo.testing.wire import Json

_OLD_NAMES = {
    "accept_request_join_group": "react_request_join_group_accept",
    "reject_request_join_group": "react_request_join_group_reject",
    "user_out_group": "user_leave_group",
    "delete_group": "disperse_group",
}


def event(app: SandboxApplication, name: str, at: datetime, **fields: object) -> Json:
    """Return what every event has, and these fields, in the order of the documentation's samples."""
    content = {"message": fields.pop("message")} if "message" in fields else {}
    return {"app_id": app.id, **fields, "event_name": name, **content, "timestamp": str(milliseconds(at))}


def message(account: SandboxAccount, said: SandboxMessage) -> EventBuilder:
    """Return the event of a message: of a person, or the echo of one of the account."""
    by_account = said.author == account.id
    name = f"{'oa' if by_account else 'user'}_send_{'group_' if said.group else ''}{said.kind}"
    sender: Json = {"id": said.author} | ({"admin_id": said.admin} if said.admin else {})
    other = said.conversation if said.group or by_account else account.id

    def build(app: SandboxApplication) -> Json:
        parties: Json = {"sender": sender, "recipient": {"id": other}}
        identity_fields = (
            {"oa_id": account.id} if said.group else {"user_id_by_app": app_scoped_id(app.id, said.conversation)}
        )
        return event(app, name, said.at, **parties, **identity_fields, message=_content(said))

    return build


def anonymous(account: SandboxAccount, said: SandboxMessage) -> EventBuilder:
    """Return the event of a message of, or to, a visitor of the website's widget."""
    by_account = said.author == account.id
    name = f"{'oa_send_anonymous' if by_account else 'anonymous_send'}_{said.kind}"
    sender, recipient = (account.id, said.conversation) if by_account else (said.conversation, account.id)
    content = _content(said) | {"conversation_id": f"c{said.conversation}"}
    return lambda app: event(app, name, said.at, sender={"id": sender}, recipient={"id": recipient}, message=content)


def _content(said: SandboxMessage) -> Json:
    content: Json = {"text": said.text} if said.text else {}
    if said.attachments:
        content["attachments"] = list(said.attachments)
    content["msg_id"] = said.id
    if said.quote:
        content["quote_msg_id"] = said.quote
    return content


def receipt(
    account: SandboxAccount, person: SandboxProfile, name: str, content: Json, at: datetime, *, by_account: bool
) -> EventBuilder:
    """Return the event that messages arrived or were seen; who is its sender is told in two ways."""
    ids = (account.id, person.id) if by_account else (person.id, account.id)
    return between(name, at, ids, person.id, message=content)


def between(name: str, at: datetime, ids: tuple[str, str], user: str, **fields: object) -> EventBuilder:
    """Return an event with sender and recipient."""
    return lambda app: event(
        app,
        name,
        at,
        user_id_by_app=app_scoped_id(app.id, user),
        sender={"id": ids[0]},
        recipient={"id": ids[1]},
        **fields,
    )


def about(account: SandboxAccount, name: str, at: datetime, **fields: object) -> EventBuilder:
    """Return an event of the account, without sender and recipient."""
    return lambda app: event(app, name, at, oa_id=account.id, **fields)


def about_user(account: SandboxAccount, name: str, at: datetime, user: str, **fields: object) -> EventBuilder:
    """Return an event that concerns a person, who stands there by both ids."""
    return lambda app: event(
        app, name, at, oa_id=account.id, user_id=user, user_id_by_app=app_scoped_id(app.id, user), **fields
    )


def follow(account: SandboxAccount, person: SandboxProfile, name: str, at: datetime, **fields: object) -> EventBuilder:
    """Return the event that a person follows or doesn't any more."""
    return lambda app: event(
        app,
        name,
        at,
        oa_id=account.id,
        follower={"id": person.id},
        user_id_by_app=app_scoped_id(app.id, person.id),
        **fields,
    )


def in_group(
    account: SandboxAccount,
    group: SandboxGroup,
    name: str,
    at: datetime,
    users: Sequence[str] = (),
    *,
    old: bool = False,
) -> EventBuilder:
    """Return an event of a group's life."""
    fields: Json = {"users": [{"id": id} for id in users]} if users else {}
    name = _OLD_NAMES.get(name, name) if old else name
    return about(account, name, at, group_id=group.id, **fields)


def notice(account: SandboxAccount, sent: SandboxPhoneMessage, at: datetime) -> EventBuilder:
    """Return the event that a template message sent by telephone number arrived."""
    content = {
        "delivery_time": str(milliseconds(sent.delivered or at)),
        "msg_id": sent.message.id,
        "tracking_id": sent.tracking_id,
    }
    parties: Json = {"sender": {"id": account.id}, "recipient": {"id": sent.recipient}}
    return lambda app: event(app, "user_received_message", at, **parties, message=content)
