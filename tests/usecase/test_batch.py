"""Acts in a batch end as if each was carried out alone."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.support.commits import CommitListener
from tests.usecase.conftest import NOTE, Notes, build_runner

from anninh_core.kernel.errors import AlreadyDone, AnninhError, BadInput, Refused, StorageError
from anninh_core.ports.storages.changes import ChangeSet, Entry, Outcome, entry_from
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.batch import BatchItem, run_batch
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
STRANGER = person("stranger")
Commit = Callable[[Sequence[ChangeSet]], Sequence[Outcome]]
CarryOut = Callable[[UseCaseRunner, Sequence[BatchItem]], list[Exception | None]]


def build_act(body: Callable[[UnitOfWork], object], actor: Actor = LAN) -> BatchItem:
    def permit_and_run(uow: UnitOfWork) -> None:
        uow.permit("ninh-hoa")
        body(uow)

    return BatchItem(actor=actor, action="notes.act", permission=Permission.CONTENT_EDIT, body=permit_and_run)


def build_write_act(notes: Notes, text: str = "Chào", actor: Actor = LAN) -> BatchItem:
    return build_act(lambda uow: uow.include(notes.write, "ninh-hoa", text), actor)


def build_paint_act(notes: Notes, id: str, colour: str, actor: Actor = LAN) -> BatchItem:
    return build_act(lambda uow: uow.include(notes.paint, id, colour), actor)


def raise_error(_: UnitOfWork) -> None:
    raise RuntimeError("hỏng")


def read_entries(runner: UseCaseRunner) -> list[Entry]:
    return [entry_from(line.content) for line in runner.context.storage.journal.read()]


def read_colours(runner: UseCaseRunner) -> dict[str, object]:
    return {record.id: record.columns["colour"] for record in runner.context.storage.maintenance.scan("note")}


def record_commit_sizes(
    monkeypatch: pytest.MonkeyPatch, runner: UseCaseRunner, before: Commit | None = None
) -> list[int]:
    """Record the number of change sets in each commit from now on; `before` may raise an error or answer instead of the
    storage.
    """
    sizes: list[int] = []
    commit = runner.context.storage.commit

    def commit_and_record(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        sizes.append(len(changes))
        return before(changes) if before is not None else commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", commit_and_record)
    return sizes


def test_many_acts_make_one_commit(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Independent acts are committed together, each with an entry of its own, and observers get each change set."""
    observed: list[ChangeSet] = []
    runner.observers.append(CommitListener(observed.append))
    sizes = record_commit_sizes(monkeypatch, runner)
    assert run_batch(runner, [build_write_act(notes, text) for text in "abc"]) == [None, None, None]
    assert sizes == [3]
    assert len(read_entries(runner)) == len(read_colours(runner)) == len(observed) == 3


def test_conflicting_acts_are_repeated(runner: UseCaseRunner, notes: Notes) -> None:
    """Conflicting acts on one record are repeated one after the other, and each takes effect."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    endings = run_batch(runner, [build_paint_act(notes, note.id, colour) for colour in ("blue", "green", "white")])
    assert endings == [None, None, None]
    assert read_colours(runner) == {note.id: "white"}
    assert [entry.touched[0].version for entry in read_entries(runner)] == [1, 2, 3, 4]


def test_shared_list_is_read_once(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that several acts of a batch need is read once, at the beginning of the batch."""
    notes.write(LAN, "ninh-hoa", "Chào")
    queries = list[Find]()
    records = runner.context.storage.records
    find = records.find

    def find_and_record(_: object, query: Find) -> RecordPage:
        queries.append(query)
        return find(query)

    monkeypatch.setattr(type(records), "find", find_and_record)
    counts: list[int] = []
    counting = build_act(lambda uow: counts.append(len(uow.find(NOTE, "id", where={"colour": "red"}).items)))
    query = Find(kind="note", order="id", where={"colour": "red"})
    assert run_batch(runner, [evolve(counting, lists=(query,))] * 3) == [None] * 3
    assert (counts, queries) == ([1] * 3, [query])


def test_failing_act_stops_no_other(runner: UseCaseRunner, notes: Notes) -> None:
    """A bug, a refusal or a repeated request ends only its own act, and the other acts are committed."""
    assert run_batch(runner, [build_write_act(notes, actor=LAN.with_request("r"))]) == [None]
    acts = [
        build_write_act(notes),
        build_act(raise_error),
        build_write_act(notes, actor=STRANGER),
        build_write_act(notes, actor=LAN.with_request("r")),
        build_write_act(notes, actor=LAN.with_request("new")),
        build_write_act(notes, actor=LAN.with_request("new")),
        build_write_act(notes),
    ]
    endings = run_batch(runner, acts)
    expected = [None, RuntimeError, Refused, AlreadyDone, None, AlreadyDone, None]
    assert [ending and type(ending) for ending in endings] == expected
    repeats = [(ending.request, len(ending.touched)) for ending in endings if isinstance(ending, AlreadyDone)]
    assert repeats == [("r", 1), ("new", 1)]
    assert len(read_colours(runner)) == 4
    assert [entry.outcome for entry in read_entries(runner)].count("refused") == 1


