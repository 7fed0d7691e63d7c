"""Functions that check the bodies of messages as the platform does, and turn them into messages."""

from attrs import frozen

from anninh_zalo.testing.call import SandboxCall
from anninh_zalo.testing.state import SandboxAccount, SandboxMessage
from anninh_zalo.testing.wire import Json, SandboxRefusal

MAX_TEXT = 2000
"""Maximum number of characters of a message."""

_ACTIONS = ("oa.open.url", "oa.query.show", "oa.query.hide", "oa.open.phone", "oa.open.sms")


@frozen(kw_only=True)
class MessageBody:
    """The content of an accepted message."""

    kind: str
    text: str = ""
    attachments: tuple[Json, ...] = ()
    quote: str = ""


def read_body(call: SandboxCall, *, group: bool = False) -> MessageBody:
    """Parse the call's parameter `message`, the body of a message.

    Raises:
        SandboxRefusal: the platform doesn't accept it.
    """
    message = call.get_object("message")
    text = _read_limited(message, "text", MAX_TEXT)
    quote = str(message.get("quote_message_id") or "")
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise SandboxRefusal(-201, "text is empty")
        return MessageBody(kind="text", text=text, quote=quote)
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise SandboxRefusal(-201, "attachment is invalid")
    kind, attachments = _read_attachment(call, attachment, group=group)
    return MessageBody(kind=kind, text=text, attachments=attachments, quote=quote)


def build_message(call: SandboxCall, body: MessageBody, conversation: str, *, group: bool = False) -> SandboxMessage:
    """Return the message that the account sends with an accepted body."""
    return SandboxMessage(
        id=call.world.ids.hex("message"),
        at=call.world.now(),
        conversation=conversation,
        author=call.account.id,
        kind=body.kind,
        text=body.text,
        attachments=body.attachments,
        quote=body.quote,
        app=call.app.id,
        group=group,
    )


def _read_attachment(call: SandboxCall, attachment: Json, *, group: bool) -> tuple[str, tuple[Json, ...]]:
    payload = attachment["payload"]
    match attachment.get("type"), payload.get("template_type"):
        case "file", _:
            return "file", (_read_file(call, payload),)
        case "template", "media":
            return _read_media(call, payload, group=group)
        case "template", "request_user_info" if not group:
            return "template", (_read_info_request(payload),)
        case "template", "list" if not group:
            return "list", _read_list(payload)
        case "template", None if payload.get("buttons") and not group:
            return "template", ({"type": "template", "payload": {"buttons": _read_buttons(payload)}},)
        case "template", _:
            raise SandboxRefusal(-233, "Message type is invalid or not supported")
        case _:
            raise SandboxRefusal(-201, "attachment type is invalid")


def _read_file(call: SandboxCall, payload: Json) -> Json:
    upload = find_upload(call, payload.get("token"), "file", "token")
    return {"type": "file", "payload": {"name": upload["name"], "url": upload["url"], "size": upload["size"]}}


def _read_media(call: SandboxCall, payload: Json, *, group: bool) -> tuple[str, tuple[Json, ...]]:
    element = _read_only_element(payload)
    kind = element.get("media_type")
    id = element.get("attachment_id")
    url = element.get("url")
    if kind == "sticker" and id:
        return "sticker", ({"type": "sticker", "payload": {"id": str(id)}},)
    if kind not in ("image", "gif"):
        raise SandboxRefusal(-201, "media_type is invalid")
    if kind == "gif" and (group or not (element.get("width") and element.get("height"))):
        raise SandboxRefusal(-201, "width and height are required for a gif outside of groups")
    if not id and not (
        isinstance(url, str) and url.startswith("http") and (not group or call.world.variants.group_urls)
    ):
        raise SandboxRefusal(-201, "attachment_id is invalid")
    media_url = find_upload(call, id, kind, "attachment_id")["url"] if id else url
    return kind, ({"type": kind, "payload": {"url": media_url, "thumbnail": media_url}},)


def find_upload(call: SandboxCall, id: object, kind: str, name: str) -> Json:
    """Return the uploaded file with an id, unless the upload has expired.

    Raises:
        SandboxRefusal: the id is unknown, of another kind, or expired.
    """
    upload = call.account.uploads.get(str(id))
    if upload is None or upload.kind != kind:
        raise SandboxRefusal(-201, f"{name} is invalid")
    if upload.until <= call.world.now():
        raise SandboxRefusal(-100, f"{name} has expired")
    url = f"{call.world.media_base}/{upload.id}"
    return {"name": upload.name, "url": url, "size": str(len(upload.content))}


def _read_info_request(payload: Json) -> Json:
    element = _read_only_element(payload)
    for name, most in (("title", 100), ("subtitle", 500)):
        if not _read_limited(element, name, most):
            raise SandboxRefusal(-201, f"{name} is invalid")
    if not element.get("image_url"):
        raise SandboxRefusal(-201, "image_url is invalid")
    return {"type": "template", "payload": {"template_type": "request_user_info", "elements": [element]}}


def _read_list(payload: Json) -> tuple[Json, ...]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 5:
        raise SandboxRefusal(-210, "elements are 1 to 5")
    buttons = _read_buttons(payload) if payload.get("buttons") else []
    return ({"type": "template", "payload": {"template_type": "list", "elements": elements, "buttons": buttons}},)


def _read_buttons(payload: Json) -> list[Json]:
    buttons = payload["buttons"]
    if not isinstance(buttons, list) or len(buttons) > 5:
        raise SandboxRefusal(-210, "buttons are 5 at most")
    for button in buttons:
        if not isinstance(button, dict) or not button.get("title") or button.get("type") not in _ACTIONS:
            raise SandboxRefusal(-201, "button is invalid")
    return buttons


def _read_only_element(payload: Json) -> Json:
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise SandboxRefusal(-201, "elements is exactly one")
    return elements[0]


def _read_limited(fields: Json, name: str, most: int) -> str:
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise SandboxRefusal(-201, f"{name} is invalid")
    if len(value) > most:
        raise SandboxRefusal(-210, f"{name} is over {most} characters")
    return value


def check_quote(account: SandboxAccount, body: MessageBody, conversation: str) -> None:
    """Check that a quoted message is a person's message in the same conversation.

    Raises:
        SandboxRefusal: it isn't.
    """
    if body.quote:
        quoted = account.messages.get(body.quote)
        if quoted is None or quoted.conversation != conversation or quoted.author == account.id:
            raise SandboxRefusal(-201, "quote_message_id is invalid")
