"""The request body of every kind of message has Zalo's documented form, and an invalid one is refused before
sending.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending import articles, bodies, templates
from anninh_zalo.sending.articles import ZaloArticle
from anninh_zalo.sending.bodies import Button, ListElement

PICTURE = "https://photo.invalid/1"
PHONE = "84000000001"


def build_media_element(**element: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}


def test_text_is_addressed_to_each_recipient() -> None:
    """A text can be addressed to a person, with a quote, to a group, and to a visitor of a website."""
    content = bodies.text("Cháy")

    assert bodies.person_body("1", content) == {"recipient": {"user_id": "1"}, "message": {"text": "Cháy"}}
    assert bodies.person_body("1", content, "9")["message"] == {"text": "Cháy", "quote_message_id": "9"}
    assert bodies.group_body("g", content) == {"recipient": {"group_id": "g"}, "message": {"text": "Cháy"}}
    assert bodies.visitor_body("a", "c", content)["recipient"] == {"anonymous_id": "a", "conversation_id": "c"}


def test_media_have_their_documented_form() -> None:
    """A picture or sticker is sent as a template with one element, a file as a token, and a caption as the message's
    text.
    """
    assert bodies.image_content("i", "Ảnh") == {"text": "Ảnh"} | build_media_element(
        media_type="image", attachment_id="i"
    )
    assert bodies.gif_content("i", 2, 3) == build_media_element(media_type="gif", attachment_id="i", width=2, height=3)
    assert bodies.sticker_content("s") == build_media_element(media_type="sticker", attachment_id="s")
    assert bodies.file_content("t") == {"attachment": {"type": "file", "payload": {"token": "t"}}}
    for message in (bodies.image_content("i"), bodies.sticker_content("s"), bodies.file_content("t")):
        assert bodies.group_body("g", message)["message"] == message


def test_lists_and_buttons_have_actions() -> None:
    """Each line of a list, and each button, has an action."""
    open_action = bodies.open_url_action(PICTURE)
    buttons = [
        Button("Mở", open_action),
        Button("Nói", bodies.send_text_action("có")),
        Button("Ẩn", bodies.send_text_action("#x", hidden=True)),
        Button("Gọi", bodies.call_action("113")),
        Button("Nhắn", bodies.sms_action("113", "x")),
    ]
    payload = bodies.list_content(
        [ListElement("Tin", "phụ", PICTURE, open_action), ListElement("Hai", action=bodies.send_text_action("hai"))],
        buttons,
    )["attachment"]["payload"]

    expected_action = {"type": "oa.open.url", "url": PICTURE}

    assert payload["template_type"] == "list"
    assert payload["elements"] == [
        {
            "title": "Tin",
            "subtitle": "phụ",
            "image_url": PICTURE,
            "default_action": expected_action,
        },
        {"title": "Hai", "default_action": {"type": "oa.query.show", "payload": "hai"}},
    ]
    assert [(button["type"], button["payload"]) for button in payload["buttons"]] == [
        ("oa.open.url", {"url": PICTURE}),
        ("oa.query.show", "có"),
        ("oa.query.hide", "#x"),
        ("oa.open.phone", {"phone_code": "113"}),
        ("oa.open.sms", {"phone_code": "113", "content": "x"}),
    ]
    assert bodies.buttons_content("Chọn", buttons[:1])["attachment"]["payload"] == {"buttons": payload["buttons"][:1]}


def test_information_request_and_reaction() -> None:
    """An information request has one element, and a reaction has the message's id and the icon."""
    payload = bodies.info_request_content("Tên", "để liên hệ", PICTURE)["attachment"]["payload"]

    assert payload["elements"] == [{"title": "Tên", "subtitle": "để liên hệ", "image_url": PICTURE}]
    assert bodies.reaction_body("1", "9", "/-heart")["sender_action"] == {
        "react_icon": "/-heart",
        "react_message_id": "9",
    }
    assert bodies.reaction_body("1", "9", bodies.TAKE_BACK)["recipient"] == {"user_id": "1"}


