"""The programme's use cases over the in-memory storage."""

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


def on(clock: FixedClock, day: date) -> None:
    clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM))


def total(runner: UseCaseRunner, indicator: str, unit: str) -> int:
    found = runner.context.storage.counters.total([indicator], [unit], date(2021, 1, 1), date(2022, 12, 31))
    return sum(found.values())


def test_every_commune_owes_the_half_year_report_once(programme: Programme) -> None:
    """Opening again opens nothing, and nobody owes it in a year in which it isn't due."""
    assert len(programme.duties.open_duties(CLOCK, "half-year", 2022)) == 11
    assert programme.duties.open_duties(CLOCK, "half-year", 2022) == ()
    with pytest.raises(BadInput, match="not in 2021"):
        programme.duties.open_duties(CLOCK, "half-year", 2021)
    with pytest.raises(NotFound, match="no obligation 'weekly'"):
        programme.duties.open_duties(CLOCK, "weekly", 2022)


def test_milestones_belong_to_the_units_the_plan_names(
    programme: Programme, officer: Officers, runner: UseCaseRunner
) -> None:
    """Ninh Hòa is the pilot; it reaches its milestone by evidence, others don't owe it."""
    (pilot,) = programme.duties.open_milestone(CLOCK, "pilot")
    chief = officer("report_officer", "ninh-hoa")

    reached = programme.duties.reach_milestone(chief, "pilot", "ninh-hoa", evidence="minutes 3")

    assert (pilot.unit, pilot.last_day) == ("ninh-hoa", date(2021, 8, 29))
    assert reached.done_on == date(2021, 9, 1)
    assert total(runner, "milestones_done", "ninh-hoa") == 1
    with pytest.raises(NotFound, match="for which you have the permission"):
        programme.duties.reach_milestone(officer("report_officer", "ninh-an"), "pilot", "ninh-an", evidence="minutes 4")
    with pytest.raises(NotFound, match="no milestone 'party'"):
        programme.duties.open_milestone(CLOCK, "party")


def test_late_communes_are_urged_and_the_standing_body_hears_of_it(
    programme: Programme, officer: Officers, runner: UseCaseRunner, clock: FixedClock, sent: Callable[..., list[str]]
) -> None:
    """Before, on and after the last day; each once; a late one is told to the standing body too."""
    standing = officer("standing_officer", "hoa-lu")
    programme.heads.name_head(standing, "ninh-an", name="Người A", conversation="mock.head")
    programme.heads.name_head(standing, "cong-an", name="Người B", conversation="mock.police")
    on(clock, date(2022, 5, 1))
    programme.duties.open_duties(CLOCK, "half-year", 2022)

    for n in range(-10, 5):
        on(clock, LAST + timedelta(days=n))
        programme.reminders.urge_due(CLOCK)
        assert programme.reminders.urge_due(CLOCK) == ()

    texts = sent("mock.head")
    assert len(texts) == 4
    assert "14/6/2022" in texts[0]
    assert len([text for text in sent("mock.police") if "Ninh An" in text]) == 1
    assert total(runner, "urges", "ninh-an") == 4
    rows = runner.context.storage.queues.outbox(cause="duty:report.half-year.2022.ninh-an")
    assert {row.lane for row in rows} == {"broadcast"}


def test_urging_goes_on_in_small_commits(programme: Programme, clock: FixedClock) -> None:
    """A limit leaves the rest for the next call, until nothing comes back."""
    on(clock, date(2022, 5, 1))
    programme.duties.open_duties(CLOCK, "half-year", 2022)
    on(clock, LAST)

    urged = [len(programme.reminders.urge_due(CLOCK, limit=4)) for _ in range(4)]

    assert urged == [4, 4, 3, 0]


def test_the_board_shows_who_is_late_until_it_is_done(
    programme: Programme, officer: Officers, clock: FixedClock
) -> None:
    """On the last day nobody is late, a day after everybody who did nothing; each sees its own."""
    standing = officer("standing_officer", "hoa-lu")
    own = officer("report_officer", "ninh-an")
    programme.heads.name_head(standing, "ninh-an", name="Người A")
    on(clock, LAST)
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


