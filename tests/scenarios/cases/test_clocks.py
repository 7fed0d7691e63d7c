"""A case whose deadlines run over Tết 2027: it is complex, extended, suspended and resumed, with provisional days
off.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from anninh_core.app import App
from anninh_core.domain.tips import Tip, explain_clock
from anninh_core.domain.tips.deadline_reasons import compute_clock_state
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor

CQDT = "Cơ quan Cảnh sát điều tra Công an tỉnh Ninh Bình"
VKS = "Viện kiểm sát nhân dân khu vực 1"
Turn = Callable[[int, int, int], None]
"""Function that sets the clock to nine o'clock of a day in Vietnam."""


@pytest.fixture
def clock() -> FixedClock:
    """A clock at nine o'clock in Vietnam on Tuesday, 8 December 2026."""
    return FixedClock(datetime(2026, 12, 8, 9, tzinfo=VIETNAM))


@pytest.fixture
def set_day(clock: FixedClock) -> Turn:
    return lambda year, month, day: clock.set(datetime(year, month, day, 9, tzinfo=VIETNAM))


@pytest.fixture
def app(storage: Storage, clock: FixedClock) -> Iterator[App]:
    """An app with the profile of 2025, which has two tiers."""
    with memory_app(clock=clock, district=load_profile("hai_cap_2025"), storage=storage) as app:
        yield app


@pytest.fixture
def lan(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Lan", "phuong-hoa-lu", "tip_officer")


def find_deadline(tip: Tip, rule: str) -> Deadline:
    (deadline,) = [clock for clock in tip.clocks if clock.rule == rule]
    return deadline


def end_of_day(day: int, month: int) -> datetime:
    """Return the end of a day of 2027 in Vietnam, as UTC."""
    return datetime(2027, month, day, 17, tzinfo=UTC)


def test_an_extension_over_tet_2027(app: App, lan: Actor, set_day: Turn, clock: FixedClock) -> None:
    """A limit of two months that ends within Tết moves to the time after it, is announced, and can be extended once if
    the extension is asked for five days ahead.
    """
    tip = app.tips.record_walk_in(lan, "Nhóm lừa đảo đặt cọc đất", unit="phuong-hoa-lu", category="crime")
    set_day(2026, 12, 21)
    complex_ = app.tips.clocks.mark_complex(lan, tip.id, body=CQDT, number="41/QĐ-CQĐT", day=date(2026, 12, 21))
    two_months = find_deadline(complex_, "resolve_complex")
    assert (two_months.target, two_months.due) == (end_of_day(8, 2), end_of_day(11, 2))
    why = explain_clock(app.district, complex_, two_months)
    assert "Ngày cuối 08/02/2027 là ngày nghỉ" in why
    assert why.endswith("nên làm xong trước hết ngày 08/02/2027; nếu nghỉ như dự kiến thì hạn là 11/02/2027.")

    set_day(2027, 2, 1)
    assert compute_clock_state(app.district, two_months, clock.now()) is DeadlineState.RUNNING
    set_day(2027, 2, 2)
    app.tips.clocks.record_identity_refused(lan, tip.id, "sợ bị trả thù")
    assert [due_tip.id for due_tip in app.tips.due_soon(lan).items] == [tip.id]

    set_day(2027, 2, 11)
    late = date(2027, 2, 7)
    granted = date(2027, 2, 11)
    with pytest.raises(BadInput, match=r"at least five days ahead \(BLTTHS art\. 147\.3"):
        app.tips.clocks.extend(lan, tip.id, body=VKS, number="3/QĐ-VKS", day=granted, asked_on=late)
    extended = app.tips.clocks.extend(lan, tip.id, body=VKS, number="3/QĐ-VKS", day=granted, asked_on=date(2027, 2, 3))
    four_months = find_deadline(extended, "resolve_extended")
    assert (four_months.target, four_months.due) == (end_of_day(8, 4), end_of_day(8, 4))
    why = explain_clock(app.district, extended, four_months)
    assert why == (
        "Hạn giải quyết được gia hạn từ 2 tháng thành 4 tháng, đến hết ngày 08/4/2027, theo Quyết định số 3/QĐ-VKS "
        f"ngày 11/02/2027 của {VKS}."
    )
    with pytest.raises(WrongStep, match="was already recorded for tip"):
        app.tips.clocks.extend(lan, tip.id, body=VKS, number="4/QĐ-VKS", day=granted, asked_on=date(2027, 2, 3))


def test_a_notice_over_tet_2027(app: App, lan: Actor, set_day: Turn, clock: FixedClock) -> None:
    """Three working days from 4 February 2027 end on 15 February if the provisional days count as off, and work that is
    done earlier is never late.
    """
    set_day(2027, 2, 4)
    tip = app.tips.record_walk_in(lan, "Mất trộm xe máy", unit="phuong-hoa-lu", category="crime")
    notice = find_deadline(tip, "notify_receipt")
    assert (notice.target, notice.due) == (end_of_day(8, 2), end_of_day(15, 2))
    assert "nếu nghỉ như dự kiến thì hạn là 15/02/2027" in explain_clock(app.district, tip, notice)

    set_day(2027, 2, 16)
    assert compute_clock_state(app.district, notice, clock.now()) is DeadlineState.OVERDUE
    notified = app.tips.clocks.record_notice(lan, tip.id, number="12/TB-CAP", day=date(2027, 2, 12))
    assert (
        compute_clock_state(app.district, find_deadline(notified, "notify_receipt"), clock.now()) is DeadlineState.MET
    )


def test_a_suspended_case_waits_and_then_has_a_month(app: App, lan: Actor, set_day: Turn, clock: FixedClock) -> None:
    """A case that is suspended in time is never overdue until a month after the suspension is revoked."""
    tip = app.tips.record_walk_in(lan, "Mất trộm xe máy", unit="phuong-hoa-lu", category="crime")
    app.tips.clocks.record_identity_refused(lan, tip.id, "không muốn nêu tên")
    app.tips.triage(lan, tip.id, category="crime")
    app.tips.assign(lan, tip.id, unit="phuong-hoa-lu", officers=[lan.id])
    set_day(2026, 12, 28)
    stopped = app.tips.clocks.suspend(lan, tip.id, body=CQDT, number="50/QĐ-CQĐT", day=date(2026, 12, 28))
    set_day(2027, 3, 3)
    assert compute_clock_state(app.district, find_deadline(stopped, "resolve"), clock.now()) is DeadlineState.SUSPENDED
    assert app.tips.overdue(lan).items == ()

    resumed = app.tips.clocks.revoke_suspension(lan, tip.id, body=CQDT, number="9/QĐ-CQĐT", day=date(2027, 3, 3))
    month = find_deadline(resumed, "resolve_resumed")
    # 3 April 2027 is a Saturday, so the deadline moves to Monday.
    assert (month.target, month.due) == (end_of_day(3, 4), end_of_day(5, 4))
    set_day(2027, 4, 6)
    assert [overdue_tip.id for overdue_tip in app.tips.overdue(lan).items] == [tip.id]