def test_templates_are_addressed_by_user_or_phone() -> None:
    """A template is addressed by user id, or by a normalized telephone number with a tracking id."""
    filled = {"template_id": "5", "template_data": {"name": "An"}}
    digest = hashlib.sha256(PHONE.encode()).hexdigest()

    assert templates.user_template_body("1", "5", {"name": "An"}) == {"user_id": "1"} | filled
    for phone in (PHONE, "+84 000 000 001", "0000.000.001"):
        assert (
            templates.phone_template_body(phone, "5", {"name": "An"}, "t-1")
            == {"phone": PHONE, "tracking_id": "t-1"} | filled
        )
    modes = templates.phone_template_body(PHONE, "5", {}, "t", development=True, beyond_quota=True)
    assert (modes["mode"], modes["sending_mode"]) == ("development", "3")
    assert templates.hashed_phone_template_body(digest, "5", {}, "t")["phone"] == digest


ARTICLE = ZaloArticle(title="Tin", author="Công an", description="Mô tả", cover=PICTURE, paragraphs=[("text", "Một")])


def test_articles_are_hidden_by_default() -> None:
    """An article is hidden by default, its update has its id, and a broadcast refers to it."""
    body = articles.article_body(attrs.evolve(ARTICLE, paragraphs=[("text", "Một"), ("image", PICTURE)]))

    assert body["cover"] == {"cover_type": "photo", "photo_url": PICTURE, "status": "show"}
    assert body["body"] == [{"type": "text", "content": "Một"}, {"type": "image", "url": PICTURE}]
    assert (body["status"], body["comment"]) == ("hide", "hide")
    assert articles.update_body("7", body) == {"id": "7"} | body
    assert articles.video_article_body("Tin", "Mô tả", "v", PICTURE, is_visible=True)["status"] == "show"
    assert articles.broadcast_body("7", {"gender": "0"})["recipient"] == {"target": {"gender": "0"}}


LONG = "Bí mật" * 400
REFUSED: list[Callable[[], object]] = [
    lambda: bodies.text(""),
    lambda: bodies.text(LONG),
    lambda: bodies.text("👍" * 1001),
    lambda: bodies.image_content("i", LONG),
    lambda: bodies.image_content(""),
    lambda: bodies.gif_content("i", 0, 1),
    lambda: bodies.info_request_content(LONG, "x", PICTURE),
    lambda: bodies.info_request_content("x", "x", "Bí mật"),
    lambda: bodies.list_content([]),
    lambda: bodies.list_content([ListElement("x")] * 6),
    lambda: bodies.list_content([ListElement("x")], [Button("x", bodies.send_text_action("x"))] * 6),
    lambda: bodies.buttons_content("x", []),
    lambda: bodies.reaction_body("1", "9", "👍"),
    lambda: bodies.person_body("Bí mật", bodies.text("x")),
    lambda: bodies.group_body("g", bodies.list_content([ListElement("x")])),
    lambda: bodies.group_body("g", bodies.buttons_content("x", [Button("x", bodies.send_text_action("x"))])),
    lambda: bodies.group_body("g", bodies.info_request_content("x", "x", PICTURE)),
    lambda: templates.phone_template_body("84-Bí mật", "5", {}, "t"),
    lambda: templates.phone_template_body(PHONE, "5", {}, "Bí mật"),
    lambda: templates.phone_template_body(PHONE, "5", {}, "t" * 49),
    lambda: templates.hashed_phone_template_body("Bí mật", "5", {}, "t"),
    lambda: articles.article_body(attrs.evolve(ARTICLE, title=LONG)),
    lambda: articles.article_body(attrs.evolve(ARTICLE, paragraphs=[])),
    lambda: articles.article_body(attrs.evolve(ARTICLE, paragraphs=[("poem", "Bí mật")])),
    lambda: articles.article_body(attrs.evolve(ARTICLE, cover="Bí mật")),
]


@pytest.mark.parametrize("make", REFUSED)
def test_invalid_content_is_refused_before_sending(make: Callable[[], object]) -> None:
    """Content that Zalo would refuse raises an error that has the limit and the remedy, and not the content."""
    with pytest.raises(RequestRejected) as refused:
        make()

    assert "Bí mật" not in str(refused.value)
    assert ";" in str(refused.value) or ":" in str(refused.value)
