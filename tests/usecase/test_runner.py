"""What the runner tells of its commits, how long rivals rest, and what it refuses."""

from collections.abc import Sequence
from functools import partial
from itertools import count

import pytest
from attrs import evolve
from tests.usecase.conftest import NOTE, Notes

from anninh_core.kernel.errors import AlreadyDone, BadInput, Conflict, LeaseLost, Refused, StorageError
from anninh_core.ports.storages.changes import (
    ChangeSet,
    Entry,
    InboxSettled,
    NewKey,
    OutboxSettled,
    Outcome,
    entry_from,
)
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.usecase.actor import person, system
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")


class Meter:
    """Remembers what it hears of commits."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, list[Outcome], float]] = []

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        self.heard.append((len(change_sets), [*outcomes], seconds))


def entries(runner: UseCaseRunner) -> list[Entry]:
    return [entry_from(line.content) for line in runner.context.storage.journal.read()]


def test_observers_hear_how_long_each_commit_took(runner: UseCaseRunner, notes: Notes) -> None:
    """From its begin to its end, on the clock that the runner was given; of nothing they hear nothing."""
    first, second = Meter(), Meter()
    moments = iter([10.0, 12.5, 100.0, 100.25])
    runner.observers += [first, second]
    runner.timer = moments.__next__
    notes.write(LAN, "ninh-hoa", "một")
    notes.write(LAN, "ninh-hoa", "hai")
    assert runner.apply([]) == ()
    assert first.heard == second.heard == [(1, [Outcome.COMMITTED], 2.5), (1, [Outcome.COMMITTED], 0.25)]


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_rivals_rest_twice_as_long_each_time(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch, chance: float
) -> None:
    """Four milliseconds at most after the second conflict, up to a quarter of a second; at least half of that."""
    pauses: list[float] = []
    runner.pause = pauses.append
    monkeypatch.setattr("random.random", lambda: chance)
    monkeypatch.setattr(runner.context.storage, "commit", lambda sets: [Outcome.CONFLICT for _ in sets])
    with pytest.raises(
        Conflict, match=r"notes\.write conflicted with other changes 12 times in a row: read the record again"
    ):
        notes.write(LAN, "ninh-hoa", "Chào")
    longest = [0.004, 0.008, 0.016, 0.032, 0.064, 0.128, *[0.25] * 4]
    assert pauses == pytest.approx([pause * (1 + chance) / 2 for pause in longest])


@pytest.mark.parametrize("conflicts", range(5))
def test_whoever_wins_in_the_end_is_told_nothing(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch, conflicts: int
) -> None:
    """The first conflict is retried at once, each later one after a rest; the act is carried out once."""
    pauses: list[float] = []
    runner.pause = pauses.append
    commit = runner.context.storage.commit
    tried = count()
    monkeypatch.setattr(
        runner.context.storage,
        "commit",
        lambda sets: commit(sets) if next(tried) >= conflicts else [Outcome.CONFLICT for _ in sets],
    )
    note = notes.write(LAN, "ninh-hoa", "Chào")
    assert len(pauses) == max(0, conflicts - 1)
    assert [record.id for record in runner.context.storage.maintenance.scan("note")] == [note.id]


def test_each_outcome_is_told_for_what_it_is(runner: UseCaseRunner) -> None:
    """A conflict by False; a request carried out before and a claim that was lost by errors that name them."""
    assert runner.check_outcome(ChangeSet(), Outcome.COMMITTED)
    assert not runner.check_outcome(ChangeSet(), Outcome.CONFLICT)
    with pytest.raises(AlreadyDone) as told:
        runner.check_outcome(ChangeSet(request="r-1"), Outcome.DUPLICATE)
    assert told.value.request == "r-1"
    taken = InboxSettled(id="i-1", token=1)
    sent = OutboxSettled(id="o-1", token=1, state=OutboxState.FAILED, at=runner.context.clock.now())
    for change, row in (
        (ChangeSet(inbox_settled=taken), "i-1"),
        (ChangeSet(outbox_settled=sent), "o-1"),
        (ChangeSet(), ""),
    ):
        with pytest.raises(
            LeaseLost, match=f"The claim on queue row {row} expired, and another worker has the row now."
        ):
            runner.check_outcome(change, Outcome.LEASE_LOST)


def test_a_key_is_made_once(runner: UseCaseRunner) -> None:
    """Whoever asks again is given the one that is stored."""
    first, second = runner.ensure_key("box:1"), runner.ensure_key("box:1")
    assert (first.new, second.new, first.scope) == (None, None, "box:1")
    sealed = runner.context.encryptor.encrypt(first, b"x", b"about")
    assert runner.context.encryptor.decrypt("box:1", sealed, b"about") == b"x"


def test_a_key_that_is_never_stored_is_told(runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many tries as an act has, by its scope."""
    stored: list[NewKey] = []

    def lose(sets: Sequence[ChangeSet]) -> list[Outcome]:
        stored.extend(key for change in sets for key in change.keys)
        return [Outcome.CONFLICT for _ in sets]

    monkeypatch.setattr(runner.context.storage, "commit", lose)
    with pytest.raises(StorageError, match="The key of 'box:1' couldn't be stored: run `anninh doctor`"):
        runner.ensure_key("box:1")
    assert [key.scope for key in stored] == ["box:1"] * 12


