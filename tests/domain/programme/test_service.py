"""Tests of the programme's use cases over the in-memory storage."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from anninh_core.domain.programme.activity import InspectionCheck, PlannedTask
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.programme.service import Programme
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.runner import UseCaseRunner

Officers = Callable[[str, str], Actor]
CLOCK = system("clock")
LAST = date(2022, 6, 14)


@pytest.fixture
def programme(runner: UseCaseRunner) -> Programme:
    return Programme(runner)


def set_day(clock: FixedClock, day: date) -> None:
    clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM))


def sum_counts(runner: UseCaseRunner, indicator: str, unit: str) -> int:
    amounts = runner.context.storage.counters.total([indicator], [unit], date(2021, 1, 1), date(2022, 12, 31))
    return sum(amounts.values())


def test_every_commune_owes_the_half_year_report_once(programme: Programme) -> None:
    """A duty is opened once for each commune, and not in a year in which it isn't due."""
    assert len(programme.duties.open_duties(CLOCK, "half-year", 2022)) == 11
    assert programme.duties.open_duties(CLOCK, "half-year", 2022) == ()
    with pytest.raises(BadInput, match="not in 2021"):
        programme.duties.open_duties(CLOCK, "half-year", 2021)
    with pytest.raises(NotFound, match="no obligation 'weekly'"):
        programme.duties.open_duties(CLOCK, "weekly", 2022)


def test_milestone_is_owed_by_named_units_only(programme: Programme, officer: Officers, runner: UseCaseRunner) -> None:
    """A milestone is owed only by the units that the plan names, here Ninh Hòa as the pilot, and reached with
    evidence.
    """
    (pilot,) = programme.duties.open_milestone(CLOCK, "pilot")
    chief = officer("report_officer", "ninh-hoa")

    reached = programme.duties.reach_milestone(chief, "pilot", "ninh-hoa", evidence="minutes 3")

    assert (pilot.unit, pilot.last_day) == ("ninh-hoa", date(2021, 8, 29))
    assert reached.done_on == date(2021, 9, 1)
    assert sum_counts(runner, "milestones_done", "ninh-hoa") == 1
    with pytest.raises(NotFound, match="for which you have the permission"):
        programme.duties.reach_milestone(officer("report_officer", "ninh-an"), "pilot", "ninh-an", evidence="minutes 4")
    with pytest.raises(NotFound, match="no milestone 'party'"):
        programme.duties.open_milestone(CLOCK, "party")


def test_late_communes_and_superior_are_reminded(
    programme: Programme, officer: Officers, runner: UseCaseRunner, clock: FixedClock, sent: Callable[..., list[str]]
) -> None:
    """Heads of late communes are reminded before, on and after the last day, once each; the reminder of a late commune
    also goes to the superior.
    """
    standing = officer("standing_officer", "hoa-lu")
    programme.heads.name_head(standing, "ninh-an", name="Người A", conversation="mock.head")
    programme.heads.name_head(standing, "cong-an", name="Người B", conversation="mock.police")
    set_day(clock, date(2022, 5, 1))
    programme.duties.open_duties(CLOCK, "half-year", 2022)

    for n in range(-10, 5):
        set_day(clock, LAST + timedelta(days=n))
        programme.reminders.urge_due(CLOCK)
        assert programme.reminders.urge_due(CLOCK) == ()

    texts = sent("mock.head")
    assert len(texts) == 4
    assert "14/6/2022" in texts[0]
    assert len([text for text in sent("mock.police") if "Ninh An" in text]) == 1
    assert sum_counts(runner, "urges", "ninh-an") == 4
    rows = runner.context.storage.queues.outbox(cause="duty:report.half-year.2022.ninh-an")
    assert {row.lane for row in rows} == {"broadcast"}


def test_reminders_are_committed_in_batches(programme: Programme, clock: FixedClock) -> None:
    """Each run sends reminders for at most `limit` duties and leaves the others to the next run, until none is left."""
    set_day(clock, date(2022, 5, 1))
    programme.duties.open_duties(CLOCK, "half-year", 2022)
    set_day(clock, LAST)

    urged = [len(programme.reminders.urge_due(CLOCK, limit=4)) for _ in range(4)]

    assert urged == [4, 4, 3, 0]


