"""Builders of webhook events in the platform's format."""

from collections.abc import Sequence
from datetime import datetime

from anninh_zalo.testing.clock import to_milliseconds
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


def build_event(app: SandboxApplication, name: str, at: datetime, **fields: object) -> Json:
    """Return an event with the common fields and the given ones, in the order of the documentation's samples."""
    content = {"message": fields.pop("message")} if "message" in fields else {}
    return {"app_id": app.id, **fields, "event_name": name, **content, "timestamp": str(to_milliseconds(at))}


def build_message_event(account: SandboxAccount, sandbox_message: SandboxMessage) -> EventBuilder:
    """Return a builder of the event for a message, either a person's message or the echo of the account's."""
    by_account = sandbox_message.author == account.id
    name = f"{'oa' if by_account else 'user'}_send_{'group_' if sandbox_message.group else ''}{sandbox_message.kind}"
    sender: Json = {"id": sandbox_message.author} | (
        {"admin_id": sandbox_message.admin} if sandbox_message.admin else {}
    )
    other = sandbox_message.conversation if sandbox_message.group or by_account else account.id

    def build(app: SandboxApplication) -> Json:
        parties: Json = {"sender": sender, "recipient": {"id": other}}
        identity_fields = (
            {"oa_id": account.id}
            if sandbox_message.group
            else {"user_id_by_app": app_scoped_id(app.id, sandbox_message.conversation)}
        )
        return build_event(
            app, name, sandbox_message.at, **parties, **identity_fields, message=_build_content(sandbox_message)
        )

    return build


def build_visitor_event(account: SandboxAccount, sandbox_message: SandboxMessage) -> EventBuilder:
    """Return a builder of the event for a message from or to a visitor of the website's widget."""
    by_account = sandbox_message.author == account.id
    name = f"{'oa_send_anonymous' if by_account else 'anonymous_send'}_{sandbox_message.kind}"
    sender, recipient = (
        (account.id, sandbox_message.conversation) if by_account else (sandbox_message.conversation, account.id)
    )
    content = _build_content(sandbox_message) | {"conversation_id": f"c{sandbox_message.conversation}"}
    return lambda app: build_event(
        app, name, sandbox_message.at, sender={"id": sender}, recipient={"id": recipient}, message=content
    )


def _build_content(sandbox_message: SandboxMessage) -> Json:
    content: Json = {"text": sandbox_message.text} if sandbox_message.text else {}
    if sandbox_message.attachments:
        content["attachments"] = list(sandbox_message.attachments)
    content["msg_id"] = sandbox_message.id
    if sandbox_message.quote:
        content["quote_msg_id"] = sandbox_message.quote
    return content


def build_receipt_event(
    account: SandboxAccount, person: SandboxProfile, name: str, content: Json, at: datetime, *, by_account: bool
) -> EventBuilder:
    """Return a builder of the event that messages arrived or were seen; `by_account` decides whether the account or the
    person is the sender.
    """
    ids = (account.id, person.id) if by_account else (person.id, account.id)
    return build_addressed_event(name, at, ids, person.id, message=content)


def build_addressed_event(name: str, at: datetime, ids: tuple[str, str], user: str, **fields: object) -> EventBuilder:
    """Return a builder of an event with sender and recipient."""
    return lambda app: build_event(
        app,
        name,
        at,
        user_id_by_app=app_scoped_id(app.id, user),
        sender={"id": ids[0]},
        recipient={"id": ids[1]},
        **fields,
    )


def build_account_event(account: SandboxAccount, name: str, at: datetime, **fields: object) -> EventBuilder:
    """Return a builder of an event about the account, without sender and recipient."""
    return lambda app: build_event(app, name, at, oa_id=account.id, **fields)


def build_user_event(account: SandboxAccount, name: str, at: datetime, user: str, **fields: object) -> EventBuilder:
    """Return a builder of an event about a person, with both ids of the person."""
    return lambda app: build_event(
        app, name, at, oa_id=account.id, user_id=user, user_id_by_app=app_scoped_id(app.id, user), **fields
    )


def build_follow_event(
    account: SandboxAccount, person: SandboxProfile, name: str, at: datetime, **fields: object
) -> EventBuilder:
    """Return a builder of the event that a person follows or unfollows the account."""
    return lambda app: build_event(
        app,
        name,
        at,
        oa_id=account.id,
        follower={"id": person.id},
        user_id_by_app=app_scoped_id(app.id, person.id),
        **fields,
    )


def build_group_event(
    account: SandboxAccount,
    group: SandboxGroup,
    name: str,
    at: datetime,
    users: Sequence[str] = (),
    *,
    old: bool = False,
) -> EventBuilder:
    """Return a builder of an event about a group."""
    fields: Json = {"users": [{"id": id} for id in users]} if users else {}
    name = _OLD_NAMES.get(name, name) if old else name
    return build_account_event(account, name, at, group_id=group.id, **fields)


def build_arrival_event(account: SandboxAccount, sent: SandboxPhoneMessage, at: datetime) -> EventBuilder:
    """Return a builder of the event that a template message sent by telephone number arrived."""
    content = {
        "delivery_time": str(to_milliseconds(sent.delivered or at)),
        "msg_id": sent.message.id,
        "tracking_id": sent.tracking_id,
    }
    parties: Json = {"sender": {"id": account.id}, "recipient": {"id": sent.recipient}}
    return lambda app: build_event(app, "user_received_message", at, **parties, message=content)
