"""Acts carried out together end as if each stood alone."""

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


def noting_commits(monkeypatch: pytest.MonkeyPatch, runner: UseCaseRunner, before: Commit | None = None) -> list[int]:
    """Note the size of each commit from now on; `before` may raise or answer in the storage's place."""
    sizes: list[int] = []
    commit = runner.context.storage.commit

    def noted(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        sizes.append(len(changes))
        return before(changes) if before is not None else commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", noted)
    return sizes


def test_many_acts_make_one_commit(runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts that don't meet are committed at once, each with an entry of its own, and the listeners hear of each."""
    heard: list[ChangeSet] = []
    runner.observers.append(OnCommit(heard.append))
    sizes = noting_commits(monkeypatch, runner)
    assert run_batch(runner, [writing(notes, text) for text in "abc"]) == [None, None, None]
    assert sizes == [3]
    assert len(entries(runner)) == len(colours(runner)) == len(heard) == 3


def test_acts_that_meet_are_carried_out_again(runner: UseCaseRunner, notes: Notes) -> None:
    """Acts on the same record come one after the other, and each counts."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    endings = run_batch(runner, [painting(notes, note.id, colour) for colour in ("blue", "green", "white")])
    assert endings == [None, None, None]
    assert colours(runner) == {note.id: "white"}
    assert [entry.touched[0].version for entry in entries(runner)] == [1, 2, 3, 4]


def test_a_list_that_all_ask_for_is_read_once(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each act of a batch gets the page that was read at its beginning."""
    notes.write(LAN, "ninh-hoa", "Chào")
    asked = list[Find]()
    records = runner.context.storage.records
    find = records.find

    def count(_: object, query: Find) -> RecordPage:
        asked.append(query)
        return find(query)

    monkeypatch.setattr(type(records), "find", count)
    reds: list[int] = []
    counting = act(lambda uow: reds.append(len(uow.find(NOTE, "id", where={"colour": "red"}).items)))
    query = Find(kind="note", order="id", where={"colour": "red"})
    assert run_batch(runner, [evolve(counting, lists=(query,))] * 3) == [None] * 3
    assert (reds, asked) == ([1] * 3, [query])


def test_one_that_fails_stops_no_other(runner: UseCaseRunner, notes: Notes) -> None:
    """A bug, a refusal and a request carried out before are told each to its own act; the others are committed."""
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
    kinds = [None, RuntimeError, Refused, AlreadyDone, None, AlreadyDone, None]
    assert [ending and type(ending) for ending in endings] == kinds
    again = [(one.request, len(one.touched)) for one in endings if isinstance(one, AlreadyDone)]
    assert again == [("r", 1), ("new", 1)]
    assert len(colours(runner)) == 4
    assert [entry.outcome for entry in entries(runner)].count("refused") == 1


def test_a_storage_in_trouble_keeps_nothing(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the common commit fails, nothing is kept and the caller hears of it."""

    def full(_: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("disk full")

    with monkeypatch.context() as patch:
        noting_commits(patch, runner, full)
        with pytest.raises(StorageError, match="disk full"):
            run_batch(runner, [writing(notes), writing(notes)])
    assert not colours(runner)
    assert not entries(runner)


def test_what_no_storage_takes_is_told_apart(runner: UseCaseRunner, notes: Notes) -> None:
    """A change set that no storage takes fails alone."""
    wrong = evolve(NOTE, columns=lambda _: {"colour": 7})

    def misfit(uow: UnitOfWork) -> None:
        uow.save(wrong, uow.include(notes.write, "ninh-hoa", "Sai"))

    endings = run_batch(runner, [writing(notes), act(misfit), writing(notes)])
    assert [ending and type(ending) for ending in endings] == [None, BadInput, None]
    assert len(colours(runner)) == 2


def test_a_look_of_the_program_leaves_no_entry(runner: UseCaseRunner) -> None:
    """A part of the program that found nothing to do leaves no trace, as when it acts alone."""
    idle = BatchItem(
        actor=system("clock"), action="notes.look", permission=Permission.PLAN_URGE, body=lambda d: d.permit("hoa-lu")
    )
    assert run_batch(runner, [idle]) == [None]
    assert entries(runner) == []


STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["red", "blue", "green", "fail", "refuse"])), max_size=12)


def test_together_is_as_one_by_one(district: District) -> None:
    """Whatever meets, fails or is refused: endings, records, sums and entries are those of one by one."""

    @given(STEPS)
    def holds(steps: list[tuple[int, str]]) -> None:
        (together, notes), (alone, expected) = (_after(district, steps, how) for how in (_together, _one_by_one))
        assert together == alone
        assert notes == expected

    holds()


def test_overtaken_acts_count_once_each(district: District) -> None:
    """Acts that others overtake end as one by one, each in effect once; only their order may be another."""

    @given(STEPS, st.sets(st.integers(0, 11)))
    def holds(steps: list[tuple[int, str]], rivals: set[int]) -> None:
        (together, _), (alone, _) = (_after(district, steps, how, rivals) for how in (_together, _one_by_one))
        assert together == alone

    holds()


def _after(
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
    trail = sorted((entry.action, entry.outcome) for entry in entries(runner))
    return (endings, [record.version for record in records], trail), (colours(runner), sums)


def _step(notes: Notes, id: str, what: str, overtaken: bool) -> BatchItem:
    """Return an act on a note; one that is overtaken meets a change that somebody else commits meanwhile."""
    rival = iter([True] if overtaken else [])

    def paint(uow: UnitOfWork) -> None:
        note = uow.load(NOTE, id)
        if next(rival, False):
            notes.paint(person("minh"), id, note.colour)
        uow.include(notes.paint, id, what)

    if what == "fail":
        return act(failing)
    return act(paint, STRANGER if what == "refuse" else LAN)


def _together(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    return run_batch(runner, acts)


def _one_by_one(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    return [_ending(partial(runner.run_command, one.actor, one.action, one.permission, one.body)) for one in acts]


def _ending(carry_out: Callable[[], object]) -> Exception | None:
    try:
        carry_out()
    except (AnninhError, RuntimeError) as error:
        return error
    return None
