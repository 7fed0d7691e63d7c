"""Incidents on the board, without a script: joined by one act, read, separated, and answered after a preview."""

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Shown, Visitor

from anninh_core.app import App
from anninh_core.testing import MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor

FIRES = ("Cháy chợ Ninh Hòa, khói đen", "Cháy to ở chợ Ninh Hòa", "Cháy nhà ở khu phố Ninh Hòa")
WORDS = "Đám cháy đã được khống chế."


@pytest.fixture
def tips(app: App) -> list[str]:
    """Ids of the tips of three people about one fire."""
    chat = MockMessenger.of(app).chat
    boss = UnsafeLocalUsers(app).appoint("Người Đọc", "hoa-lu", "tip_officer")
    for number, text in enumerate(FIRES):
        chat.says(chat.person(f"Người {number}"), text)
        pump(app, chat)
    return [tip.id for tip in reversed(app.tips.list(boss).items)]


def join_all(visitor: Visitor, tips: list[str]) -> Shown:
    """Join what was paged together, by the one button of the suggestions."""
    page = visitor.get(f"/tips/{tips[0]}/suggestions")
    return visitor.send(page.form("/do/incidents/join"))


def test_one_button_joins_what_was_paged_together(visitor: Visitor, tips: list[str]) -> None:
    """The case says how many were paged together; one act later each case leads to the incident of three."""
    assert "Báo động chung với 2 tin khác" in visitor.get(f"/tips/{tips[1]}").main
    joined = join_all(visitor, tips)
    assert "3 tin trong vụ" in joined.main
    assert all(text in joined.main for text in FIRES)
    assert "Cùng vụ việc: 3 tin" in visitor.get(f"/tips/{tips[2]}").main
    assert "3 tin" in visitor.get("/tips/incidents").main


def test_nothing_ticked_says_so(visitor: Visitor, tips: list[str]) -> None:
    """Pressed without a choice, the act is refused in words, and the incident stays as it is."""
    joined = join_all(visitor, tips)
    refused = visitor.send(joined.form("/do/incidents/separate"))
    assert refused.status == 422
    assert "Chưa chọn tin nào" in refused.main
    assert "3 tin trong vụ" in refused.main


def test_a_chosen_report_is_separated(visitor: Visitor, tips: list[str]) -> None:
    """It is proposed again afterwards, and the count is the smaller one."""
    form = join_all(visitor, tips).form("/do/incidents/separate")
    form.fields["tips"] = [tips[2]]
    shown = visitor.send(form)
    assert "2 tin trong vụ" in shown.main
    assert "Có thể cùng vụ: 1 tin" in shown.main


def test_all_are_answered_after_a_preview(app: App, visitor: Visitor, tips: list[str]) -> None:
    """The preview has each text with its receipt; a reporter who accuses is left out; the button says how many."""
    joined = join_all(visitor, tips)
    writing = visitor.get(f"{joined.path.partition('?')[0]}/answer").form("/answer")
    writing.fields["text"] = [WORDS]
    preview = visitor.send(writing)
    assert "Sẽ gửi 3/3 người" in preview.main
    role = preview.form("/do/incidents/set_role")
    role.fields["role"] = ["accuser"]
    marked = visitor.send(role)
    assert "Sẽ gửi 2/3 người" in marked.main
    assert "có lời tố người khác" in marked.main
    visitor.send(marked.form("/do/incidents/answer"))
    chat = MockMessenger.of(app).chat
    pump(app, chat)
    texts = [one.text for number in range(3) for one in chat.conversation(chat.person(f"Người {number}"))]
    assert sum(WORDS in text for text in texts) == 2


def test_others_find_no_incident(enter: Enter, stranger: Actor, visitor: Visitor, tips: list[str]) -> None:
    """An officer of another task gets no page of it."""
    path = join_all(visitor, tips).path.partition("?")[0]
    assert enter(stranger).get(path).status in (403, 404)
