"""An officer takes a case over in one commit, from a program that has a table of its own beside the app."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.broken_off import break_off, head_of
from tests.scenarios.cases.conftest import open_storage

from anninh_core import Actor, App, Composition, system
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import AlreadyDone, BadInput, Conflict, Refused, Stale
from anninh_core.ports.storages.changes import entry_from
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import FixedClock, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.runner import MAX_TRIES

UNIT = "ninh-hoa"


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    with open_storage(request, tmp_path) as opened:
        yield opened


@pytest.fixture
def app(storage: Storage, anninh_clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=anninh_clock, storage=storage) as app:
        yield app


@pytest.fixture
def lan(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Lan", UNIT, "tip_officer")


@pytest.fixture
def tip(app: App, lan: Actor) -> Tip:
    return app.tips.record_walk_in(lan, "Mất xe ở xóm 3", unit=UNIT)


def taking_over(app: App, tip: Tip, officer: Actor) -> Callable[[Composition], Tip]:
    def take_over(act: Composition) -> Tip:
        act.include(app.tips.triage, tip.id, category="crime")
        act.include(app.tips.add_note, tip.id, "Hẹn gặp chiều nay")
        return act.include(app.tips.assign, tip.id, unit=UNIT, officers=[officer.id])

    return take_over


def state_of(app: App, officer: Actor, tip: Tip) -> tuple[TipState, int, int]:
    """Return where a tip stands, in which version, and how many notes are in its file."""
    now = app.tips.get(officer, tip.id)
    return now.state, now.version, len(app.tips.notes(officer, tip.id).items)


def test_a_case_is_taken_over_in_one_commit(app: App, lan: Actor, tip: Tip) -> None:
    """One version, one entry, found in the trail by each of its commands and in the story of the case."""
    line = head_of(app)
    taken = app.compose(lan, "take_over", taking_over(app, tip, lan))
    assert (taken.state, taken.version) == (TipState.ASSIGNED, 2)
    assert state_of(app, lan, tip) == (TipState.ASSIGNED, 2, 1)
    (entry,) = [
        one
        for raw in app.internals.context.storage.journal.read(line, 100)
        if (one := entry_from(raw.content)).outcome == "done"
    ]
    assert entry.events == ("tip.triaged", "case.noted", "tip.assigned")
    auditor = UnsafeLocalUsers(app).appoint("Cán bộ Soát", "hoa-lu", "auditor")
    for action in ("tips.assign", "conversations.", "composed.take_over"):
        assert [one.entry.id for one in app.audit.trail(auditor, action=action, outcome="done").items] == [entry.id]
    assert [one.act.action for one in app.tips.timeline(lan, tip.id).items if one.act][-1] == "composed.take_over"


def test_what_the_second_command_refuses_leaves_nothing_of_the_first(app: App, lan: Actor, tip: Tip) -> None:
    """An officer may triage, and not keep colleagues away: the tip is as it was, and the refusal is on record."""

    def triage_and_exclude(act: Composition) -> None:
        act.include(app.tips.triage, tip.id, category="crime")
        act.include(app.tips.exclusions.add, tip.id, lan.id, "Người nhà")

    line = head_of(app)
    with pytest.raises(Refused, match=r"tip\.supervise"):
        app.compose(lan.with_request("1"), "keep_away", triage_and_exclude)
    (entry,) = [entry_from(raw.content) for raw in app.internals.context.storage.journal.read(line, 100)]
    assert (entry.outcome, entry.action, entry.touched) == ("refused", "composed.keep_away", ())
    assert state_of(app, lan, tip) == (TipState.RECEIVED, 1, 0)


@pytest.mark.parametrize("stored", [False, True], ids=["before", "behind"])
def test_a_crash_at_the_commit_is_made_up_for_by_the_same_key(
    app: App, lan: Actor, tip: Tip, tmp_path: Path, *, stored: bool
) -> None:
    """A table of one's own is written before and after; whatever died between, the next call brings both in line."""
    table = sqlite3.connect(tmp_path / "mine.db")
    table.execute("CREATE TABLE job (id TEXT PRIMARY KEY, tip TEXT, done INTEGER DEFAULT 0, version INTEGER)")

    def do_job(id: str) -> None:
        with table:
            table.execute("INSERT OR IGNORE INTO job (id, tip) VALUES (?, ?)", (id, tip.id))
        try:
            version = app.compose(lan.with_request(id), "take_over", taking_over(app, tip, lan)).version
        except AlreadyDone as done:
            ((_, _, version),) = [one for one in done.touched if one[0] == "tip"]
        with table:
            table.execute("UPDATE job SET done = 1, version = ? WHERE id = ?", (version, id))

    break_off(app, lambda: do_job("job-1"), 0, stored=stored)
    assert table.execute("SELECT done FROM job").fetchall() == [(0,)]
    assert state_of(app, lan, tip)[1] == (2 if stored else 1)
    for _ in range(2):
        do_job("job-1")
        assert table.execute("SELECT done, version FROM job").fetchall() == [(1, 2)]
        assert state_of(app, lan, tip) == (TipState.ASSIGNED, 2, 1)
    table.close()


