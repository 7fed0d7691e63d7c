"""Who acts on what was changed since they saw it does nothing, and hears by whom it was changed."""

from collections.abc import Sequence

import pytest
from tests.app.broken_off import Breaking, Broken
from tests.usecase.preconditions.conftest import BOARD, Boards

from anninh_core.kernel.errors import AlreadyDone, BadInput, Conflict, NotFound, Refused, Stale
from anninh_core.ports.storages.changes import ChangeSet, Outcome, entry_from
from anninh_core.usecase.actor import person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
HUNG = person("hung")


@pytest.fixture(autouse=True)
def board(boards: Boards) -> None:
    boards.put_up(LAN, "b")


def test_as_it_was_seen(boards: Boards, runner: UseCaseRunner) -> None:
    """The version that a model was read with is the one of its record; with that, the act is carried out."""
    for line in ("một", "hai"):
        seen = boards.read(LAN, "b")
        record = runner.context.storage.records.get("board", "b")
        assert record is not None
        assert record.version == seen.version
        assert boards.add(LAN.seeing("board", "b", seen.version), "b", line).version == seen.version + 1


def test_stale_error_names_the_change(boards: Boards) -> None:
    """The error names the record, both versions, and the last change: by whom, when and by which act."""
    boards.add(LAN, "b", "một")
    with pytest.raises(Stale) as told:
        boards.add(HUNG.seeing("board", "b", 1), "b", "hai")
    assert str(told.value) == (
        "board b was changed by lan at 2021-09-01 08:00 (boards.add) since you read it (version 1, now 2). Nothing was "
        "done: read it again and decide."
    )
    assert (told.value.kind, told.value.id, told.value.seen, told.value.version) == ("board", "b", 1, 2)
    with pytest.raises(Conflict, match="was changed by yourself at"):
        boards.add(LAN.seeing("board", "b", 1), "b", "hai")
    assert boards.read(LAN, "b").lines == ("một",)


def test_changed_by_a_part_of_the_program(boards: Boards, runner: UseCaseRunner) -> None:
    """It is named as such."""
    body = boards.add_unseen.__wrapped__  # type: ignore[attr-defined]
    runner.run_command(system("clock"), "boards.tidy", Permission.CONTENT_EDIT, lambda uow: body(boards, uow, "b", "x"))
    with pytest.raises(Stale, match=r"changed by the program \(clock\) at"):
        boards.add(LAN.seeing("board", "b", 1), "b", "hai")


def test_changed_between_reading_and_commit(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit itself checks it: who was overtaken isn't run again on what they never saw."""
    commit = runner.context.storage.commit
    tried = []

    def overtaken(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        tried.append(len(changes))
        if len(tried) == 1:
            boards.add(LAN, "b", "một")
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", overtaken)
    with pytest.raises(Stale, match="changed by lan"):
        boards.add(HUNG.seeing("board", "b", 1), "b", "hai")
    assert len(tried) == 2
    assert boards.read(LAN, "b").lines == ("một",)


def test_what_is_only_read_is_guarded_too(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An act that goes by a record which it doesn't change fails as well."""
    boards.put_up(LAN, "other")
    commit = runner.context.storage.commit
    tried = []

    def copy() -> None:
        runner.run_command(
            HUNG.seeing("board", "other", 1),
            "boards.copy",
            Permission.CONTENT_EDIT,
            lambda uow: uow.include(boards.add, "b", str(uow.get_permitted(BOARD, "other").lines)),
        )

    def overtaken(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        tried.append(len(changes))
        if len(tried) == 1:
            boards.add(LAN, "other", "một")
        return commit(changes)

    monkeypatch.setattr(runner.context.storage, "commit", overtaken)
    with pytest.raises(Stale, match="Nothing was done: read it again and decide"):
        copy()
    assert boards.read(LAN, "b").lines == ()


def test_nothing_is_told_of_what_is_not_theirs(boards: Boards) -> None:
    """A stranger is refused as ever; of a record that nobody found to be the actor's, no name is told."""
    boards.add(LAN, "b", "một")
    with pytest.raises(Refused):
        boards.add(person("stranger").seeing("board", "b", 1), "b", "hai")
    with pytest.raises(Stale) as told:
        boards.add_unseen(HUNG.seeing("board", "b", 1), "b", "hai")
    assert str(told.value).startswith("board b has changed since you read it")
    with pytest.raises(NotFound):
        boards.add(HUNG.seeing("board", "none", 1), "none", "hai")


def test_an_act_about_something_else(boards: Boards, runner: UseCaseRunner) -> None:
    """What an act doesn't read says nothing about it; that is a mistake of the caller's, and told as one."""
    entries = runner.context.storage.journal.head()
    for call in (lambda: boards.ring(LAN.seeing("board", "b", 1)), lambda: boards.put_up(LAN.seeing("x", "y", 1), "c")):
        with pytest.raises(BadInput, match="in `seeing`, name a record that the operation is about"):
            call()
    assert runner.context.storage.journal.head() == entries


def test_a_query_is_asked_of_what_was_seen(boards: Boards) -> None:
    """Also who only reads may say what they saw."""
    assert boards.read(LAN.seeing("board", "b", 1), "b").lines == ()
    boards.add(LAN, "b", "một")
    with pytest.raises(Stale):
        boards.read(LAN.seeing("board", "b", 1), "b")


def test_of_several_commits_the_first(boards: Boards) -> None:
    """A workflow changes the record itself: only before its first commit it must be as it was seen."""
    assert boards.add_all(LAN.seeing("board", "b", 1), "b", "một", "hai")[1].version == 3
    with pytest.raises(Stale):
        boards.add_all(LAN.seeing("board", "b", 1), "b", "ba", "bốn")
    assert boards.read(LAN, "b").lines == ("một", "hai")


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_goes_on_is_not_checked_again(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool
) -> None:
    """An act that was broken off has changed the record itself, and the key says that it is the same act."""
    actor = LAN.with_request("k").seeing("board", "b", 1)
    storage = runner.context.storage
    with monkeypatch.context() as patch:
        patch.setattr(storage, "commit", Breaking(storage.commit, number, stored))
        with pytest.raises(Broken):
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


def test_a_repeat_is_told_before_a_change(boards: Boards) -> None:
    """Who sends the same request again has changed the record by it, and hears that it is done."""
    actor = LAN.with_request("k").seeing("board", "b", 1)
    boards.add(actor, "b", "một")
    with pytest.raises(AlreadyDone):
        boards.add(actor, "b", "một")


def test_what_a_body_says_of_its_version_does_not_count(boards: Boards, runner: UseCaseRunner) -> None:
    """A record that was written before its models were numbered has the version of the record."""
    record = runner.context.storage.records.get("board", "b")
    assert record is not None
    body = BOARD.encode(BOARD.decode(b'{"id": "b", "version": 77}', 1))
    assert BOARD.decode(body, 1).version == 77
    assert BOARD.decode_record(record, body).version == record.version == 1
