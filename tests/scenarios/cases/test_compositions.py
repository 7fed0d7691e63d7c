"""An officer takes over a case by several commands in one commit, from a program that has its own table besides the
app's.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.broken_off import get_last_line_number, interrupt_act
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


def build_take_over(app: App, tip: Tip, officer: Actor) -> Callable[[Composition], Tip]:
    def take_over(act: Composition) -> Tip:
        act.include(app.tips.triage, tip.id, category="crime")
        act.include(app.tips.add_note, tip.id, "Hẹn gặp chiều nay")
        return act.include(app.tips.assign, tip.id, unit=UNIT, officers=[officer.id])

    return take_over


def read_state(app: App, officer: Actor, tip: Tip) -> tuple[TipState, int, int]:
    """Return a tip's state and version, and the number of its notes."""
    current = app.tips.get(officer, tip.id)
    return current.state, current.version, len(app.tips.notes(officer, tip.id).items)


def test_composed_act_is_one_commit(app: App, lan: Actor, tip: Tip) -> None:
    """A composed act makes one version and one journal entry, which the audit log finds by each included command and
    which the timeline shows.
    """
    line = get_last_line_number(app)
    taken = app.compose(lan, "take_over", build_take_over(app, tip, lan))
    assert (taken.state, taken.version) == (TipState.ASSIGNED, 2)
    assert read_state(app, lan, tip) == (TipState.ASSIGNED, 2, 1)
    (entry,) = [
        parsed
        for raw in app.internals.context.storage.journal.read(line, 100)
        if (parsed := entry_from(raw.content)).outcome == "done"
    ]
    assert entry.events == ("tip.triaged", "case.noted", "tip.assigned")
    auditor = UnsafeLocalUsers(app).appoint("Cán bộ Soát", "hoa-lu", "auditor")
    for action in ("tips.assign", "conversations.", "composed.take_over"):
        assert [
            trail_line.entry.id for trail_line in app.audit.trail(auditor, action=action, outcome="done").items
        ] == [entry.id]
    assert [timeline_line.act.action for timeline_line in app.tips.timeline(lan, tip.id).items if timeline_line.act][
        -1
    ] == "composed.take_over"


def test_refused_second_command_undoes_the_first(app: App, lan: Actor, tip: Tip) -> None:
    """If the second command of a composed act is refused, the first one changes nothing either, and the refusal is in
    the journal.
    """

    def triage_and_exclude(act: Composition) -> None:
        act.include(app.tips.triage, tip.id, category="crime")
        act.include(app.tips.exclusions.add, tip.id, lan.id, "Người nhà")

    line = get_last_line_number(app)
    with pytest.raises(Refused, match=r"tip\.supervise"):
        app.compose(lan.with_request("1"), "keep_away", triage_and_exclude)
    (entry,) = [entry_from(raw.content) for raw in app.internals.context.storage.journal.read(line, 100)]
    assert (entry.outcome, entry.action, entry.touched) == ("refused", "composed.keep_away", ())
    assert read_state(app, lan, tip) == (TipState.RECEIVED, 1, 0)


@pytest.mark.parametrize("stored", [False, True], ids=["before", "behind"])
def test_retry_with_same_key_recovers_from_a_crash(
    app: App, lan: Actor, tip: Tip, tmp_path: Path, *, stored: bool
) -> None:
    """After a crash before or after the commit, a retry with the same key makes the program's own table agree with the
    app.
    """
    table = sqlite3.connect(tmp_path / "mine.db")
    table.execute("CREATE TABLE job (id TEXT PRIMARY KEY, tip TEXT, done INTEGER DEFAULT 0, version INTEGER)")

    def take_over_and_record(id: str) -> None:
        with table:
            table.execute("INSERT OR IGNORE INTO job (id, tip) VALUES (?, ?)", (id, tip.id))
        try:
            version = app.compose(lan.with_request(id), "take_over", build_take_over(app, tip, lan)).version
        except AlreadyDone as done:
            ((_, _, version),) = [touched for touched in done.touched if touched[0] == "tip"]
        with table:
            table.execute("UPDATE job SET done = 1, version = ? WHERE id = ?", (version, id))

    interrupt_act(app, lambda: take_over_and_record("job-1"), 0, stored=stored)
    assert table.execute("SELECT done FROM job").fetchall() == [(0,)]
    assert read_state(app, lan, tip)[1] == (2 if stored else 1)
    for _ in range(2):
        take_over_and_record("job-1")
        assert table.execute("SELECT done, version FROM job").fetchall() == [(1, 2)]
        assert read_state(app, lan, tip) == (TipState.ASSIGNED, 2, 1)
    table.close()


