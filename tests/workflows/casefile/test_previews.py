"""Previews: what will leave, as it will leave; nothing is sent, and no entry is left but for an item's."""

from collections.abc import Sequence

import pytest
from tests.support.case_office import THEFT, CaseOffice

from anninh_core.domain.content.values import ItemContent
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput, NotFound, Refused, RequestRejected
from anninh_core.ports.messengers.platform import PreviewsTexts
from anninh_core.testing import pump
from anninh_core.vocabulary.messages import OutgoingMessage

ANSWER = "Đã tìm được xe, mời ông đến nhận."


def cut(office: CaseOffice, size: int) -> None:
    """Let the messenger of the office say that it cuts texts, as some do."""

    def preview(message: OutgoingMessage) -> Sequence[str]:
        if not message.text.strip():
            raise RequestRejected("nothing to send")
        return [message.text[start : start + size] for start in range(0, len(message.text), size)]

    setattr(office.app.internals.messengers["oa"], "preview", preview)  # noqa: B010  a mock cuts nothing of its own
    assert isinstance(office.app.internals.messengers["oa"], PreviewsTexts)


def test_an_answer_is_shown_as_it_arrives(office: CaseOffice) -> None:
    """Word for word what the chat shows afterwards, with receipt and the profile's words."""
    tip = office.reported()
    office.app.tips.triage(office.officer, tip.id, category="crime")
    office.app.tips.assign(office.officer, tip.id, unit="hoa-lu", officers=[office.officer.id])
    rows = office.app.internals.context.storage.queues.outbox()
    lines = len(office.entries())
    shown = office.app.tips.preview_answer(office.officer, tip.id, ANSWER)
    asked = office.app.tips.preview_answer(office.officer, tip.id, "Mấy giờ?", purpose="ask_back")
    assert (office.app.internals.context.storage.queues.outbox(), len(office.entries())) == (rows, lines)
    office.app.tips.ask_back(office.officer, tip.id, "Mấy giờ?")
    pump(office.app, office.chat)
    assert office.heard()[-1] == asked.messages[0].texts[0]
    office.says("Chín giờ")
    office.app.tips.settle(office.officer, tip.id, TipState.RESOLVED, answer=ANSWER, reason="solved")
    office.app.tips.answer(office.officer, tip.id)
    pump(office.app, office.chat)
    (message,) = shown.messages
    assert office.heard()[-1] == message.texts[0]
    assert (message.messenger, message.groups, message.problem, shown.found) == ("oa", 0, "", ())


def test_what_looks_like_personal_data_is_named(office: CaseOffice) -> None:
    """Of the officer's own words: neither the profile's numbers nor the tip's own receipt; links aren't personal."""
    tip = office.reported()
    other = office.reported("Mất trâu ở cánh đồng", "Thử Thị Bình")
    words = f"{ANSWER} Gọi 0912 345 678, tin {tip.receipt} và {other.receipt}, xem https://hoalu.gov.vn"
    found = office.app.tips.preview_answer(office.officer, tip.id, words).found
    assert {(one.kind, one.text) for one in found} == {("phone", "0912 345 678"), ("receipt", other.receipt)}


def test_a_messenger_cuts_and_says_what_it_would_refuse(office: CaseOffice) -> None:
    """The texts are its own; one that tells nothing of cutting sends the whole."""
    tip = office.reported()
    whole = office.app.tips.preview_answer(office.officer, tip.id, ANSWER).messages[0].texts
    assert len(whole) == 1
    cut(office, 20)
    parts = office.app.tips.preview_answer(office.officer, tip.id, ANSWER).messages[0].texts
    assert len(parts) > 1
    assert "".join(parts) == whole[0]


def test_without_a_chat_a_person_tells(office: CaseOffice) -> None:
    """No messenger is named; the words are there to be read out."""
    tip = office.app.tips.record_walk_in(office.officer, THEFT, unit="hoa-lu")
    (message,) = office.app.tips.preview_answer(office.officer, tip.id, ANSWER).messages
    assert (message.messenger, message.groups) == ("", 0)
    assert ANSWER in message.texts[0]


def test_an_answer_to_a_question(office: CaseOffice) -> None:
    """From an article or in one's own words, with whose word it is, as `inquiries.answer` sends it."""
    inquiry = office.asked()
    with pytest.raises(BadInput):
        office.app.inquiries.preview_answer(office.officer, inquiry.id)
    shown = office.app.inquiries.preview_answer(office.officer, inquiry.id, text="Ở công an huyện")
    office.app.inquiries.answer(office.officer, inquiry.id, text="Ở công an huyện")
    pump(office.app, office.chat)
    assert office.heard()[-1] == shown.messages[0].texts[0]


def test_an_item_for_each_messenger_of_its_groups(office: CaseOffice) -> None:
    """How many groups would get it, cut as their messenger cuts; the look at the item is one entry."""
    editor = office.appoint("editor")
    piece = ItemContent(
        title="Cảnh giác", body="Không đưa mã OTP cho ai. " * 3, category="crime_warning", units=("hoa-lu",)
    )
    item = office.app.content.write(editor, "hoa-lu", piece)
    lines = len(office.entries())
    assert office.app.content.preview(editor, item.id).messages == ()
    assert [one.action for one in office.entries()[lines:]] == ["previews.preview_item"]
    office.launched_group("ninh-hoa", "Nhóm Một")
    office.launched_group("ninh-van", "Nhóm Hai")
    cut(office, 40)
    shown = office.app.content.preview(editor, item.id)
    (message,) = shown.messages
    assert (message.messenger, message.groups) == ("oa", 2)
    assert len(message.texts) > 1
    assert "Không đưa mã OTP" in "".join(message.texts)


def test_who_may_not_read_sees_no_preview(office: CaseOffice) -> None:
    """Excluded officers and those of another unit hear what they hear of a missing tip."""
    tip = office.reported()
    office.app.tips.exclusions.add(office.chief, tip.id, office.other.id, reason="Người nhà")
    for actor in (office.other, office.appoint("tip_officer", unit="ninh-van")):
        with pytest.raises(NotFound, match="for which you have the permission"):
            office.app.tips.preview_answer(actor, tip.id, ANSWER)
    with pytest.raises(Refused):
        office.app.tips.preview_answer(office.appoint("editor"), tip.id, ANSWER)
    with pytest.raises(BadInput):
        office.app.tips.preview_answer(office.officer, tip.id, " ")
    with pytest.raises(NotFound):
        office.app.inquiries.preview_answer(office.officer, "0", text=ANSWER)
    with pytest.raises(Refused):
        office.app.content.preview(office.officer, "0")
