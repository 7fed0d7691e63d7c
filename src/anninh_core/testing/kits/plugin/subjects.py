"""Made-up messages, tips, posts and items, built from texts, on which a plugin is asked for opinions."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from anninh_core._moved import keep_old_imports
from anninh_core.plugins.facade import Opinions, Plugins
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place
from anninh_core.vocabulary.views import ItemToReview, PostToModerate, TipToRoute

Ask = Callable[[], Opinions[Any]]
NOON = datetime(2021, 9, 1, 5, tzinfo=UTC)
PHONE = "0912 345 678"
CARD = "036088001234"
TEXTS = (
    "Cháy nhà ở xóm 3, cứu với, gọi 114 ngay",
    "Tối qua mất trộm xe máy ở chợ",
    "Làm căn cước công dân cần mang giấy tờ gì ạ?",
    "Nhà hàng xóm đánh bạc đêm nào cũng đông",
    "Cảm ơn các anh, chúc buổi tối vui vẻ",
    "mk hok bit ai lay xe, ib e nha",
    f"Nó lừa tiền tôi, số máy {PHONE}, căn cước {CARD}, vào https://trung-thuong.example.com nhận quà",
    "TÀI LIỆU MẬT: danh sách cán bộ",
    "Nghe nói ở xã bên có vụ cướp, chưa rõ thực hư",
    "Dừng nhận tin",
)
HARD_TEXTS = (
    "",
    " \n\t ",
    "🔥🔥🔥",
    "<b>'; DROP TABLE tips; --</b> {0} %s \\",
    "\u202e\u200b\ufeff lộn xộn \ufffd",
    unicodedata.normalize("NFD", "Tổ trưởng tổ dân phố họp lúc mấy giờ ạ?"),
    "a" * 4_000,
    "Đường làng ngõ xóm yên vui. " * 150,
    "0" * 500 + " " + "(" * 500,
)


def build_questions(plugins: Plugins, hook: str, district: District, texts: Sequence[str]) -> Iterator[tuple[str, Ask]]:
    """Yield each text with a function that asks the plugins for their opinions on it through the hook `hook`."""
    for number, text in enumerate(texts):
        for ask in _ASKERS[hook](plugins, district, f"k-{number}", text):
            yield text, ask


def _ask_for_triage(plugins: Plugins, district: District, id: str, text: str) -> Iterator[Ask]:
    person = Address("oa", Place.PERSON, "p-1")
    group = Address("oa", Place.GROUP, "g-1")
    picture = Attachment("image", url="https://platform.invalid/anh.jpg")
    for conversation, attachments in ((person, ()), (group, (picture,))):
        message = InboundMessage(
            id=id, conversation=conversation, sender=person, text=text, sent_at=NOON, attachments=attachments
        )
        yield partial(plugins.triage, message, district)


def _ask_for_routing(plugins: Plugins, district: District, id: str, text: str) -> Iterator[Ask]:
    for category in ("", *district.incoming):
        tip = TipToRoute(id=id, unit=district.root, category=category, urgency="normal", text=text, received_at=NOON)
        yield partial(plugins.routing, tip, district)


def _ask_for_moderation(plugins: Plugins, district: District, id: str, text: str) -> Iterator[Ask]:
    for links in ((), ("https://trung-thuong.example.com/x", "http://[", "")):
        post = PostToModerate(id=id, group="g-1", text=text, links=links)
        yield partial(plugins.moderation, post, district)


def _ask_for_review(plugins: Plugins, district: District, id: str, text: str) -> Iterator[Ask]:
    for category in district.outgoing:
        item = ItemToReview(id=id, title=text[:200], body=text, category=category, source_url="", source_name="")
        yield partial(plugins.review, item, district)


_ASKERS: Mapping[str, Callable[[Plugins, District, str, str], Iterator[Ask]]] = {
    "anninh_triage_opinion": _ask_for_triage,
    "anninh_routing_opinion": _ask_for_routing,
    "anninh_moderation_flags": _ask_for_moderation,
    "anninh_review_findings": _ask_for_review,
}
OPINION_HOOKS = (*_ASKERS,)


keep_old_imports(__name__)