def test_late_duties_are_listed_until_done(programme: Programme, officer: Officers, clock: FixedClock) -> None:
    """No commune is late on a duty's last day, each commune without a report is late the day after, and a unit sees
    only its own duties.
    """
    standing = officer("standing_officer", "hoa-lu")
    own = officer("report_officer", "ninh-an")
    programme.heads.name_head(standing, "ninh-an", name="Người A")
    set_day(clock, LAST)
    programme.duties.open_duties(CLOCK, "half-year", 2022)
    run_step(programme.duties.fulfil, own, "half-year", 2022, "ninh-an", evidence="report 1")
    assert programme.duties.late(standing).items == ()

    clock.advance(timedelta(days=1))
    assert len(programme.duties.late(standing).items) == 10
    assert programme.duties.late(own).items == ()

    run_step(programme.duties.give_back, standing, "half-year", 2022, "ninh-an")
    (line,) = programme.duties.late(standing, unit="ninh-an").items
    assert (line.days, line.head) == (1, "Người A")
    run_step(programme.duties.fulfil, own, "half-year", 2022, "ninh-an", evidence="report 1")
    accepted = run_step(programme.duties.accept, standing, "half-year", 2022, "ninh-an")
    assert accepted.state is DutyState.ACCEPTED
    assert accepted.in_time


def test_unit_acknowledges_a_reminder(programme: Programme, officer: Officers, clock: FixedClock) -> None:
    """An officer can send a unit a reminder on any day, and only the reminded unit can acknowledge it."""
    standing = officer("standing_officer", "hoa-lu")
    own = officer("report_officer", "ninh-an")
    set_day(clock, date(2022, 6, 1))
    (first, *_) = programme.duties.open_duties(CLOCK, "half-year", 2022)
    id = first.id.replace(first.unit, "ninh-an")

    programme.reminders.urge(standing, id)
    answered = programme.reminders.acknowledge(own, id, "Sẽ nộp trong tuần")

    assert answered.urges[-1].acknowledged == date(2022, 6, 1)
    assert not answered.urges[-1].told
    assert programme.duties.duty(own, id) == answered
    assert len(programme.duties.duties(standing, source="half-year", year=2022).items) == 11
    with pytest.raises(Refused):
        programme.reminders.urge(own, id)


def test_difficulty_runs_through_all_states(programme: Programme, officer: Officers, runner: UseCaseRunner) -> None:
    """A difficulty is raised by a commune, answered by the committee, reopened, answered again and closed by the
    commune.
    """
    own = officer("report_officer", "ninh-an")
    chair = officer("steering_chair", "hoa-lu")
    raised = programme.difficulties.raise_difficulty(own, "ninh-an", "Thiếu máy tính")
    with pytest.raises(Refused):
        programme.difficulties.answer_difficulty(own, raised.id, "Tự trả lời")

    programme.difficulties.answer_difficulty(chair, raised.id, "Sẽ cấp trong tháng")
    programme.difficulties.insist(own, raised.id, "Chưa nhận được")
    programme.difficulties.answer_difficulty(chair, raised.id, "Đã cấp")
    closed = programme.difficulties.close_difficulty(own, raised.id, "Đã nhận 1 máy")

    assert closed.state is DifficultyState.CLOSED
    assert len(programme.difficulties.difficulty(own, raised.id).remarks) == 5
    assert programme.difficulties.difficulties(chair, state=DifficultyState.RAISED).items == ()
    assert (
        sum_counts(runner, "difficulties_raised", "ninh-an")
        == sum_counts(runner, "difficulties_answered", "ninh-an")
        == 1
    )
    with pytest.raises(WrongStep):
        programme.difficulties.insist(own, raised.id, "Vẫn thiếu")


def test_other_commune_sees_no_difficulty(programme: Programme, officer: Officers) -> None:
    """Officers of another commune see no difficulty, and an actor without a grant doesn't learn whether an id
    exists.
    """
    raised = programme.difficulties.raise_difficulty(officer("report_officer", "ninh-an"), "ninh-an", "Thiếu máy tính")
    other = officer("report_officer", "ninh-my")

    with pytest.raises(Refused):
        programme.difficulties.difficulty(other, raised.id)
    with pytest.raises(Refused):
        programme.difficulties.difficulty(person("nobody"), "unknown")
    with pytest.raises(NotFound):
        programme.difficulties.difficulty(other, "unknown")
    assert programme.difficulties.difficulties(other).items == ()
    assert programme.difficulties.difficulties(other, unit="ninh-an").items == ()


def test_future_trainings_and_plans_are_refused(programme: Programme, officer: Officers, runner: UseCaseRunner) -> None:
    """Trainings and plans with a day in the future are refused."""
    standing = officer("standing_officer", "hoa-lu")
    today = date(2021, 9, 1)

    held = programme.activities.hold_training(
        standing, "cong-an", topic="Quản trị nhóm", day=today, attendance={"ninh-an": 3}
    )
    plan = programme.activities.issue_plan(standing, "ninh-an", number="12/KH-BCĐ138", day=today, title="Kế hoạch")

    assert programme.activities.trainings(standing).items == (held,)
    assert programme.activities.plans(standing, unit="ninh-an").items == (plan,)
    assert sum_counts(runner, "training_attendance", "ninh-an") == 3
    assert sum_counts(runner, "plans_issued", "ninh-an") == 1
    with pytest.raises(BadInput, match="is in the future: choose"):
        programme.activities.hold_training(standing, "cong-an", topic="x", day=date(2021, 9, 2), attendance={})


