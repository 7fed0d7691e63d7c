"""On the board without scripts tips are joined to an incident, read, separated, and answered together after a
preview.
"""

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import ReceivedPage, Visitor

from anninh_core.app import App
from anninh_core.testing import MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor

FIRES = ("Cháy chợ Ninh Hòa, khói đen", "Cháy to ở chợ Ninh Hòa", "Cháy nhà ở khu phố Ninh Hòa")
WORDS = "Đám cháy đã được khống chế."


@pytest.fixture
def tips(app: App) -> list[str]:
    """Ids of the tips of three reporters about one fire."""
    chat = MockMessenger.of(app).chat
    boss = UnsafeLocalUsers(app).appoint("Người Đọc", "hoa-lu", "tip_officer")
    for number, text in enumerate(FIRES):
        chat.says(chat.person(f"Người {number}"), text)
        pump(app, chat)
    return [tip.id for tip in reversed(app.tips.list(boss).items)]


def join_all(visitor: Visitor, tips: list[str]) -> ReceivedPage:
    """Join the suggested tips of one alarm, by the button of the suggestions."""
    page = visitor.get(f"/tips/{tips[0]}/suggestions")
    return visitor.send(page.form("/do/incidents/join"))


def test_tips_of_one_alarm_are_joined(visitor: Visitor, tips: list[str]) -> None:
    """A tip shows how many tips share its alarm, and one button joins them into an incident that each tip links to."""
    assert "Báo động chung với 2 tin khác" in visitor.get(f"/tips/{tips[1]}").main
    joined = join_all(visitor, tips)
    assert "3 tin trong vụ" in joined.main
    assert all(text in joined.main for text in FIRES)
    assert "Cùng vụ việc: 3 tin" in visitor.get(f"/tips/{tips[2]}").main
    assert "3 tin" in visitor.get("/tips/incidents").main


def test_separating_needs_a_chosen_tip(visitor: Visitor, tips: list[str]) -> None:
    """Separating without a chosen tip is refused with an explanation, and the incident stays unchanged."""
    joined = join_all(visitor, tips)
    refused = visitor.send(joined.form("/do/incidents/separate"))
    assert refused.status == 422
    assert "Chưa chọn tin nào" in refused.main
    assert "3 tin trong vụ" in refused.main


def test_separated_tip_is_suggested_again(visitor: Visitor, tips: list[str]) -> None:
    """A separated tip leaves the incident and is suggested for it again."""
    form = join_all(visitor, tips).form("/do/incidents/separate")
    form.fields["tips"] = [tips[2]]
    screen = visitor.send(form)
    assert "2 tin trong vụ" in screen.main
    assert "Có thể cùng vụ: 1 tin" in screen.main


def test_joint_answer_leaves_out_accusers(app: App, visitor: Visitor, tips: list[str]) -> None:
    """The preview shows the number of recipients, and a reporter marked as accuser gets no joint answer."""
    joined = join_all(visitor, tips)
    answer_form = visitor.get(f"{joined.path.partition('?')[0]}/answer").form("/answer")
    answer_form.fields["text"] = [WORDS]
    preview = visitor.send(answer_form)
    assert "Sẽ gửi 3/3 người" in preview.main
    role = preview.form("/do/incidents/set_role")
    role.fields["role"] = ["accuser"]
    marked = visitor.send(role)
    assert "Sẽ gửi 2/3 người" in marked.main
    assert "có lời tố người khác" in marked.main
    visitor.send(marked.form("/do/incidents/answer"))
    chat = MockMessenger.of(app).chat
    pump(app, chat)
    texts = [message.text for number in range(3) for message in chat.conversation(chat.person(f"Người {number}"))]
    assert sum(WORDS in text for text in texts) == 2


def test_incident_is_hidden_without_permission(
    enter: SignIn, officer_without_tips: Actor, visitor: Visitor, tips: list[str]
) -> None:
    """An officer without permission for tips can't open an incident."""
    path = join_all(visitor, tips).path.partition("?")[0]
    assert enter(officer_without_tips).get(path).status in (403, 404)