def test_failed_commit_keeps_nothing(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the commit that all acts share fails, nothing is kept and the caller gets the error."""

    def raise_disk_full(_: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("disk full")

    with monkeypatch.context() as patch:
        record_commit_sizes(patch, runner, raise_disk_full)
        with pytest.raises(StorageError, match="disk full"):
            run_batch(runner, [build_write_act(notes), build_write_act(notes)])
    assert not read_colours(runner)
    assert not read_entries(runner)


def test_invalid_change_set_fails_alone(runner: UseCaseRunner, notes: Notes) -> None:
    """A change set that no storage accepts fails alone."""
    wrong = evolve(NOTE, columns=lambda _: {"colour": 7})

    def save_with_wrong_kind(uow: UnitOfWork) -> None:
        uow.save(wrong, uow.include(notes.write, "ninh-hoa", "Sai"))

    endings = run_batch(runner, [build_write_act(notes), build_act(save_with_wrong_kind), build_write_act(notes)])
    assert [ending and type(ending) for ending in endings] == [None, BadInput, None]
    assert len(read_colours(runner)) == 2


def test_idle_run_of_the_program_leaves_no_entry(runner: UseCaseRunner) -> None:
    """A part of the program that finds nothing to do leaves no entry, as when it runs alone."""
    idle = BatchItem(
        actor=system("clock"), action="notes.look", permission=Permission.PLAN_URGE, body=lambda d: d.permit("hoa-lu")
    )
    assert run_batch(runner, [idle]) == [None]
    assert read_entries(runner) == []


STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["red", "blue", "green", "fail", "refuse"])), max_size=12)


def test_batch_equals_single_acts(district: District) -> None:
    """A batch with conflicts, failures and refusals has the same results, records, sums and entries as the same acts
    one at a time.
    """

    @given(STEPS)
    def compare_runs(steps: list[tuple[int, str]]) -> None:
        (together, notes), (alone, expected) = (
            _run_steps(district, steps, how) for how in (_run_together, _run_one_by_one)
        )
        assert together == alone
        assert notes == expected

    compare_runs()


def test_overtaken_acts_take_effect_once(district: District) -> None:
    """Acts that rivals overtake end as if carried out one at a time, and each takes effect once; only their order may
    differ.
    """

    @given(STEPS, st.sets(st.integers(0, 11)))
    def compare_runs(steps: list[tuple[int, str]], rivals: set[int]) -> None:
        (together, _), (alone, _) = (
            _run_steps(district, steps, how, rivals) for how in (_run_together, _run_one_by_one)
        )
        assert together == alone

    compare_runs()


def _run_steps(
    district: District, steps: list[tuple[int, str]], carry_out: CarryOut, rivals: Collection[int] = ()
) -> tuple[object, object]:
    """Run acts on four notes; return the acts' errors with the notes' versions and the entries, and the notes' last
    colours with their sums.
    """
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    runner = build_runner(district, clock)
    notes = Notes(runner)
    ids = [notes.write(LAN, "ninh-hoa", "Chào").id for _ in range(4)]
    acts = [_build_step_act(notes, ids[note], what, number in rivals) for number, (note, what) in enumerate(steps)]
    endings = [ending and type(ending) for ending in carry_out(runner, acts)]
    records = [record for id in ids if (record := runner.context.storage.records.get("note", id))]
    day = clock.now().date()
    sums = runner.context.storage.counters.total(["notes"], ["ninh-hoa"], day, day)
    entry_outcomes = sorted((entry.action, entry.outcome) for entry in read_entries(runner))
    return (endings, [record.version for record in records], entry_outcomes), (read_colours(runner), sums)


def _build_step_act(notes: Notes, id: str, colour: str, overtaken: bool) -> BatchItem:
    """Return an act that paints a note; if `overtaken`, another officer commits a change of the note while the act
    runs.
    """
    rival = iter([True] if overtaken else [])

    def paint_after_rival(uow: UnitOfWork) -> None:
        note = uow.load(NOTE, id)
        if next(rival, False):
            notes.paint(person("minh"), id, note.colour)
        uow.include(notes.paint, id, colour)

    if colour == "fail":
        return build_act(raise_error)
    return build_act(paint_after_rival, STRANGER if colour == "refuse" else LAN)


def _run_together(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    return run_batch(runner, acts)


def _run_one_by_one(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    return [
        _catch_error(partial(runner.run_command, item.actor, item.action, item.permission, item.body)) for item in acts
    ]


def _catch_error(carry_out: Callable[[], object]) -> Exception | None:
    try:
        carry_out()
    except (AnninhError, RuntimeError) as error:
        return error
    return None
