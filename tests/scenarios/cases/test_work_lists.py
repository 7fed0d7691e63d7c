"""The tips that the lists and the worklist show to an officer, filtered by handler, day, deadline and emergency, and
their order.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.kind import TIP, tip_columns
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import entry_from
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing import FixedClock, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.indexing.reindex import reindex
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

UNIT = "ninh-hoa"
START = datetime(2026, 11, 2, 8, tzinfo=VIETNAM)
"""Monday, 2 November 2026, eight o'clock in Vietnam."""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def app(storage: Storage, clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=clock, storage=storage) as app:
        yield app


@pytest.fixture
def lan(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Lan", UNIT, "tip_officer")


@pytest.fixture
def boss(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Chỉ huy Mẫu", "hoa-lu", "tip_supervisor")


def record_tip(app: App, officer: Actor, *, unit: str = UNIT, category: str = "crime", **facts: Any) -> Tip:
    return app.tips.record_walk_in(officer, "Có chuyện ở xóm 3", unit=unit, category=category, **facts)


def list_all_ids(pages: Callable[[str], Listing[Tip]]) -> list[str]:
    """Return the ids of the tips on all pages of a list."""
    tip_ids = []
    after = ""
    while True:
        page = pages(after)
        tip_ids += [tip.id for tip in page.items]
        after = page.cursor
        if not after:
            return tip_ids


def list_tip_ids(app: App, officer: Actor, **only: Any) -> list[str]:
    """Return the ids of the tips in a list, and check that they are the same in one page and in pages of one tip."""
    whole = list_all_ids(lambda after: app.tips.list(officer, after=after, limit=200, **only))
    assert list_all_ids(lambda after: app.tips.list(officer, after=after, limit=1, **only)) == whole
    return whole


def list_work_ids(app: App, officer: Actor, **only: Any) -> list[str]:
    """Return the ids of the tips in the worklist, and check that they are the same in one page and in pages of one
    tip.
    """
    whole = list_all_ids(lambda after: app.tips.worklist(officer, after=after, limit=200, **only))
    assert list_all_ids(lambda after: app.tips.worklist(officer, after=after, limit=1, **only)) == whole
    return whole


def test_list_by_handler_respects_permissions(app: App, lan: Actor, boss: Actor) -> None:
    """A list by handler shows tips of the caller's own units only, and no tip that the caller is excluded from."""
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", "hoa-lu", "tip_officer")
    mine = record_tip(app, lan)
    hers = record_tip(app, lan)
    far = record_tip(app, boss, unit="ninh-van")
    for tip, officer in ((mine, lan), (hers, hoa), (far, hoa)):
        app.tips.triage(hoa, tip.id, category="crime")
        app.tips.assign(hoa, tip.id, unit=tip.unit, officers=[officer.id])
    assert list_tip_ids(app, lan, handler=lan.id) == list_tip_ids(app, lan, mine=True) == [mine.id]
    assert list_tip_ids(app, lan, handler=hoa.id) == [hers.id]
    assert set(list_tip_ids(app, boss, handler=hoa.id)) == {hers.id, far.id}
    assert list_tip_ids(app, boss, handler=hoa.id, unit="ninh-van") == [far.id]
    app.tips.exclusions.add(boss, hers.id, lan.id, "Người nhà")
    assert list_tip_ids(app, lan, handler=hoa.id) == []
    with pytest.raises(BadInput, match="mine` asks for your own tips and `handler` for those of officer"):
        app.tips.list(lan, mine=True, handler=hoa.id)


@pytest.mark.parametrize("order", ["newest", "due"])
def test_days_of_reception_are_days_in_vietnam(app: App, lan: Actor, clock: FixedClock, order: str) -> None:
    """A tip received a minute before midnight in Vietnam belongs to that day, and one received a minute after to the
    next day, in either order.
    """
    tips = []
    for day in (1, 2, 3):
        for hour, minute in ((0, 1), (23, 59)):
            clock.set(datetime(2026, 12, day, hour, minute, tzinfo=VIETNAM))
            tips.append(record_tip(app, lan).id)
    first, second, third = (set(tips[at : at + 2]) for at in (0, 2, 4))

    def list_between(start: date | None, end: date | None) -> set[str]:
        return set(list_tip_ids(app, lan, received_from=start, received_to=end, order=order))

    assert list_between(date(2026, 12, 2), date(2026, 12, 2)) == second
    assert list_between(date(2026, 12, 2), None) == second | third
    assert list_between(None, date(2026, 12, 2)) == first | second
    assert list_between(date.min, date.max) == first | second | third
    assert list_between(date(2026, 12, 4), None) == set()
    assert list_between(None, date(2026, 11, 30)) == set()
    with pytest.raises(BadInput, match="A period can't run from"):
        list_between(date(2026, 12, 3), date(2026, 12, 2))


def test_period_excludes_earlier_and_later_tips(app: App, lan: Actor, clock: FixedClock) -> None:
    """Tips of a period are found, newest first, among older and newer tips and with a time of reception in another time
    zone.
    """
    tips = {}
    for day in range(1, 29, 3):
        clock.set(datetime(2026, 12, day, 9, tzinfo=VIETNAM))
        tips[day] = record_tip(app, lan).id
    east = datetime.fromisoformat("2026-12-13T13:00:00+14:00")  # This moment is six in the morning in Vietnam.
    from_elsewhere = record_tip(app, lan, received_at=east).id
    tip_ids = list_tip_ids(app, lan, received_from=date(2026, 12, 10), received_to=date(2026, 12, 16))
    assert set(tip_ids) == {tips[16], tips[13], tips[10], from_elsewhere}
    assert [tip_id for tip_id in tip_ids if tip_id != from_elsewhere] == [tips[16], tips[13], tips[10]]


def test_list_filters_overdue_tips_and_emergencies(app: App, lan: Actor, clock: FixedClock) -> None:
    """The filters for overdue tips and emergencies can be combined with each other and with a state; a settled tip
    without its answer can be overdue.
    """
    fire = record_tip(app, lan, emergency=True)
    theft = record_tip(app, lan)
    ended = record_tip(app, lan)
    app.tips.triage(lan, ended.id, category="crime")
    app.tips.settle(lan, ended.id, TipState.REFUSED, answer="Đã chuyển", reason="competence")
    clock.advance(timedelta(days=30))
    new = record_tip(app, lan)
    alarm = record_tip(app, lan, emergency=True)
    assert set(list_tip_ids(app, lan, emergency=True)) == {fire.id, alarm.id}
    overdue = list_tip_ids(app, lan, overdue=True)
    assert set(overdue) == set(list_all_ids(lambda after: app.tips.overdue(lan, after=after)))
    assert {fire.id, theft.id, ended.id} == set(overdue)
    assert list_tip_ids(app, lan, overdue=True, emergency=True) == [fire.id]
    assert list_tip_ids(app, lan, overdue=True, state=TipState.REFUSED) == [ended.id]
    assert set(list_tip_ids(app, lan, overdue=True, order="due")) == {fire.id, theft.id}
    assert new.id not in overdue


def test_work_begins_with_emergencies(app: App, lan: Actor, clock: FixedClock) -> None:
    """An emergency with twenty days left comes before an overdue tip, and an overdue tip before those with time
    left.
    """
    theft = record_tip(app, lan)
    clock.advance(timedelta(days=25))
    lamp = record_tip(app, lan, category="")
    later = record_tip(app, lan)
    clock.advance(timedelta(hours=1))
    fire = record_tip(app, lan, emergency=True)
    tip_ids = list_work_ids(app, lan)
    assert tip_ids[:2] == [fire.id, theft.id]
    assert set(tip_ids[2:]) == {lamp.id, later.id}
    assert list_work_ids(app, lan, unit="ninh-van") == []
    assert list_work_ids(app, lan, mine=True) == []
    app.tips.triage(lan, later.id, category="crime")
    app.tips.assign(lan, later.id, unit=UNIT, officers=[lan.id])
    assert list_work_ids(app, lan, mine=True) == [later.id]


def test_settled_emergency_has_no_priority(app: App, lan: Actor) -> None:
    """A settled emergency only owes its answer, so the worklist orders it by its deadline."""
    theft = record_tip(app, lan)
    fire = record_tip(app, lan, emergency=True)
    app.tips.triage(lan, theft.id, category="crime", urgency="serious")
    app.tips.triage(lan, fire.id, category="crime")
    assert list_work_ids(app, lan) == [fire.id, theft.id]
    app.tips.settle(lan, fire.id, TipState.REFUSED, answer="Đã chuyển", reason="competence")
    assert list_work_ids(app, lan) == [theft.id, fire.id]
    app.tips.record_manual_answer(lan, fire.id, "Đã gọi điện")
    assert list_work_ids(app, lan) == [theft.id]


def test_tip_overdue_between_pages_is_listed(app: App, lan: Actor, clock: FixedClock) -> None:
    """A tip that becomes overdue between two pages keeps its place, since the order depends on deadlines and not on the
    time of the query.
    """
    first = record_tip(app, lan)
    clock.advance(timedelta(hours=1))
    second = record_tip(app, lan)
    page = app.tips.worklist(lan, limit=1)
    assert [tip.id for tip in page.items] == [first.id]
    clock.advance(timedelta(days=30))
    rest = app.tips.worklist(lan, after=page.cursor, limit=1)
    assert ([tip.id for tip in rest.items], rest.cursor) == ([second.id], "")
    alarm = record_tip(app, lan, emergency=True)
    assert list_work_ids(app, lan) == [alarm.id, first.id, second.id]


def test_worklist_page_decrypts_only_its_tips(app: App, lan: Actor, clock: FixedClock) -> None:
    """A page of the worklist decrypts at most one tip more than it shows, and no tip that is done."""
    for number in range(9):
        clock.advance(timedelta(days=1))
        tip = record_tip(app, lan)
        if number % 3 == 0:
            app.tips.triage(lan, tip.id, category="crime")
            app.tips.settle(lan, tip.id, TipState.REFUSED, answer="Đã chuyển", reason="competence")
            app.tips.record_manual_answer(lan, tip.id, "Đã gọi điện")
    journal = app.internals.context.storage.journal
    opened = []
    after = ""
    while True:
        page = app.tips.worklist(lan, after=after, limit=2)
        opened.append(entry_from(journal.read(journal.head()[0] - 1)[-1].content).facts["opened"])
        if not (after := page.cursor):
            break
    assert opened == [3, 3, 2]
    assert app.tips.worklist(lan.counting()).total == 6


def test_worklist_pages_back_to_its_beginning(app: App, lan: Actor, clock: FixedClock) -> None:
    """The worklist can be paged back to its beginning, and not to the tips that are done, which precede it in the
    index.
    """
    done = record_tip(app, lan)
    app.tips.triage(lan, done.id, category="crime")
    app.tips.settle(lan, done.id, TipState.REFUSED, answer="Đã chuyển", reason="competence")
    app.tips.record_manual_answer(lan, done.id, "Đã gọi điện")
    tips = []
    for _ in range(4):
        clock.advance(timedelta(days=1))
        tips.append(record_tip(app, lan).id)
    second = app.tips.worklist(lan, after=app.tips.worklist(lan, limit=2).cursor, limit=2)
    first = app.tips.worklist(lan, after=second.previous, limit=2)
    assert ([tip.id for tip in first.items], first.previous) == (tips[:2], "")
    assert app.tips.worklist(lan, after=first.cursor, limit=2).items == second.items


_BEFORE = evolve(TIP, columns=lambda tip: {**tip_columns(tip), "work": None})
"""The kind of tips as an earlier version stored them: without the column `work`."""


def test_tips_of_earlier_version_are_ordered(app: App, lan: Actor, clock: FixedClock) -> None:
    """Tips that an earlier version stored have their place in the worklist before and after a reindex."""
    tips = []
    for number in range(3):
        clock.advance(timedelta(days=1))
        tips.append(record_tip(app, lan, emergency=number == 2))
    order = [tips[2].id, tips[0].id, tips[1].id]
    for tip in tips:
        app.internals.runner.run_command(
            system("keeper"), "storage.reindex", Permission.OPERATE, partial(_write_earlier_form, id=tip.id)
        )
    assert list_work_ids(app, lan) == order
    clock.advance(timedelta(days=1))
    order.append(record_tip(app, lan).id)
    assert list_work_ids(app, lan) == order
    assert [progress.rewritten for progress in reindex(app.internals.runner, system("keeper"), [TIP])] == [3]
    assert list_work_ids(app, lan) == order
    assert not app.internals.context.storage.records.find(Find(kind="tip", order="work", where={"work": None})).records


def test_purged_tip_hides_no_older_tips(app: App, lan: Actor) -> None:
    """A purged tip of an earlier version doesn't hide the tips after it."""
    tips = [record_tip(app, lan) for _ in range(3)]
    for tip in tips:
        app.internals.runner.run_command(
            system("keeper"), "storage.reindex", Permission.OPERATE, partial(_write_earlier_form, id=tip.id)
        )
    purge_scope(app.internals.context, f"tip:{tips[0].id}")
    assert list_work_ids(app, lan) == [tips[1].id, tips[2].id]
    assert sum(progress.unreadable for progress in reindex(app.internals.runner, system("keeper"), [TIP])) == 1
    assert list_work_ids(app, lan) == [tips[1].id, tips[2].id]


def _write_earlier_form(uow: UnitOfWork, id: str) -> None:
    uow.permit(uow.context.district.root)
    uow.save(_BEFORE, uow.load(TIP, id))


@pytest.mark.parametrize(
    "cursor", ["x", "/", "2026-11-02/0", "0001-01-01T00:00:00+14:00/0/x", "2026-11-02T08:00:00/0", "a/b/c"]
)
def test_made_up_cursor_is_refused(app: App, lan: Actor, cursor: str) -> None:
    """A made-up cursor is refused with a hint how to get a valid cursor."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        app.tips.worklist(lan, after=cursor)


def test_worklist_hides_tips_from_excluded_officers(app: App, lan: Actor, boss: Actor) -> None:
    """An excluded officer doesn't find the tip in the worklist, and gets the same pages as if it didn't exist."""
    hidden = record_tip(app, lan, emergency=True)
    visible = record_tip(app, lan)
    app.tips.exclusions.add(boss, hidden.id, lan.id, "Người nhà")
    assert list_work_ids(app, lan) == [visible.id]
    assert list_work_ids(app, boss) == [hidden.id, visible.id]
    assert app.tips.worklist(lan, limit=1).cursor == ""


def test_worklist_leaves_one_journal_entry(app: App, lan: Actor) -> None:
    """A call of the worklist leaves one journal entry with the same facts as other lists."""
    record_tip(app, lan)
    app.tips.worklist(lan)
    journal = app.internals.context.storage.journal
    entry = entry_from(journal.read(journal.head()[0] - 1)[-1].content)
    app.tips.overdue(lan)
    other = entry_from(journal.read(journal.head()[0] - 1)[-1].content)
    assert (entry.action, entry.actor) == ("tips.worklist", lan.label)
    assert entry.facts.keys() == other.facts.keys()


def test_units_and_officers_are_named(app: App, lan: Actor, boss: Actor) -> None:
    """An officer gets the names of all units and officers of a page in one call."""
    tip = record_tip(app, lan)
    app.tips.triage(lan, tip.id, category="crime")
    app.tips.assign(lan, tip.id, unit=UNIT, officers=[lan.id])
    (listed_tip,) = app.tips.worklist(boss).items
    names = app.units.names(boss, unit_ids=[listed_tip.unit, listed_tip.handling_unit], officer_ids=listed_tip.handlers)
    assert names.units == {UNIT: app.district.units[UNIT].name}
    assert names.officers == {lan.id: "Cán bộ Lan"}
