"""Text that identifies a resident is held for a person before it is sent to a group, and no approved item is lost."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.leaks.newsroom import ON_DUTY, PIECE, Newsroom, make_urgent

from anninh_core.domain.content.values import ItemState
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.kernel.errors import BadInput, Refused, WrongStep

REPORTER = "Nguyễn Thị Bưởi"
NAMES_HER = "Cháy tại xóm 3, theo bà Nguyễn Thị Bưởi. Bà con tránh khu vực chợ."


def test_resident_name_in_a_draft_must_be_answered(newsroom: Newsroom) -> None:
    """The finding about a resident's name gives only its position, and after a reviewer has answered the finding the
    item is published.
    """
    newsroom.duty.dialog.says(REPORTER, "Em thấy có người lạ ở ngõ")
    item = newsroom.submit_item(body=NAMES_HER)
    (finding,) = [remark.finding for remark in item.remarks]
    assert "Bưởi" not in finding.text
    assert finding.text.endswith("39–53")
    with pytest.raises(WrongStep, match="can't be approved yet: finding 0 isn't answered"):
        newsroom.approve_item(item)
    newsroom.answer(item)
    newsroom.duty.app.content.publish(newsroom.board, newsroom.approve_item(item).id)
    newsroom.duty.clock.advance(timedelta(hours=6))  # Posts that can wait are sent in the morning.
    assert [len(posts) for posts in newsroom.posts()] == [1, 1]
    assert not newsroom.duty.app.leaks.findings(newsroom.board).items


def test_finding_does_not_reveal_residents(newsroom: Newsroom) -> None:
    """A resident's name and any phone number give the same finding, so that trying names reveals no resident, and only
    some roles see how many hits each officer caused.
    """
    newsroom.duty.dialog.says(REPORTER, "Em thấy có người lạ ở ngõ")
    with_resident = newsroom.submit_item(body="Xin cảm ơn Nguyễn Thị Bưởi")
    pattern = newsroom.submit_item(body="Xin cảm ơn 0912 345 6789999")
    number = newsroom.submit_item(body="Xin cảm ơn 0912 345 678")
    stranger = newsroom.submit_item(body="Xin cảm ơn Nguyễn Thị Lạ")
    assert [len(item.remarks) for item in (with_resident, number, stranger, pattern)] == [1, 1, 0, 0]
    texts = [item.remarks[0].finding.text.rpartition(":")[0] for item in (with_resident, number)]
    assert texts[0] == texts[1]
    users = newsroom.duty.app
    with pytest.raises(Refused):
        users.leaks.hits_by_officer(newsroom.editor, newsroom.duty.clock.now())


@pytest.mark.parametrize("decision", [LeakState.RELEASED, LeakState.STOPPED])
def test_a_fire_warning_that_names_a_resident(newsroom: Newsroom, decision: LeakState) -> None:
    """An urgent item with a resident's name is held, an officer gets an urgent notice within a minute, and only a
    release publishes it.
    """
    duty = newsroom.duty
    duty.dialog.says(REPORTER, "Cho em hỏi giờ làm việc")
    duty.dialog.hears(REPORTER, "")
    newsroom.publish_at_once(newsroom.submit_item(**make_urgent(body=NAMES_HER)))
    assert newsroom.posts() == [[], []]
    duty.wait(1)
    page = duty.dialog.hears(ON_DUTY, "KHẨN ([0-9A-Z]{5}): cảnh báo khẩn bị giữ lại.*Trả lời 1")
    assert "Bưởi" not in page.string
    (finding,) = duty.app.leaks.findings(newsroom.board).items
    assert finding.code == page[1]
    assert finding.text[finding.spans[0][0] : finding.spans[0][1]] == REPORTER
    assert duty.app.content.published(newsroom.editor).items == ()
    duty.wait(5)
    assert newsroom.posts() == [[], []]
    decide = duty.app.leaks.release if decision is LeakState.RELEASED else duty.app.leaks.stop
    decide(newsroom.board, finding.id, reason="Bà Bưởi đồng ý nêu tên")
    duty.wait(2)
    expected = 1 if decision is LeakState.RELEASED else 0
    assert [len(posts) for posts in newsroom.posts()] == [expected, expected]
    assert len(duty.app.content.published(newsroom.editor).items) == expected
    (alarm,) = duty.list_alarms()
    assert alarm.state is AlarmState.ENDED
    with pytest.raises(WrongStep, match=decision):
        decide(newsroom.board, finding.id, reason="lần nữa")


def test_name_with_a_reason_is_published(newsroom: Newsroom) -> None:
    """One person alone may publish a resident's name with a reason, and then nothing is held."""
    newsroom.duty.dialog.says(REPORTER, "Cho em hỏi giờ làm việc")
    item = newsroom.submit_item(**make_urgent(body="Tìm cháu Nguyễn Thị Bưởi, lạc tại xóm 3"))
    newsroom.publish_at_once(item, about_people="Gia đình nhờ tìm, đã đồng ý nêu tên")
    assert [len(posts) for posts in newsroom.posts()] == [1, 1]
    assert not newsroom.duty.list_alarms()


