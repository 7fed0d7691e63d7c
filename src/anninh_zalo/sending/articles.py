"""Request bodies for the articles of an official account, and for their broadcast."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending.limits import check_id, check_text, check_url

Body = dict[str, Any]

_VISIBILITY: Mapping[bool, str] = {True: "show", False: "hide"}


@frozen(kw_only=True)
class ZaloArticle:
    """Content of an article.

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


def article_body(content: ZaloArticle) -> Body:
    """Return the request body that creates an article; Zalo creates it asynchronously."""
    if not content.paragraphs:
        raise RequestRejected("The article has no paragraphs: write at least one.")
    return {
        "type": "normal",
        "title": check_text("the title", content.title, 150),
        "author": check_text("the author", content.author, 50),
        "description": check_text("the description", content.description, 300),
        "cover": {"cover_type": "photo", "photo_url": check_url(content.cover), "status": "show"},
        "body": [_build_paragraph(kind, value) for kind, value in content.paragraphs],
        "status": _VISIBILITY[content.shown],
        "comment": _VISIBILITY[content.comments],
    }


def video_article_body(title: str, description: str, video_id: str, avatar: str, *, is_visible: bool = False) -> Body:
    """Return the request body that creates a video article."""
    return {
        "type": "video",
        "title": check_text("the title", title, 150),
        "description": check_text("the description", description, 300),
        "video_id": check_id("the video", video_id),
        "avatar": check_url(avatar),
        "status": _VISIBILITY[is_visible],
    }


def update_body(article_id: str, body: Mapping[str, Any]) -> Body:
    """Return the request body that replaces an article by another."""
    return {"id": check_id("the article", article_id)} | dict(body)


def broadcast_body(article_id: str, target: Mapping[str, str]) -> Body:
    """Return the request body that sends an article to followers; `target` selects among them (ages, gender, cities,
    …).
    """
    element = {"media_type": "article", "attachment_id": check_id("the article", article_id)}
    payload = {"template_type": "media", "elements": [element]}
    return {
        "recipient": {"target": dict(target)},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }


def _build_paragraph(kind: str, value: str) -> Body:
    match kind:
        case "text":
            return {"type": "text", "content": value}
        case "image":
            return {"type": "image", "url": check_url(value)}
        case _:
            raise RequestRejected("A paragraph can't have the kind {kind!r}: use text or image.", kind=kind)
