"""The runner of use cases notifies observers of commits, pauses after conflicts, and handles refusals and outcomes."""

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


class CommitRecorder:
    """An observer that records each commit of a runner."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, list[Outcome], float]] = []

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        self.heard.append((len(change_sets), [*outcomes], seconds))


def read_entries(runner: UseCaseRunner) -> list[Entry]:
    return [entry_from(line.content) for line in runner.context.storage.journal.read()]


def test_observers_get_the_duration_of_commits(runner: UseCaseRunner, notes: Notes) -> None:
    """Observers get the duration of each commit from the runner's timer, and nothing for an empty list of change
    sets.
    """
    first, second = CommitRecorder(), CommitRecorder()
    moments = iter([10.0, 12.5, 100.0, 100.25])
    runner.observers += [first, second]
    runner.timer = moments.__next__
    notes.write(LAN, "ninh-hoa", "một")
    notes.write(LAN, "ninh-hoa", "hai")
    assert runner.apply([]) == ()
    assert first.heard == second.heard == [(1, [Outcome.COMMITTED], 2.5), (1, [Outcome.COMMITTED], 0.25)]


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_pause_doubles_after_each_conflict(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch, chance: float
) -> None:
    """The longest pause is 4 ms after the second conflict and doubles with each further one up to 250 ms; the actual
    pause is random, and at least half of it.
    """
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
def test_conflicts_are_retried_silently(
    runner: UseCaseRunner, notes: Notes, monkeypatch: pytest.MonkeyPatch, conflicts: int
) -> None:
    """The first conflict is retried at once, later ones after a pause, and the act takes effect once."""
    pauses: list[float] = []
    runner.pause = pauses.append
    commit = runner.context.storage.commit
    attempts = count()
    monkeypatch.setattr(
        runner.context.storage,
        "commit",
        lambda sets: commit(sets) if next(attempts) >= conflicts else [Outcome.CONFLICT for _ in sets],
    )
    note = notes.write(LAN, "ninh-hoa", "Chào")
    assert len(pauses) == max(0, conflicts - 1)
    assert [record.id for record in runner.context.storage.maintenance.scan("note")] == [note.id]


def test_each_outcome_has_its_result(runner: UseCaseRunner) -> None:
    """A commit's conflict gives False, and a repeated request or a lost claim raises an error that names it."""
    assert runner.check_outcome(ChangeSet(), Outcome.COMMITTED)
    assert not runner.check_outcome(ChangeSet(), Outcome.CONFLICT)
    with pytest.raises(AlreadyDone) as error:
        runner.check_outcome(ChangeSet(request="r-1"), Outcome.DUPLICATE)
    assert error.value.request == "r-1"
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
    """Repeated calls for a scope's key return the stored one."""
    first, second = runner.ensure_key("box:1"), runner.ensure_key("box:1")
    assert (first.new, second.new, first.scope) == (None, None, "box:1")
    sealed = runner.context.encryptor.encrypt(first, b"x", b"about")
    assert runner.context.encryptor.decrypt("box:1", sealed, b"about") == b"x"