def test_unit_cannot_inspect_itself(programme: Programme, officer: Officers) -> None:
    """A unit is inspected by an officer of its superior, not by its own, and remedies the findings itself."""
    own = officer("report_officer", "ninh-an")
    inspector = officer("inspector", "hoa-lu")
    checks = [InspectionCheck("Nội quy đã gửi", True), InspectionCheck("Ban quản trị đủ người", False, "thiếu 1")]
    with pytest.raises(Refused):
        programme.activities.inspect(own, "ninh-an", checks)
    with pytest.raises(BadInput, match="has no checks: add at least one"):
        programme.activities.inspect(inspector, "ninh-an", [])

    inspection = programme.activities.inspect(inspector, "ninh-an", checks)
    assert programme.activities.inspections(own, open_only=True).items == (inspection,)
    programme.activities.remedy(own, inspection.id, "Đã bổ sung")

    assert programme.activities.inspections(own, open_only=True).items == ()
    assert len(programme.activities.inspections(inspector).items) == 1


def test_a_campaign_has_partners_tasks_and_results(
    programme: Programme, officer: Officers, runner: UseCaseRunner
) -> None:
    """A campaign is led by one unit with existing units as partners, and has tasks and results."""
    standing = officer("standing_officer", "hoa-lu")
    opened = programme.activities.open_campaign(
        standing,
        "cong-an",
        name="Tháng vận động tham gia nhóm",
        start=date(2021, 9, 1),
        end=date(2021, 9, 30),
        partners=["mat-tran"],
        tasks=[PlannedTask("mat-tran", "Vận động từng hộ")],
    )

    programme.activities.finish_task(standing, opened.id, 1)
    closed = programme.activities.close_campaign(standing, opened.id, results="Đạt yêu cầu", people=200)

    assert programme.activities.campaigns(standing).items == (closed,)
    assert sum_counts(runner, "campaigns", "cong-an") == 1
    assert sum_counts(runner, "people_mobilised", "cong-an") == 200
    with pytest.raises(NotFound, match="no unit"):
        programme.activities.open_campaign(
            standing, "cong-an", name="x", start=date(2021, 9, 1), end=date(2021, 9, 2), partners=["moon"]
        )


def test_new_head_replaces_the_old_one(programme: Programme, officer: Officers) -> None:
    """A unit has one head; the head's title comes from the profile unless one is given."""
    standing = officer("standing_officer", "hoa-lu")
    programme.heads.name_head(standing, "ninh-an", name="Người A", title="Quyền Trưởng ban")
    programme.heads.name_head(standing, "ninh-an", name="Người B")

    head = programme.heads.head(standing, "ninh-an")

    assert head is not None
    assert (head.name, head.title) == ("Người B", "Trưởng Ban Chỉ đạo 138 xã")
    assert programme.heads.head(standing, "ninh-my") is None
    with pytest.raises(BadInput, match="is empty: write it"):
        programme.heads.name_head(standing, "ninh-an", name=" ")


def test_each_command_leaves_one_entry(programme: Programme, trail: Callable[[], list[Entry]]) -> None:
    """A command about duties leaves one entry in the audit log, however many duties it opens."""
    programme.duties.open_duties(CLOCK, "annual", 2021)

    (entry,) = [entry for entry in trail() if entry.action == "programme.open_duties"]
    assert entry.events == ("duty.opened",)
    assert len(entry.touched) == 11
    assert entry.at.tzinfo is UTC


def test_area_officer_sees_only_own_area(programme: Programme, officer: Officers) -> None:
    """An officer of a residential area sees neither the commune's difficulties nor another area's trainings."""
    chief = officer("report_officer", "ninh-an")
    programme.difficulties.raise_difficulty(chief, "ninh-an", "Thiếu máy")
    for area in ("ninh-an/kdc-1", "ninh-an/kdc-2"):
        programme.activities.hold_training(chief, area, topic="Dùng nhóm", day=date(2021, 9, 1), attendance={area: 3})
    own = officer("report_officer", "ninh-an/kdc-1")
    assert programme.difficulties.difficulties(own).items == ()
    assert [training.unit for training in programme.activities.trainings(own).items] == ["ninh-an/kdc-1"]
    assert [training.unit for training in programme.activities.trainings(chief, unit="ninh-an/kdc-2").items] == [
        "ninh-an/kdc-2"
    ]
