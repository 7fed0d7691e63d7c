"""Acts in a batch end as if each was carried out alone."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.support.commits import OnCommit
from tests.usecase.conftest import NOTE, Notes, bare_runner

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


def act(body: Callable[[UnitOfWork], object], actor: Actor = LAN) -> BatchItem:
    def permitted(uow: UnitOfWork) -> None:
        uow.permit("ninh-hoa")
        body(uow)

    return BatchItem(actor=actor, action="notes.act", permission=Permission.CONTENT_EDIT, body=permitted)


def writing(notes: Notes, text: str = "Chào", actor: Actor = LAN) -> BatchItem:
    return act(lambda uow: uow.include(notes.write, "ninh-hoa", text), actor)


def painting(notes: Notes, id: str, colour: str, actor: Actor = LAN) -> BatchItem:
    return act(lambda uow: uow.include(notes.paint, id, colour), actor)


def failing(_: UnitOfWork) -> None:
    raise RuntimeError("hỏng")


def entries(runner: UseCaseRunner) -> list[Entry]:
    return [entry_from(line.content) for line in runner.context.storage.journal.read()]


def colours(runner: UseCaseRunner) -> dict[str, object]:
    return {record.id: record.columns["colour"] for record in runner.context.storage.maintenance.scan("note")}


def record_commit_sizes(
    monkeypatch: pytest.MonkeyPatch, runner: UseCaseRunner, before: Commit | None = None
) -> list[int]:
    """Record the size of each commit from now on; `before` may raise or answer instead of the storage."""
    sizes: list[int] = []
    commit = runner.context.storage.commit

    def noted(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        sizes.append(len(changes))
        return before(changes) if before is not None else commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", noted)
    return sizes


def test_many_acts_make_one_commit(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Independent acts are committed together, each with an entry of its own, and observers get each change set."""
    observed: list[ChangeSet] = []
    runner.observers.append(OnCommit(observed.append))
    sizes = record_commit_sizes(monkeypatch, runner)
    assert run_batch(runner, [writing(notes, text) for text in "abc"]) == [None, None, None]
    assert sizes == [3]
    assert len(entries(runner)) == len(colours(runner)) == len(observed) == 3


def test_conflicting_acts_are_repeated(runner: UseCaseRunner, notes: Notes) -> None:
    """Conflicting acts on one record are repeated one after the other, and each takes effect."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    endings = run_batch(runner, [painting(notes, note.id, colour) for colour in ("blue", "green", "white")])
    assert endings == [None, None, None]
    assert colours(runner) == {note.id: "white"}
    assert [entry.touched[0].version for entry in entries(runner)] == [1, 2, 3, 4]


def test_shared_list_is_read_once(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that several acts of a batch need is read once, at the beginning of the batch."""
    notes.write(LAN, "ninh-hoa", "Chào")
    queries = list[Find]()
    records = runner.context.storage.records
    find = records.find

    def count(_: object, query: Find) -> RecordPage:
        queries.append(query)
        return find(query)

    monkeypatch.setattr(type(records), "find", count)
    counts: list[int] = []
    counting = act(lambda uow: counts.append(len(uow.find(NOTE, "id", where={"colour": "red"}).items)))
    query = Find(kind="note", order="id", where={"colour": "red"})
    assert run_batch(runner, [evolve(counting, lists=(query,))] * 3) == [None] * 3
    assert (counts, queries) == ([1] * 3, [query])


def test_failing_act_stops_no_other(runner: UseCaseRunner, notes: Notes) -> None:
    """A bug, a refusal or a repeated request ends only its own act, and the other acts are committed."""
    assert run_batch(runner, [writing(notes, actor=LAN.with_request("r"))]) == [None]
    acts = [
        writing(notes),
        act(failing),
        writing(notes, actor=STRANGER),
        writing(notes, actor=LAN.with_request("r")),
        writing(notes, actor=LAN.with_request("new")),
        writing(notes, actor=LAN.with_request("new")),
        writing(notes),
    ]
    endings = run_batch(runner, acts)
    expected = [None, RuntimeError, Refused, AlreadyDone, None, AlreadyDone, None]
    assert [ending and type(ending) for ending in endings] == expected
    repeats = [(ending.request, len(ending.touched)) for ending in endings if isinstance(ending, AlreadyDone)]
    assert repeats == [("r", 1), ("new", 1)]
    assert len(colours(runner)) == 4
    assert [entry.outcome for entry in entries(runner)].count("refused") == 1


