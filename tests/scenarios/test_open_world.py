"""After the demo every screen has content, and a resident can write to the account."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from tests.conftest import PlayedDemo

from anninh_core.demo.open_world.schedule import compute_final_time
from anninh_core.demo.running.one_click import LocalVisit
from anninh_core.demo.running.opening import RunningDemo, open_demo
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.identity.states import DisclosureState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import PostState
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.tips import Tip, TipState
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.usecase import Actor

pytestmark = pytest.mark.xdist_group("demo")

HERE = LocalVisit("127.0.0.1", {"host": "localhost"})


@pytest.fixture
def demo(played: PlayedDemo, tmp_path: Path) -> Iterator[RunningDemo]:
    with open_demo(copytree(played.end_out, tmp_path / "demo")) as opened:
        yield opened


def sign_in_officer(demo: RunningDemo, name: str) -> Actor:
    (officer,) = [candidate for candidate in demo.sign_in.officers() if candidate.name == name]
    return demo.app.accounts.authenticate_token(demo.sign_in.sign_in(officer.id, HERE).token)


@pytest.fixture
def handler(demo: RunningDemo) -> Actor:
    return sign_in_officer(demo, "Hoàng Văn Tiếp Nhận")


def list_open_tips(demo: RunningDemo, handler: Actor) -> tuple[Tip, ...]:
    return tuple(tip for tip in demo.app.tips.list(handler, limit=500).items if tip.is_open)


def test_clock_is_at_ten(demo: RunningDemo) -> None:
    """The demo's clock is at ten on the day when the yearly report is due, and no message is waiting."""
    step = demo.app.worker.step()
    assert demo.clock.now() == compute_final_time()
    assert (step.received, step.sent) == (0, 0)


def test_open_tips_have_various_deadlines(demo: RunningDemo, handler: Actor) -> None:
    """About a dozen tips are open in every state: an emergency, overdue ones, some nearly due, and some with time
    left.
    """
    tips = list_open_tips(demo, handler)
    states = Counter(tip.state for tip in tips)
    days = [(min(clock.due for clock in tip.clocks if clock.met_at is None) - demo.clock.now()).days for tip in tips]

    assert 10 <= len(tips) <= 15
    assert [tip.category for tip in tips if tip.emergency] == ["fire"]
    assert sum(left < 0 for left in days) >= 3
    assert sum(0 <= left < 3 for left in days) >= 3
    assert sum(left > 7 for left in days) >= 3
    assert states.keys() >= {S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING}
    assert [tip.state for tip in tips if tip.withdrawal_asked_at is not None] == [S.RECEIVED]


def test_unsent_answer_and_reopening_are_pending(demo: RunningDemo, handler: Actor) -> None:
    """One tip is settled without its answer sent, and the reopening of another one is requested."""
    states = Counter(tip.state for tip in demo.app.tips.list(handler, limit=500).items)
    assert (states[S.RESOLVED], states[S.REOPEN_REQUESTED]) == (1, 1)


def test_demo_has_four_open_questions(demo: RunningDemo, handler: Actor) -> None:
    """Four questions are open, one of them asked in person at the desk, and articles fit only some of them."""
    inquiries = demo.app.inquiries.list(handler, state=InquiryState.RECEIVED).items
    fitting = [bool(demo.app.inquiries.suggest(handler, inquiry.id, limit=1)) for inquiry in inquiries]

    assert len(inquiries) == 4
    assert [inquiry.conversation for inquiry in inquiries].count("") == 1
    assert set(fitting) == {True, False}


def test_demo_has_items_in_every_state(demo: RunningDemo) -> None:
    """There is an item in every state except withdrawn and corrected."""
    states = Counter(
        item.state for item in demo.app.content.list(sign_in_officer(demo, "Đỗ Thị Biên Tập"), limit=100).items
    )
    assert states.keys() >= set(ItemState) - {ItemState.WITHDRAWN, ItemState.CORRECTED}


def test_demo_has_flagged_posts(demo: RunningDemo) -> None:
    """Two posts are flagged, and one author appeals a decision."""
    moderator = sign_in_officer(demo, "Đặng Thị Nội Dung")
    assert len(demo.app.moderation.list(moderator, state=PostState.RAISED).items) == 2
    assert len(demo.app.moderation.list(moderator, state=PostState.APPEALED).items) == 1


def test_demo_has_reports_in_every_state(demo: RunningDemo) -> None:
    """The yearly report is due today: two are submitted, one was returned, one is a draft, four are missing."""
    officer = sign_in_officer(demo, "Lê Văn Thường Trực")
    lines = demo.app.reports.standing(officer, "annual", 2022)
    states = Counter(line.state for line in lines if line.report)

    assert states[ReportState.DRAFT] == states[ReportState.RETURNED] == 1
    assert states[ReportState.SUBMITTED] == 2
    assert len([line for line in lines if not line.report]) == 4
    duties = [duty for duty in demo.app.programme.duties(officer, limit=200).items if duty.state.value == "open"]
    assert {(duty.last_day - compute_final_time().date()).days for duty in duties} == {0}


def test_disclosure_and_held_warning_are_pending(demo: RunningDemo) -> None:
    """A disclosure of a name is requested, and an urgent warning is held because it has a personal number."""
    custodian = sign_in_officer(demo, "Ngô Thị Bảo Mật")
    board = sign_in_officer(demo, "Phạm Thị Quản Trị")
    (disclosure,) = demo.app.identity.disclosures(custodian).items
    (finding,) = demo.app.leaks.findings(board).items

    assert disclosure.state is DisclosureState.REQUESTED
    assert finding.state is LeakState.HELD
    assert (
        demo.app.identity.approve_identity(custodian, disclosure.id, reason="Đủ căn cứ").state
        is DisclosureState.APPROVED
    )


def test_demo_has_undelivered_messages(demo: RunningDemo) -> None:
    """A message to a deleted chat account has failed, and other texts wait to be posted by hand."""
    board = sign_in_officer(demo, "Phạm Thị Quản Trị")
    states = Counter(trouble.state for trouble in demo.app.failures.troubles(board, limit=2000))
    assert states[OutboxState.FAILED] >= 1
    assert states[OutboxState.NEEDS_PERSON] >= 20


def test_residents_message_becomes_a_tip(demo: RunningDemo, handler: Actor) -> None:
    """A resident's message becomes a tip at once, and the resident's chat shows its receipt."""
    before = {tip.id for tip in list_open_tips(demo, handler)}
    demo.resident.write("Nhà tôi ở xã Ninh Vân vừa bị kẻ gian cạy cửa lấy mất hai xe đạp")

    (tip,) = [tip for tip in list_open_tips(demo, handler) if tip.id not in before]
    assert tip.receipt in demo.resident.transcript()[-1].text


S = TipState
