"""How the demo ends: every screen has something to show, and a resident can write into it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from tests.conftest import Played

from anninh_core.demo.open_world.schedule import standing_time
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
def demo(played: Played, tmp_path: Path) -> Iterator[RunningDemo]:
    with open_demo(copytree(played.end_out, tmp_path / "demo")) as opened:
        yield opened


def signed_in(demo: RunningDemo, name: str) -> Actor:
    (officer,) = [one for one in demo.sign_in.officers() if one.name == name]
    return demo.app.accounts.authenticate_token(demo.sign_in.sign_in(officer.id, HERE).token)


@pytest.fixture
def handler(demo: RunningDemo) -> Actor:
    return signed_in(demo, "Hoàng Văn Tiếp Nhận")


def open_tips(demo: RunningDemo, handler: Actor) -> tuple[Tip, ...]:
    return tuple(tip for tip in demo.app.tips.list(handler, limit=500).items if tip.is_open)


def test_the_clock_stands_at_ten(demo: RunningDemo) -> None:
    """It is ten o'clock on the day before the yearly report is late, and nothing waits to be heard or sent."""
    step = demo.app.worker.step()
    assert demo.clock.now() == standing_time()
    assert (step.received, step.sent) == (0, 0)


def test_tips_at_different_clocks(demo: RunningDemo, handler: Actor) -> None:
    """About a dozen are open: an emergency, overdue ones, some that are nearly due, and calm ones, in every state."""
    tips = open_tips(demo, handler)
    states = Counter(tip.state for tip in tips)
    days = [(min(clock.due for clock in tip.clocks if clock.met_at is None) - demo.clock.now()).days for tip in tips]

    assert 10 <= len(tips) <= 15
    assert [tip.category for tip in tips if tip.emergency] == ["fire"]
    assert sum(left < 0 for left in days) >= 3
    assert sum(0 <= left < 3 for left in days) >= 3
    assert sum(left > 7 for left in days) >= 3
    assert states.keys() >= {S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING}
    assert [tip.state for tip in tips if tip.withdrawal_asked_at is not None] == [S.RECEIVED]


def test_tips_that_wait_for_somebody_else(demo: RunningDemo, handler: Actor) -> None:
    """One is settled and its answer hasn't left; of one the reopening is asked for."""
    states = Counter(tip.state for tip in demo.app.tips.list(handler, limit=500).items)
    assert (states[S.RESOLVED], states[S.REOPEN_REQUESTED]) == (1, 1)


def test_demo_has_four_open_questions(demo: RunningDemo, handler: Actor) -> None:
    """Four are open, one of them from the desk; an article is at hand for some and not for others."""
    found = demo.app.inquiries.list(handler, state=InquiryState.RECEIVED).items
    fitting = [bool(demo.app.inquiries.suggest(handler, one.id, limit=1)) for one in found]

    assert len(found) == 4
    assert [one.conversation for one in found].count("") == 1
    assert set(fitting) == {True, False}


def test_items_in_each_stage(demo: RunningDemo) -> None:
    """A draft, one that was returned, one that waits for review, one that waits to be published."""
    states = Counter(item.state for item in demo.app.content.list(signed_in(demo, "Đỗ Thị Biên Tập"), limit=100).items)
    assert states.keys() >= set(ItemState) - {ItemState.WITHDRAWN, ItemState.CORRECTED}


def test_demo_has_flagged_posts(demo: RunningDemo) -> None:
    """Two are flagged, and an author objects to what was done."""
    moderator = signed_in(demo, "Đặng Thị Nội Dung")
    assert len(demo.app.moderation.list(moderator, state=PostState.RAISED).items) == 2
    assert len(demo.app.moderation.list(moderator, state=PostState.APPEALED).items) == 1


def test_demo_has_reports_in_every_state(demo: RunningDemo) -> None:
    """The yearly report is due today: some are in, one was returned, one is being written, some are missing."""
    standing = signed_in(demo, "Lê Văn Thường Trực")
    lines = demo.app.reports.standing(standing, "annual", 2022)
    states = Counter(line.state for line in lines if line.report)

    assert states[ReportState.DRAFT] == states[ReportState.RETURNED] == 1
    assert states[ReportState.SUBMITTED] == 2
    assert len([line for line in lines if not line.report]) == 4
    duties = [one for one in demo.app.programme.duties(standing, limit=200).items if one.state.value == "open"]
    assert {(duty.last_day - standing_time().date()).days for duty in duties} == {0}


def test_what_custodian_and_board_decide(demo: RunningDemo) -> None:
    """A name is asked for, and an urgent warning is held because a number stands in it."""
    custodian = signed_in(demo, "Ngô Thị Bảo Mật")
    board = signed_in(demo, "Phạm Thị Quản Trị")
    (asked,) = demo.app.identity.disclosures(custodian).items
    (held,) = demo.app.leaks.findings(board).items

    assert asked.state is DisclosureState.REQUESTED
    assert held.state is LeakState.HELD
    assert demo.app.identity.approve_identity(custodian, asked.id, reason="Đủ căn cứ").state is DisclosureState.APPROVED


def test_what_was_not_delivered(demo: RunningDemo) -> None:
    """Somebody's chat account is gone: what was sent there failed; other things wait to be posted by hand."""
    board = signed_in(demo, "Phạm Thị Quản Trị")
    states = Counter(trouble.state for trouble in demo.app.failures.troubles(board, limit=2000))
    assert states[OutboxState.FAILED] >= 1
    assert states[OutboxState.NEEDS_PERSON] >= 20


def test_a_resident_s_message_reaches_the_officer(demo: RunningDemo, handler: Actor) -> None:
    """It is a new case at once, told in the resident's own chat."""
    before = {tip.id for tip in open_tips(demo, handler)}
    demo.resident.write("Nhà tôi ở xã Ninh Vân vừa bị kẻ gian cạy cửa lấy mất hai xe đạp")

    (tip,) = [tip for tip in open_tips(demo, handler) if tip.id not in before]
    assert tip.receipt in demo.resident.transcript()[-1].text


S = TipState