def test_who_loses_against_somebody_else_begins_anew(app: App, lan: Actor, tip: Tip) -> None:
    """The function is called again on what the other one left; nothing of the first call stays."""
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", UNIT, "tip_officer")
    seen = []

    def slowly(act: Composition) -> None:
        seen.append(act.include(app.tips.triage, tip.id, category="crime").version)
        act.include(app.tips.add_note, tip.id, "Hẹn gặp")
        if len(seen) == 1:
            app.tips.triage(hoa, tip.id, category="fire")

    app.compose(lan, "look_into", slowly)
    assert seen == [2, 3]
    assert state_of(app, lan, tip) == (TipState.TRIAGED, 3, 1)
    assert app.tips.get(lan, tip.id).category == "crime"


def test_who_saw_another_version_is_told(app: App, lan: Actor, tip: Tip) -> None:
    """Before anything is done, or where it changes just then, by the commit itself."""
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", UNIT, "tip_officer")
    app.tips.triage(hoa, tip.id, category="fire")
    with pytest.raises(Stale, match=hoa.id):
        app.compose(lan.seeing("tip", tip.id, tip.version), "take_over", taking_over(app, tip, lan))

    def too_late(act: Composition) -> None:
        taking_over(app, tip, lan)(act)
        app.tips.triage(hoa, tip.id, category="traffic")

    with pytest.raises(Stale):
        app.compose(lan.seeing("tip", tip.id, 2), "take_over", too_late)
    assert state_of(app, lan, tip) == (TipState.TRIAGED, 3, 0)


def test_who_never_wins_gives_up(app: App, lan: Actor, tip: Tip) -> None:
    """After as many tries as any command has, with nothing done."""
    app.internals.runner.pause = lambda _: None
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", UNIT, "tip_officer")
    tries = []

    def too_slow(act: Composition) -> None:
        tries.append(act.include(app.tips.add_note, tip.id, "Hẹn gặp"))
        act.include(app.tips.triage, tip.id, category="crime")
        app.tips.triage(hoa, tip.id, category="fire", place=f"xóm {len(tries)}")

    with pytest.raises(Conflict, match=r"composed\.look_into"):
        app.compose(lan, "look_into", too_slow)
    assert len(tries) == MAX_TRIES
    assert state_of(app, lan, tip)[2] == 0


def test_each_tip_hears_what_happened_to_it(app: App, lan: Actor, tip: Tip) -> None:
    """Two are assigned together; one raised as an emergency beside another that is triaged rings no false alarm."""
    other = app.tips.record_walk_in(lan, "Mất chó ở xóm 4", unit=UNIT)
    for one in (tip, other):
        app.tips.triage(lan, one.id, category="crime")
    assigning = [partial_assign(app, one, lan) for one in (tip, other)]
    app.compose(lan, "share_out", lambda act: [assign(act) for assign in assigning])
    app.worker.drain()
    assert {state_of(app, lan, one)[:2] for one in (tip, other)} == {(TipState.ASSIGNED, 3)}

    def fire_and_theft(act: Composition) -> None:
        act.include(app.tips.record_walk_in, "Cháy ở xóm 5", unit=UNIT, emergency=True)
        act.include(app.tips.verify, tip.id)

    with pytest.raises(BadInput, match=tip.id):
        app.compose(lan, "mix_up", fire_and_theft)
    app.worker.drain()
    assert not [one for one in app.duty.alarms(lan).items if one.is_emergency]


def partial_assign(app: App, tip: Tip, officer: Actor) -> Callable[[Composition], Tip]:
    return lambda act: act.include(app.tips.assign, tip.id, unit=UNIT, officers=[officer.id])


def test_a_part_of_the_program_composes_too(app: App) -> None:
    """With the permissions that it has, and no others."""
    with pytest.raises(Refused):
        app.compose(system("router"), "write", lambda act: act.include(app.tips.triage, "nobody", category="crime"))


def test_a_note_on_what_was_just_recorded(app: App, lan: Actor) -> None:
    """A composed act may record a tip, write a note on it and go on with it."""

    def record(act: Composition) -> Tip:
        tip = act.include(app.tips.record_walk_in, "Mất xe ở xóm 3", unit=UNIT)
        act.include(app.tips.add_note, tip.id, "Đến bằng biểu mẫu của huyện")
        return act.include(app.tips.triage, tip.id, category="crime")

    recorded = app.compose(lan, "recorded", record)
    assert recorded.state is TipState.TRIAGED
    assert [note.words for note in app.tips.notes(lan, recorded.id).items] == ["Đến bằng biểu mẫu của huyện"]