def test_a_refusal_keeps_no_facts_of_what_was_not_done(runner: UseCaseRunner) -> None:
    """What a body noted before it was refused would tell of what it read."""

    def body(session: ReadSession) -> None:
        session.facts["secret"] = "x"
        session.permit("ninh-hoa")

    stranger = person("stranger")
    asked = Permission.CONTENT_READ
    query = partial(runner.run_query, stranger, "notes.spy", asked, True, body)
    command = partial(runner.run_command, stranger, "notes.spy", asked, body)
    for run in (query, command):
        with pytest.raises(Refused):
            run()
        entry = entries(runner)[-1]
        assert (entry.outcome, entry.unit, entry.facts) == (
            "refused",
            "ninh-hoa",
            {"why": "person:stranger is a stranger"},
        )


@pytest.mark.parametrize("traced", [False, True])
def test_only_a_traced_query_leaves_an_entry(runner: UseCaseRunner, notes: Notes, traced: bool) -> None:
    """It tells how many records were opened, and their digest; an untraced one answers alike and leaves none."""
    note = notes.write(LAN, "ninh-hoa", "Chào")

    def body(session: ReadSession) -> str:
        session.permit("ninh-hoa")
        return session.load(NOTE, note.id).text

    for _ in range(2):
        assert runner.run_query(LAN, "notes.peek", Permission.CONTENT_READ, traced, body) == "Chào"
    looks = [entry for entry in entries(runner) if entry.action == "notes.peek"]
    assert [(look.outcome, look.named, look.facts["opened"]) for look in looks] == (
        [("read", (f"note:{note.id}@1",), 1)] * 2 if traced else []
    )


def test_what_folds_is_written_once_and_counted(runner: UseCaseRunner, notes: Notes) -> None:
    """Only looks that show something, and that have no facts of their own."""
    note = notes.write(LAN, "ninh-hoa", "Chào")

    def look(session: ReadSession, *, facts: bool, shows: bool) -> None:
        session.permit("ninh-hoa")
        if shows:
            session.load(NOTE, note.id)
        if facts:
            session.facts["q"] = 1

    for facts, shows, written in ((False, True, 1), (True, True, 3), (False, False, 3)):
        before = len(entries(runner))
        for _ in range(3):
            runner.run_query(
                LAN,
                f"notes.look_{facts}_{shows}",
                Permission.CONTENT_READ,
                True,
                partial(look, facts=facts, shows=shows),
                folds=True,
            )
        assert len(entries(runner)) - before == written
    assert runner.write_looks() == 0
    assert runner.write_looks(everything=True) == 1
    assert entries(runner)[-1].facts["repeats"] == 2


def test_the_program_leaves_no_entry_where_it_found_nothing_to_do(runner: UseCaseRunner) -> None:
    """A person's act leaves one even so; and an event is something to do."""
    for actor, event, left in ((system("clock"), "", 0), (LAN, "", 1), (system("clock"), "it.struck", 1)):

        def body(uow: UnitOfWork, name: str = event) -> str:
            uow.permit("ninh-hoa")
            if name:
                uow.add_event(name)
            return "done"

        before = len(entries(runner))
        assert runner.run_command(actor, "notes.tick", Permission.PLAN_URGE, body) == "done"
        assert len(entries(runner)) - before == left


def test_neither_runner_nor_context_is_shown(runner: UseCaseRunner) -> None:
    """Whatever prints them prints no port and no key."""
    for one in (runner, runner.context):
        assert "=" not in repr(one)
        assert one != evolve(one)  # they are compared as themselves


@pytest.mark.parametrize("scope", ["box:1", "a:1", "zzz:1", ""])
def test_a_record_of_another_scope_is_not_its_own(runner: UseCaseRunner, notes: Notes, scope: str) -> None:
    """Only what is sealed as `kind:id` is found by its scope; what isn't there or is no kind of ours isn't."""
    note = notes.write(LAN, "ninh-hoa", "Chào")
    found = runner.context.own_record(f"note:{note.id}")
    assert found is not None
    assert found.id == note.id
    elsewhere = evolve(NOTE, scope=lambda _: scope)
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.move")
    uow.save(elsewhere, uow.load(NOTE, note.id))
    assert runner.commit(uow)
    assert runner.context.own_record(f"note:{note.id}") is None
    assert runner.context.own_record("note:nobody") is None
    assert runner.context.own_record(f"nothing:{note.id}") is None
    with pytest.raises(BadInput):
        runner.context.own_record("")