def test_a_reminder_is_answered_by_the_unit(programme: Programme, officer: Officers, clock: FixedClock) -> None:
    """A person may urge on any day; the unit answers in words."""
    standing = officer("standing_officer", "hoa-lu")
    own = officer("report_officer", "ninh-an")
    on(clock, date(2022, 6, 1))
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


def test_a_difficulty_is_followed_to_the_end(programme: Programme, officer: Officers, runner: UseCaseRunner) -> None:
    """Raised by the commune, answered by the committee, opened again, answered and closed by the commune."""
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
    assert total(runner, "difficulties_raised", "ninh-an") == total(runner, "difficulties_answered", "ninh-an") == 1
    with pytest.raises(WrongStep):
        programme.difficulties.insist(own, raised.id, "Vẫn thiếu")


def test_another_commune_sees_nothing_of_it(programme: Programme, officer: Officers) -> None:
    """Its officers are refused, on what exists and what doesn't."""
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


def test_what_was_done_is_registered_not_what_is_planned(
    programme: Programme, officer: Officers, runner: UseCaseRunner
) -> None:
    """Trainings and plan papers have a day that has come."""
    standing = officer("standing_officer", "hoa-lu")
    today = date(2021, 9, 1)

    held = programme.activities.hold_training(
        standing, "cong-an", topic="Quản trị nhóm", day=today, attendance={"ninh-an": 3}
    )
    plan = programme.activities.issue_plan(standing, "ninh-an", number="12/KH-BCĐ138", day=today, title="Kế hoạch")

    assert programme.activities.trainings(standing).items == (held,)
    assert programme.activities.plans(standing, unit="ninh-an").items == (plan,)
    assert total(runner, "training_attendance", "ninh-an") == 3
    assert total(runner, "plans_issued", "ninh-an") == 1
    with pytest.raises(BadInput, match="is in the future: choose"):
        programme.activities.hold_training(standing, "cong-an", topic="x", day=date(2021, 9, 2), attendance={})


def test_a_unit_does_not_inspect_itself(programme: Programme, officer: Officers) -> None:
    """Whoever works above it does; the unit puts the findings right."""
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
    """It is led by one unit and carried by several."""
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
    assert total(runner, "campaigns", "cong-an") == 1
    assert total(runner, "people_mobilised", "cong-an") == 200
    with pytest.raises(NotFound, match="no unit"):
        programme.activities.open_campaign(
            standing, "cong-an", name="x", start=date(2021, 9, 1), end=date(2021, 9, 2), partners=["moon"]
        )


def test_a_head_may_change(programme: Programme, officer: Officers) -> None:
    """A unit has one head, whose title comes from the profile unless one is given."""
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
    """However many duties it opens."""
    programme.duties.open_duties(CLOCK, "annual", 2021)

    (entry,) = [one for one in trail() if one.action == "programme.open_duties"]
    assert entry.events == ("duty.opened",)
    assert len(entry.touched) == 11
    assert entry.at.tzinfo is UTC


def test_an_area_is_told_apart_from_its_commune(programme: Programme, officer: Officers) -> None:
    """An officer of one residential area reads neither the commune's difficulties nor another area's trainings."""
    chief = officer("report_officer", "ninh-an")
    programme.difficulties.raise_difficulty(chief, "ninh-an", "Thiếu máy")
    for area in ("ninh-an/kdc-1", "ninh-an/kdc-2"):
        programme.activities.hold_training(chief, area, topic="Dùng nhóm", day=date(2021, 9, 1), attendance={area: 3})
    own = officer("report_officer", "ninh-an/kdc-1")
    assert programme.difficulties.difficulties(own).items == ()
    assert [one.unit for one in programme.activities.trainings(own).items] == ["ninh-an/kdc-1"]
    assert [one.unit for one in programme.activities.trainings(chief, unit="ninh-an/kdc-2").items] == ["ninh-an/kdc-2"]