def test_unstored_key_is_an_error(runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that can't be stored raises an error with its scope after as many tries as an act has."""
    stored: list[NewKey] = []

    def refuse_commit(sets: Sequence[ChangeSet]) -> list[Outcome]:
        stored.extend(key for change in sets for key in change.keys)
        return [Outcome.CONFLICT for _ in sets]

    monkeypatch.setattr(runner.context.storage, "commit", refuse_commit)
    with pytest.raises(StorageError, match="The key of 'box:1' couldn't be stored: run `anninh doctor`"):
        runner.ensure_key("box:1")
    assert [key.scope for key in stored] == ["box:1"] * 12


def test_refusal_keeps_no_facts_of_the_body(runner: UseCaseRunner) -> None:
    """The entry of a refusal has none of the body's facts, because these could reveal what the body read."""

    def body(session: ReadSession) -> None:
        session.facts["secret"] = "x"
        session.permit("ninh-hoa")

    stranger = person("stranger")
    permission = Permission.CONTENT_READ
    query = partial(runner.run_query, stranger, "notes.spy", permission, True, body)
    command = partial(runner.run_command, stranger, "notes.spy", permission, body)
    for run in (query, command):
        with pytest.raises(Refused):
            run()
        entry = read_entries(runner)[-1]
        assert (entry.outcome, entry.unit, entry.facts) == (
            "refused",
            "ninh-hoa",
            {"why": "person:stranger is a stranger"},
        )


@pytest.mark.parametrize("traced", [False, True])
def test_only_a_traced_query_leaves_an_entry(runner: UseCaseRunner, notes: Notes, traced: bool) -> None:
    """Only a traced query leaves an entry, with the number of opened records; traced and untraced queries give the same
    answer.
    """
    note = notes.write(LAN, "ninh-hoa", "Chào")

    def body(session: ReadSession) -> str:
        session.permit("ninh-hoa")
        return session.load(NOTE, note.id).text

    for _ in range(2):
        assert runner.run_query(LAN, "notes.peek", Permission.CONTENT_READ, traced, body) == "Chào"
    reads = [entry for entry in read_entries(runner) if entry.action == "notes.peek"]
    assert [(entry.outcome, entry.named, entry.facts["opened"]) for entry in reads] == (
        [("read", (f"note:{note.id}@1",), 1)] * 2 if traced else []
    )


def test_counted_read_is_written_once(runner: UseCaseRunner, notes: Notes) -> None:
    """Repeated reads are counted together only if they show records and have no facts of their own."""
    note = notes.write(LAN, "ninh-hoa", "Chào")

    def look(session: ReadSession, *, facts: bool, shows: bool) -> None:
        session.permit("ninh-hoa")
        if shows:
            session.load(NOTE, note.id)
        if facts:
            session.facts["q"] = 1

    for facts, shows, written in ((False, True, 1), (True, True, 3), (False, False, 3)):
        before = len(read_entries(runner))
        for _ in range(3):
            runner.run_query(
                LAN,
                f"notes.look_{facts}_{shows}",
                Permission.CONTENT_READ,
                True,
                partial(look, facts=facts, shows=shows),
                aggregate_repeats=True,
            )
        assert len(read_entries(runner)) - before == written
    assert runner.flush_read_log() == 0
    assert runner.flush_read_log(everything=True) == 1
    assert read_entries(runner)[-1].facts["repeats"] == 2


def test_idle_program_leaves_no_entry(runner: UseCaseRunner) -> None:
    """A command of the program without an event or change leaves no entry, and the same command of a person does."""
    for actor, event, written in ((system("clock"), "", 0), (LAN, "", 1), (system("clock"), "it.struck", 1)):

        def body(uow: UnitOfWork, name: str = event) -> str:
            uow.permit("ninh-hoa")
            if name:
                uow.add_event(name)
            return "done"

        before = len(read_entries(runner))
        assert runner.run_command(actor, "notes.tick", Permission.PLAN_URGE, body) == "done"
        assert len(read_entries(runner)) - before == written


def test_repr_shows_no_ports(runner: UseCaseRunner) -> None:
    """The repr of a runner or context shows no port and no key."""
    for instance in (runner, runner.context):
        assert "=" not in repr(instance)
        assert instance != evolve(instance)  # Two runners or contexts are equal only if they are the same object.


@pytest.mark.parametrize("scope", ["box:1", "a:1", "zzz:1", ""])
def test_record_of_another_scope_is_not_found(runner: UseCaseRunner, notes: Notes, scope: str) -> None:
    """`find_own_record` finds a record by its scope `kind:id` only if the record is encrypted under that scope, and
    gives None for a missing or unknown scope.
    """
    note = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.find_own_record(f"note:{note.id}")
    assert record is not None
    assert record.id == note.id
    elsewhere = evolve(NOTE, scope=lambda _: scope)
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.move")
    uow.save(elsewhere, uow.load(NOTE, note.id))
    assert runner.commit(uow)
    assert runner.context.find_own_record(f"note:{note.id}") is None
    assert runner.context.find_own_record("note:nobody") is None
    assert runner.context.find_own_record(f"nothing:{note.id}") is None
    with pytest.raises(BadInput):
        runner.context.find_own_record("")