def test_later_reporter_is_found_when_item_is_sent(newsroom: Newsroom) -> None:
    """An approved item is checked again when it is sent: if it names someone who has reported since, it is held, but
    the items after it aren't.
    """
    item = newsroom.approve_item(newsroom.submit_item(body=NAMES_HER))
    newsroom.duty.dialog.says(REPORTER, "Em thấy có người lạ ở ngõ")
    newsroom.duty.app.content.publish(newsroom.board, item.id)
    assert newsroom.posts() == [[], []]
    (finding,) = newsroom.duty.app.leaks.findings(newsroom.board).items
    other = newsroom.approve_item(newsroom.submit_item(title="Tin khác", body="Họp dân xóm 3 tối nay"))
    newsroom.duty.app.content.publish(newsroom.board, other.id)
    newsroom.duty.clock.advance(timedelta(hours=6))
    assert [len(posts) for posts in newsroom.posts()] == [1, 1], "what comes after isn't kept back"
    newsroom.duty.app.leaks.release(newsroom.board, finding.id, reason="Trùng tên")
    newsroom.duty.wait(2)
    assert [len(posts) for posts in newsroom.posts()] == [2, 2]


def test_release_needs_reason_and_permission(newsroom: Newsroom) -> None:
    """Releasing a held text needs a reason and the permission."""
    newsroom.duty.dialog.says(REPORTER, "Em thấy có người lạ ở ngõ")
    item = newsroom.publish_at_once(newsroom.submit_item(**make_urgent(body=NAMES_HER)))
    (finding,) = newsroom.duty.app.leaks.findings(newsroom.board).items
    leaks = newsroom.duty.app.leaks
    with pytest.raises(BadInput, match="needs a reason, which others read: write it"):
        leaks.release(newsroom.board, finding.id, reason=" ")
    with pytest.raises(Refused):
        leaks.release(newsroom.editor, finding.id, reason="Được")
    assert newsroom.duty.app.content.get(newsroom.editor, item.id).state is ItemState.PUBLISHED


def test_names_that_are_ordinary_words_hold_nothing(newsroom: Newsroom) -> None:
    """A reporter's name that consists of ordinary words holds no text with these words."""
    for name in ("Trần Công An", "Lê Hòa Bình", "An", "Công An xã"):
        newsroom.duty.dialog.says(name, "Em thấy có người lạ ở ngõ")
    body = "Công An xã nhắc bà con xóm 3 giữ gìn hòa bình, An ninh trật tự và Văn Minh"
    assert newsroom.submit_item(body=body, title=PIECE.title).remarks == ()


def test_account_number_from_a_report_is_found(newsroom: Newsroom) -> None:
    """An account number that matches no pattern is found in a text after a resident has written it."""
    newsroom.duty.dialog.says(REPORTER, "Nhà em bị mất trộm, stk của em 102938475610 ạ")
    assert len(newsroom.submit_item(body="Trả lại cho chủ 1029 3847 5610 tại xóm 3").remarks) == 1
    assert newsroom.submit_item(body="Trả lại cho chủ 9999 3847 5610 tại xóm 3").remarks == ()