def test_failed_commit_keeps_nothing(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the common commit fails, nothing is kept and the caller gets the error."""

    def full(_: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("disk full")

    with monkeypatch.context() as patch:
        record_commit_sizes(patch, runner, full)
        with pytest.raises(StorageError, match="disk full"):
            run_batch(runner, [writing(notes), writing(notes)])
    assert not colours(runner)
    assert not entries(runner)


def test_invalid_change_set_fails_alone(runner: UseCaseRunner, notes: Notes) -> None:
    """A change set that no storage accepts fails alone."""
    wrong = evolve(NOTE, columns=lambda _: {"colour": 7})

    def misfit(uow: UnitOfWork) -> None:
        uow.save(wrong, uow.include(notes.write, "ninh-hoa", "Sai"))

    endings = run_batch(runner, [writing(notes), act(misfit), writing(notes)])
    assert [ending and type(ending) for ending in endings] == [None, BadInput, None]
    assert len(colours(runner)) == 2


def test_idle_run_of_the_program_leaves_no_entry(runner: UseCaseRunner) -> None:
    """A part of the program that finds nothing to do leaves no entry, as when it runs alone."""
    idle = BatchItem(
        actor=system("clock"), action="notes.look", permission=Permission.PLAN_URGE, body=lambda d: d.permit("hoa-lu")
    )
    assert run_batch(runner, [idle]) == [None]
    assert entries(runner) == []


STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["red", "blue", "green", "fail", "refuse"])), max_size=12)


def test_batch_equals_single_acts(district: District) -> None:
    """A batch with conflicts, failures and refusals has the same endings, records, sums and entries as one act at a
    time.
    """

    @given(STEPS)
    def holds(steps: list[tuple[int, str]]) -> None:
        (together, notes), (alone, expected) = (_run_steps(district, steps, how) for how in (_together, _one_by_one))
        assert together == alone
        assert notes == expected

    holds()


def test_overtaken_acts_take_effect_once(district: District) -> None:
    """Acts overtaken by rivals end as one at a time, and each takes effect once; only their order may differ."""

    @given(STEPS, st.sets(st.integers(0, 11)))
    def holds(steps: list[tuple[int, str]], rivals: set[int]) -> None:
        (together, _), (alone, _) = (_run_steps(district, steps, how, rivals) for how in (_together, _one_by_one))
        assert together == alone

    holds()


def _run_steps(
    district: District, steps: list[tuple[int, str]], carry_out: CarryOut, rivals: Collection[int] = ()
) -> tuple[object, object]:
    """Return the endings, versions and entries of a run, and its last colours with their sums."""
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    runner = bare_runner(district, clock)
    notes = Notes(runner)
    ids = [notes.write(LAN, "ninh-hoa", "Chào").id for _ in range(4)]
    acts = [_step(notes, ids[note], what, number in rivals) for number, (note, what) in enumerate(steps)]
    endings = [ending and type(ending) for ending in carry_out(runner, acts)]
    records = [record for id in ids if (record := runner.context.storage.records.get("note", id))]
    day = clock.now().date()
    sums = runner.context.storage.counters.total(["notes"], ["ninh-hoa"], day, day)
    entry_outcomes = sorted((entry.action, entry.outcome) for entry in entries(runner))
    return (endings, [record.version for record in records], entry_outcomes), (colours(runner), sums)


def _step(notes: Notes, id: str, colour: str, overtaken: bool) -> BatchItem:
    """Return an act on a note; an overtaken act meets a change that another officer commits meanwhile."""
    rival = iter([True] if overtaken else [])

    def paint(uow: UnitOfWork) -> None:
        note = uow.load(NOTE, id)
        if next(rival, False):
            notes.paint(person("minh"), id, note.colour)
        uow.include(notes.paint, id, colour)

    if colour == "fail":
        return act(failing)
    return act(paint, STRANGER if colour == "refuse" else LAN)


def _together(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    return run_batch(runner, acts)


def _one_by_one(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    return [_ending(partial(runner.run_command, item.actor, item.action, item.permission, item.body)) for item in acts]


def _ending(carry_out: Callable[[], object]) -> Exception | None:
    try:
        carry_out()
    except (AnninhError, RuntimeError) as error:
        return error
    return None
