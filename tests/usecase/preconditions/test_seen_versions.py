"""An act on a record that was changed since the actor read it does nothing, and its error names who changed it."""

from collections.abc import Sequence

import pytest
from tests.app.broken_off import CommitFailed, FailingCommit
from tests.usecase.preconditions.conftest import BOARD, Boards

from anninh_core.kernel.errors import AlreadyDone, BadInput, Conflict, NotFound, Refused, Stale
from anninh_core.ports.storages.changes import ChangeSet, Outcome, entry_from
from anninh_core.usecase.actor import person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
HUNG = person("hung")


@pytest.fixture(autouse=True)
def stored_board(boards: Boards) -> None:
    boards.put_up(LAN, "b")


def test_current_version_is_accepted(boards: Boards, runner: UseCaseRunner) -> None:
    """A model has the version of its record, and an act that names this version is carried out."""
    for line in ("một", "hai"):
        seen = boards.read(LAN, "b")
        record = runner.context.storage.records.get("board", "b")
        assert record is not None
        assert record.version == seen.version
        assert boards.add(LAN.seeing("board", "b", seen.version), "b", line).version == seen.version + 1


def test_stale_error_names_the_change(boards: Boards) -> None:
    """The error about an outdated version names the record, both versions, and the last change with its author, time
    and act.
    """
    boards.add(LAN, "b", "một")
    with pytest.raises(Stale) as error:
        boards.add(HUNG.seeing("board", "b", 1), "b", "hai")
    assert str(error.value) == (
        "board b was changed by lan at 2021-09-01 08:00 (boards.add) since you read it (version 1, now 2). Nothing was "
        "done: read it again and decide."
    )
    assert (error.value.kind, error.value.id, error.value.seen, error.value.version) == ("board", "b", 1, 2)
    with pytest.raises(Conflict, match="was changed by yourself at"):
        boards.add(LAN.seeing("board", "b", 1), "b", "hai")
    assert boards.read(LAN, "b").lines == ("một",)


def test_stale_error_names_the_program(boards: Boards, runner: UseCaseRunner) -> None:
    """The error about an outdated version names a part of the program if that made the last change."""
    body = boards.add_unseen.__wrapped__  # type: ignore[attr-defined]
    runner.run_command(system("clock"), "boards.tidy", Permission.CONTENT_EDIT, lambda uow: body(boards, uow, "b", "x"))
    with pytest.raises(Stale, match=r"changed by the program \(clock\) at"):
        boards.add(LAN.seeing("board", "b", 1), "b", "hai")


def test_commit_checks_the_seen_version(boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit checks the seen version too, so that an overtaken act isn't run again on a state that its actor didn't
    see.
    """
    commit = runner.context.storage.commit
    commits = []

    def commit_after_rival(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        commits.append(len(changes))
        if len(commits) == 1:
            boards.add(LAN, "b", "một")
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", commit_after_rival)
    with pytest.raises(Stale, match="changed by lan"):
        boards.add(HUNG.seeing("board", "b", 1), "b", "hai")
    assert len(commits) == 2
    assert boards.read(LAN, "b").lines == ("một",)


def test_read_records_are_guarded(boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act fails also if a record that it only read was changed meanwhile."""
    boards.put_up(LAN, "other")
    commit = runner.context.storage.commit
    commits = []

    def copy_line() -> None:
        runner.run_command(
            HUNG.seeing("board", "other", 1),
            "boards.copy",
            Permission.CONTENT_EDIT,
            lambda uow: uow.include(boards.add, "b", str(uow.get_permitted(BOARD, "other").lines)),
        )

    def commit_after_rival(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        commits.append(len(changes))
        if len(commits) == 1:
            boards.add(LAN, "other", "một")
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", commit_after_rival)
    with pytest.raises(Stale, match="Nothing was done: read it again and decide"):
        copy_line()
    assert boards.read(LAN, "b").lines == ()


def test_stale_error_reveals_no_author_to_strangers(boards: Boards) -> None:
    """A stranger is refused as usual, and the error about a record that wasn't checked for the actor names no
    author.
    """
    boards.add(LAN, "b", "một")
    with pytest.raises(Refused):
        boards.add(person("stranger").seeing("board", "b", 1), "b", "hai")
    with pytest.raises(Stale) as error:
        boards.add_unseen(HUNG.seeing("board", "b", 1), "b", "hai")
    assert str(error.value).startswith("board b has changed since you read it")
    with pytest.raises(NotFound):
        boards.add(HUNG.seeing("board", "none", 1), "none", "hai")


def test_seen_version_of_unread_record_is_refused(boards: Boards, runner: UseCaseRunner) -> None:
    """A seen version of a record that the act doesn't read is refused as the caller's mistake."""
    entries = runner.context.storage.journal.head()
    for call in (lambda: boards.ring(LAN.seeing("board", "b", 1)), lambda: boards.put_up(LAN.seeing("x", "y", 1), "c")):
        with pytest.raises(BadInput, match="in `seeing`, name a record that the operation is about"):
            call()
    assert runner.context.storage.journal.head() == entries


def test_query_checks_the_seen_version(boards: Boards) -> None:
    """A query with an outdated seen version fails."""
    assert boards.read(LAN.seeing("board", "b", 1), "b").lines == ()
    boards.add(LAN, "b", "một")
    with pytest.raises(Stale):
        boards.read(LAN.seeing("board", "b", 1), "b")


def test_workflow_checks_its_first_commit_only(boards: Boards) -> None:
    """A workflow checks the seen version before its first commit only, because it changes the record afterwards."""
    assert boards.add_all(LAN.seeing("board", "b", 1), "b", "một", "hai")[1].version == 3
    with pytest.raises(Stale):
        boards.add_all(LAN.seeing("board", "b", 1), "b", "ba", "bốn")
    assert boards.read(LAN, "b").lines == ("một", "hai")


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_resumed_act_is_not_checked_again(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool
) -> None:
    """A resumed act isn't checked again, because it has changed the record itself and its key identifies it."""
    actor = LAN.with_request("k").seeing("board", "b", 1)
    storage = runner.context.storage
    with monkeypatch.context() as patch:
        patch.setattr(storage, "commit", FailingCommit(storage.commit, number, stored))
        with pytest.raises(CommitFailed):
            boards.add_all(actor, "b", "một", "hai")
    if number or stored:
        boards.add(HUNG, "b", "của Hùng")
    if number == 2 and stored:
        with pytest.raises(AlreadyDone):
            boards.add_all(actor, "b", "một", "hai")
    else:
        boards.add_all(actor, "b", "một", "hai")
    assert {"một", "hai"} <= {*boards.read(LAN, "b").lines}
    assert sum(entry_from(line.content).facts.get("line") == "một" for line in storage.journal.read()) == 1


def test_repeat_takes_precedence_over_stale(boards: Boards) -> None:
    """A repeated request gets `AlreadyDone` and not `Stale`, although its first run changed the record."""
    actor = LAN.with_request("k").seeing("board", "b", 1)
    boards.add(actor, "b", "một")
    with pytest.raises(AlreadyDone):
        boards.add(actor, "b", "một")


def test_version_comes_from_the_record(boards: Boards, runner: UseCaseRunner) -> None:
    """The version of a model comes from its record, not from a number in the stored body."""
    record = runner.context.storage.records.get("board", "b")
    assert record is not None
    body = BOARD.encode(BOARD.decode(b'{"id": "b", "version": 77}', 1))
    assert BOARD.decode(body, 1).version == 77
    assert BOARD.decode_record(record, body).version == record.version == 1
