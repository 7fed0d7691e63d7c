"""JSON bodies of messages, with one function per kind; the same contents go to a person or to a group.

Pictures are given by the id of an upload: addresses on the web are documented, but were refused for groups.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending.limits import check_count, check_id, check_text, check_url

Body = dict[str, Any]

REACTIONS = ("/-strong", "/-heart", ":>", ":o", ":-((", ":-h")
"""Icons of reactions that Zalo was observed to accept; Zalo publishes no list."""

TAKE_BACK = "/-remove"
"""Icon that takes a reaction back."""


def person_body(user_id: str, message: Mapping[str, Any], quote: str = "") -> Body:
    """Return the body of a consultation message; `quote` is the id of the person's message that it answers.

    If Zalo refuses a quote, the message goes without one.
    """
    content = dict(message) | ({"quote_message_id": check_id("the quoted message", quote)} if quote else {})
    return {"recipient": {"user_id": check_id("the user", user_id)}, "message": content}


def group_body(group_id: str, message: Mapping[str, Any]) -> Body:
    """Return the body of a message to a group, which accepts text, pictures, stickers and files only."""
    attachment = message.get("attachment", {"type": "file"})
    kind = "file" if attachment["type"] == "file" else attachment["payload"].get("template_type", "buttons")
    if kind not in ("file", "media"):
        raise RequestRejected(
            "A group doesn't accept messages of the kind {kind!r}: send a text with a link instead.", kind=kind
        )
    return {"recipient": {"group_id": check_id("the group", group_id)}, "message": dict(message)}


def visitor_body(anonymous_id: str, conversation_id: str, message: Mapping[str, Any]) -> Body:
    """Return the body of a reply to a visitor of a web site's widget."""
    recipient = {
        "anonymous_id": check_id("the visitor", anonymous_id),
        "conversation_id": check_id("the conversation", conversation_id),
    }
    return {"recipient": recipient, "message": dict(message)}


def text(words: str) -> Body:
    """Return the content of a text message; longer texts are split before."""
    return {"text": check_text("the text", words)}


def image_content(attachment_id: str, caption: str = "") -> Body:
    """Return the content of a message with a picture, by the id of its upload, and a caption."""
    return _build_media({"media_type": "image", "attachment_id": check_id("the picture", attachment_id)}, caption)


def gif_content(attachment_id: str, width: int, height: int, caption: str = "") -> Body:
    """Return the content of a message with a moving picture, by the id of its upload, and a caption."""
    if min(width, height) < 1:
        raise RequestRejected(
            "A moving picture can't have {width} × {height} pixels: give its real size.",
            width=width,
            height=height,
        )
    size = {"width": width, "height": height}
    return _build_media({"media_type": "gif", "attachment_id": check_id("the picture", attachment_id)} | size, caption)


def sticker_content(sticker_id: str) -> Body:
    """Return the content of a message with a sticker, by its id on stickers.zaloapp.com."""
    return _build_media({"media_type": "sticker", "attachment_id": check_id("the sticker", sticker_id)}, "")


def file_content(token: str) -> Body:
    """Return the content of a message with a document, by the token of its upload. Text goes in a message of its
    own.
    """
    return {"attachment": {"type": "file", "payload": {"token": check_id("the file", token)}}}


def info_request_content(title: str, subtitle: str, image_url: str) -> Body:
    """Return the content of a message that requests a person's contact data, which come back as an event."""
    element = {
        "title": check_text("the title", title, 100),
        "subtitle": check_text("the subtitle", subtitle, 500),
        "image_url": check_url(image_url),
    }
    return _build_template({"template_type": "request_user_info", "elements": [element]})


@frozen
class TapAction:
    """Action that a tap on a button or a list line triggers.

    Attributes:
        type: `oa.open.url`, `oa.query.show`, `oa.query.hide`, `oa.open.phone` or `oa.open.sms`.
        payload: a link; the text that is sent, shown or hidden; a number; or number and text.
    """

    type: str
    payload: str | Mapping[str, str] = field(repr=False)


def open_url_action(url: str) -> TapAction:
    """Return the action of a tap that opens a page."""
    return TapAction("oa.open.url", {"url": check_url(url)})


def send_text_action(words: str, *, hidden: bool = False) -> TapAction:
    """Return the action of a tap that sends a text to the account."""
    return TapAction("oa.query.hide" if hidden else "oa.query.show", check_text("the text of a tap", words))


def call_action(phone: str) -> TapAction:
    """Return the action of a tap that calls a number."""
    return TapAction("oa.open.phone", {"phone_code": check_id("the number", phone)})


def sms_action(phone: str, words: str) -> TapAction:
    """Return the action of a tap that opens a text message to a number."""
    return TapAction("oa.open.sms", {"phone_code": check_id("the number", phone), "content": words})


@frozen
class ListElement:
    """A line of a list, with title, subtitle, picture and the action of a tap."""

    title: str = field(repr=False)
    subtitle: str = field(default="", repr=False)
    image_url: str = field(default="", repr=False)
    action: TapAction | None = None


@frozen
class Button:
    """A button with its title and its action."""

    title: str = field(repr=False)
    action: TapAction


def list_content(elements: Sequence[ListElement], buttons: Sequence[Button] = ()) -> Body:
    """Return the content of a message with a list of at most five lines and five buttons; Zalo's newest pages don't
    name it, but it is used.
    """
    check_count("lines of a list", elements, 5)
    check_count("buttons", buttons, 5, 0)
    lines = [_build_line(element) for element in elements]
    return _build_template({"template_type": "list", "elements": lines} | _build_buttons(buttons))


def buttons_content(words: str, buttons: Sequence[Button]) -> Body:
    """Return the content of a message with a text and buttons below it."""
    check_count("buttons", buttons, 5)
    return text(words) | _build_template(_build_buttons(buttons))


def reaction_body(user_id: str, message_id: str, icon: str) -> Body:
    """Return the body of a reaction to a person's message; the icon `TAKE_BACK` takes the reaction back."""
    if icon not in (*REACTIONS, TAKE_BACK):
        raise RequestRejected(
            "{icon!r} isn't a Zalo reaction: choose one of {allowed}.", icon=icon, allowed=(*REACTIONS, TAKE_BACK)
        )
    action = {"react_icon": icon, "react_message_id": check_id("the message", message_id)}
    return {"recipient": {"user_id": check_id("the user", user_id)}, "sender_action": action}


def _build_media(element: Mapping[str, Any], caption: str) -> Body:
    caption_field = {"text": check_text("the caption", caption)} if caption else {}
    return caption_field | _build_template({"template_type": "media", "elements": [dict(element)]})


def _build_template(payload: Mapping[str, Any]) -> Body:
    return {"attachment": {"type": "template", "payload": dict(payload)}}


def _build_line(element: ListElement) -> Body:
    line: Body = {"title": check_text("a line's title", element.title)}
    if element.subtitle:
        line["subtitle"] = check_text("a line's subtitle", element.subtitle)
    if element.image_url:
        line["image_url"] = check_url(element.image_url)
    if element.action:
        payload = element.action.payload
        line["default_action"] = {"type": element.action.type} | (
            dict(payload) if isinstance(payload, Mapping) else {"payload": payload}
        )
    return line


def _build_buttons(buttons: Sequence[Button]) -> Body:
    entries = [
        {
            "title": check_text("a button's title", button.title),
            "type": button.action.type,
            "payload": button.action.payload if isinstance(button.action.payload, str) else dict(button.action.payload),
        }
        for button in buttons
    ]
    return {"buttons": entries} if entries else {}
