"""Previews show messages exactly as they will be sent; they send nothing, and only the preview of an item writes an
entry.
"""

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


def split_previews(office: CaseOffice, size: int) -> None:
    """Let the office's messenger preview texts in parts of `size` characters."""

    def split_text(message: OutgoingMessage) -> Sequence[str]:
        if not message.text.strip():
            raise RequestRejected("nothing to send")
        return [message.text[start : start + size] for start in range(0, len(message.text), size)]

    setattr(office.app.internals.messengers["oa"], "preview", split_text)  # noqa: B010  a mock cuts nothing of its own
    assert isinstance(office.app.internals.messengers["oa"], PreviewsTexts)


def test_answer_preview_is_exact(office: CaseOffice) -> None:
    """The preview of an answer is word for word the message that is sent later, with receipt and the profile's text."""
    tip = office.report_tip()
    office.app.tips.triage(office.officer, tip.id, category="crime")
    office.app.tips.assign(office.officer, tip.id, unit="hoa-lu", officers=[office.officer.id])
    rows = office.app.internals.context.storage.queues.outbox()
    lines = len(office.read_entries())
    answer_preview = office.app.tips.preview_answer(office.officer, tip.id, ANSWER)
    question_preview = office.app.tips.preview_answer(office.officer, tip.id, "Mấy giờ?", purpose="ask_back")
    assert (office.app.internals.context.storage.queues.outbox(), len(office.read_entries())) == (rows, lines)
    office.app.tips.ask_back(office.officer, tip.id, "Mấy giờ?")
    pump(office.app, office.chat)
    assert office.heard()[-1] == question_preview.messages[0].texts[0]
    office.says("Chín giờ")
    office.app.tips.settle(office.officer, tip.id, TipState.RESOLVED, answer=ANSWER, reason="solved")
    office.app.tips.answer(office.officer, tip.id)
    pump(office.app, office.chat)
    (message,) = answer_preview.messages
    assert office.heard()[-1] == message.texts[0]
    assert (message.messenger, message.groups, message.problem, answer_preview.found) == ("oa", 0, "", ())


def test_preview_lists_personal_data(office: CaseOffice) -> None:
    """A preview lists personal data in the officer's own words, but not the profile's numbers, the tip's own receipt or
    links.
    """
    tip = office.report_tip()
    other = office.report_tip("Mất trâu ở cánh đồng", "Thử Thị Bình")
    words = f"{ANSWER} Gọi 0912 345 678, tin {tip.receipt} và {other.receipt}, xem https://hoalu.gov.vn"
    findings = office.app.tips.preview_answer(office.officer, tip.id, words).found
    assert {(finding.kind, finding.text) for finding in findings} == {
        ("phone", "0912 345 678"),
        ("receipt", other.receipt),
    }


def test_preview_uses_the_messengers_parts(office: CaseOffice) -> None:
    """A messenger with previews determines the parts of a text; with a messenger without previews the text is one
    part.
    """
    tip = office.report_tip()
    whole = office.app.tips.preview_answer(office.officer, tip.id, ANSWER).messages[0].texts
    assert len(whole) == 1
    split_previews(office, 20)
    parts = office.app.tips.preview_answer(office.officer, tip.id, ANSWER).messages[0].texts
    assert len(parts) > 1
    assert "".join(parts) == whole[0]


def test_preview_without_chat_names_no_messenger(office: CaseOffice) -> None:
    """The preview of an answer to a reporter without a chat names no messenger and has the text to read out."""
    tip = office.app.tips.record_walk_in(office.officer, THEFT, unit="hoa-lu")
    (message,) = office.app.tips.preview_answer(office.officer, tip.id, ANSWER).messages
    assert (message.messenger, message.groups) == ("", 0)
    assert ANSWER in message.texts[0]


def test_inquiry_answer_preview_is_exact(office: CaseOffice) -> None:
    """The preview of an answer to an inquiry is word for word the message that `inquiries.answer` sends."""
    inquiry = office.asked()
    with pytest.raises(BadInput):
        office.app.inquiries.preview_answer(office.officer, inquiry.id)
    preview = office.app.inquiries.preview_answer(office.officer, inquiry.id, text="Ở công an huyện")
    office.app.inquiries.answer(office.officer, inquiry.id, text="Ở công an huyện")
    pump(office.app, office.chat)
    assert office.heard()[-1] == preview.messages[0].texts[0]


def test_item_preview_counts_groups_by_messenger(office: CaseOffice) -> None:
    """The preview of an item has, for each messenger, the number of groups and the parts of the text, and writes one
    entry.
    """
    editor = office.appoint("editor")
    piece = ItemContent(
        title="Cảnh giác", body="Không đưa mã OTP cho ai. " * 3, category="crime_warning", units=("hoa-lu",)
    )
    item = office.app.content.write(editor, "hoa-lu", piece)
    lines = len(office.read_entries())
    assert office.app.content.preview(editor, item.id).messages == ()
    assert [entry.action for entry in office.read_entries()[lines:]] == ["previews.preview_item"]
    office.launch_group("ninh-hoa", "Nhóm Một")
    office.launch_group("ninh-van", "Nhóm Hai")
    split_previews(office, 40)
    preview = office.app.content.preview(editor, item.id)
    (message,) = preview.messages
    assert (message.messenger, message.groups) == ("oa", 2)
    assert len(message.texts) > 1
    assert "Không đưa mã OTP" in "".join(message.texts)


def test_preview_needs_access(office: CaseOffice) -> None:
    """Officers who may not read a case or an item get no preview; excluded officers and other units get the error of a
    missing tip.
    """
    tip = office.report_tip()
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