def test_conflict_repeats_the_composed_act(app: App, lan: Actor, tip: Tip) -> None:
    """After a conflict the composed function is called again on the new version, and nothing of its first call
    remains.
    """
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", UNIT, "tip_officer")
    versions = []

    def act_with_one_conflict(act: Composition) -> None:
        versions.append(act.include(app.tips.triage, tip.id, category="crime").version)
        act.include(app.tips.add_note, tip.id, "Hẹn gặp")
        if len(versions) == 1:
            app.tips.triage(hoa, tip.id, category="fire")

    app.compose(lan, "look_into", act_with_one_conflict)
    assert versions == [2, 3]
    assert read_state(app, lan, tip) == (TipState.TRIAGED, 3, 1)
    assert app.tips.get(lan, tip.id).category == "crime"


def test_outdated_version_is_refused(app: App, lan: Actor, tip: Tip) -> None:
    """A composed act on an outdated version is refused, before it runs or at the commit."""
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", UNIT, "tip_officer")
    app.tips.triage(hoa, tip.id, category="fire")
    with pytest.raises(Stale, match=hoa.id):
        app.compose(lan.seeing("tip", tip.id, tip.version), "take_over", build_take_over(app, tip, lan))

    def act_with_late_change(act: Composition) -> None:
        build_take_over(app, tip, lan)(act)
        app.tips.triage(hoa, tip.id, category="traffic")

    with pytest.raises(Stale):
        app.compose(lan.seeing("tip", tip.id, 2), "take_over", act_with_late_change)
    assert read_state(app, lan, tip) == (TipState.TRIAGED, 3, 0)


def test_repeated_conflicts_end_the_act(app: App, lan: Actor, tip: Tip) -> None:
    """A composed act gives up after the usual number of tries, and changes nothing."""
    app.internals.runner.pause = lambda _: None
    hoa = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", UNIT, "tip_officer")
    tries = []

    def act_with_conflicts(act: Composition) -> None:
        tries.append(act.include(app.tips.add_note, tip.id, "Hẹn gặp"))
        act.include(app.tips.triage, tip.id, category="crime")
        app.tips.triage(hoa, tip.id, category="fire", place=f"xóm {len(tries)}")

    with pytest.raises(Conflict, match=r"composed\.look_into"):
        app.compose(lan, "look_into", act_with_conflicts)
    assert len(tries) == MAX_TRIES
    assert read_state(app, lan, tip)[2] == 0


def test_composed_act_keeps_reactions_of_tips_apart(app: App, lan: Actor, tip: Tip) -> None:
    """A composed act can change several tips, but can't open an emergency together with a step of another tip, so that
    no false alarm is sent.
    """
    other = app.tips.record_walk_in(lan, "Mất chó ở xóm 4", unit=UNIT)
    for tip_shared in (tip, other):
        app.tips.triage(lan, tip_shared.id, category="crime")
    assigning = [build_assignment(app, tip_shared, lan) for tip_shared in (tip, other)]
    app.compose(lan, "share_out", lambda act: [assign(act) for assign in assigning])
    app.worker.drain()
    assert {read_state(app, lan, tip_shared)[:2] for tip_shared in (tip, other)} == {(TipState.ASSIGNED, 3)}

    def record_fire_and_verify(act: Composition) -> None:
        act.include(app.tips.record_walk_in, "Cháy ở xóm 5", unit=UNIT, emergency=True)
        act.include(app.tips.verify, tip.id)

    with pytest.raises(BadInput, match=tip.id):
        app.compose(lan, "mix_up", record_fire_and_verify)
    app.worker.drain()
    assert not [alarm for alarm in app.duty.alarms(lan).items if alarm.is_emergency]


def build_assignment(app: App, tip: Tip, officer: Actor) -> Callable[[Composition], Tip]:
    return lambda act: act.include(app.tips.assign, tip.id, unit=UNIT, officers=[officer.id])


def test_part_of_the_program_needs_permission(app: App) -> None:
    """A part of the program can compose an act only with its own permissions."""
    with pytest.raises(Refused):
        app.compose(system("router"), "write", lambda act: act.include(app.tips.triage, "nobody", category="crime"))


def test_composed_act_can_use_its_new_tip(app: App, lan: Actor) -> None:
    """A composed act can record a tip, add a note to it and triage it."""

    def record_and_triage(act: Composition) -> Tip:
        tip = act.include(app.tips.record_walk_in, "Mất xe ở xóm 3", unit=UNIT)
        act.include(app.tips.add_note, tip.id, "Đến bằng biểu mẫu của huyện")
        return act.include(app.tips.triage, tip.id, category="crime")

    recorded = app.compose(lan, "recorded", record_and_triage)
    assert recorded.state is TipState.TRIAGED
    assert [note.words for note in app.tips.notes(lan, recorded.id).items] == ["Đến bằng biểu mẫu của huyện"]
