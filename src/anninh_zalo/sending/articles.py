"""Articles of an official account, and their broadcast."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending.limits import address_of, id_of, text_of

Body = dict[str, Any]

_SHOWN: Mapping[bool, str] = {True: "show", False: "hide"}


@frozen(kw_only=True)
class Article:
    """What an article says.

    Attributes:
        cover: address of the picture above it.
        paragraphs: text, or addresses of pictures (`image`), in order.
        shown: whether followers see it; Zalo hides it otherwise.
    """

    title: str
    author: str
    description: str
    cover: str
    paragraphs: Sequence[tuple[str, str]] = field(repr=False)
    shown: bool = False
    comments: bool = False


def article(content: Article) -> Body:
    """Return the body of an article; Zalo creates it asynchronously."""
    if not content.paragraphs:
        raise RequestRejected("an article without paragraphs isn't taken; write at least one")
    return {
        "type": "normal",
        "title": text_of("the title", content.title, 150),
        "author": text_of("the author", content.author, 50),
        "description": text_of("the description", content.description, 300),
        "cover": {"cover_type": "photo", "photo_url": address_of(content.cover), "status": "show"},
        "body": [_paragraph(kind, value) for kind, value in content.paragraphs],
        "status": _SHOWN[content.shown],
        "comment": _SHOWN[content.comments],
    }


def video_article(title: str, description: str, video_id: str, avatar: str, *, shown: bool = False) -> Body:
    """Return the body of an article that is a video."""
    return {
        "type": "video",
        "title": text_of("the title", title, 150),
        "description": text_of("the description", description, 300),
        "video_id": id_of("the video", video_id),
        "avatar": address_of(avatar),
        "status": _SHOWN[shown],
    }


def changed(article_id: str, body: Mapping[str, Any]) -> Body:
    """Return the body that puts an article in place of another."""
    return {"id": id_of("the article", article_id)} | dict(body)


def broadcast(article_id: str, target: Mapping[str, str]) -> Body:
    """Return the body that sends an article to followers; `target` narrows them (ages, gender, cities, …)."""
    element = {"media_type": "article", "attachment_id": id_of("the article", article_id)}
    payload = {"template_type": "media", "elements": [element]}
    return {
        "recipient": {"target": dict(target)},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }


def _paragraph(kind: str, value: str) -> Body:
    match kind:
        case "text":
            return {"type": "text", "content": value}
        case "image":
            return {"type": "image", "url": address_of(value)}
        case _:
            raise RequestRejected(f"a paragraph of the kind {kind!r} can't be made; use text or image")
