"""A request key belongs to an actor and an operation: an act under it is done once, and continues after an
interruption.
"""

import pytest
from tests.app.broken_off import CommitFailed, FailingCommit
from tests.usecase.preconditions.conftest import UNIT, Boards

from anninh_core.kernel.errors import AlreadyDone, NotFound
from anninh_core.ports.storages.changes import entry_from
from anninh_core.usecase.actor import person, system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
HUNG = person("hung")


@pytest.fixture(autouse=True)
def stored_board(boards: Boards) -> None:
    boards.put_up(LAN, "b")


def fail_commit(runner: UseCaseRunner, patch: pytest.MonkeyPatch, number: int, *, stored: bool) -> None:
    storage = runner.context.storage
    patch.setattr(storage, "commit", FailingCommit(storage.commit, number, stored))


def test_repeat_reports_the_first_result(boards: Boards) -> None:
    """A repeated act raises `AlreadyDone` with the key, the written versions and the journal's facts, and nothing is
    written twice.
    """
    written = boards.add(LAN.with_request("k"), "b", "một")
    with pytest.raises(AlreadyDone, match="Request 'k' was carried out before; nothing was done twice") as error:
        boards.add(LAN.with_request("k"), "b", "hai")
    assert (error.value.request, error.value.touched) == ("k", (("board", "b", written.version),))
    assert (error.value.facts, error.value.ids("board"), error.value.ids("note")) == ({"line": "một"}, ("b",), ())
    assert boards.read(LAN, "b").lines == ("một",)


def test_key_belongs_to_person_and_operation(boards: Boards) -> None:
    """A key counts as repeated only for the same person and operation, whichever record it is used for."""
    boards.add(LAN.with_request("k"), "b", "một")
    boards.add(HUNG.with_request("k"), "b", "hai")
    boards.add_unseen(LAN.with_request("k"), "b", "ba")
    boards.put_up(LAN.with_request("k"), "other")
    boards.add(LAN.with_request("k2"), "other", "bốn")
    with pytest.raises(AlreadyDone) as error:
        boards.add(LAN.with_request("k"), "other", "năm")
    assert error.value.ids("board") == ("b",)
    assert [boards.read(LAN, id).lines for id in ("b", "other")] == [("một", "hai", "ba"), ("bốn",)]


def test_key_text_cannot_imitate_another_key(boards: Boards) -> None:
    """No text of a key can be confused with the key of another operation or person."""
    for number, key in enumerate(("k", "\nk", "boards.add\n\nk", "person:hung\nboards.add\n\nk", "x" * 5000)):
        boards.add(LAN.with_request(key), "b", str(number))
        boards.add(HUNG.with_request(key), "b", str(number))
    assert len(boards.read(LAN, "b").lines) == 10


def test_key_of_a_person_is_stored_hashed(boards: Boards, runner: UseCaseRunner) -> None:
    """Stored requests and the journal contain only a keyed hash of a person's key, so that its text can't be read or
    guessed.
    """
    boards.add(LAN.with_request("Ông Thử, xóm 3"), "b", "một")
    (line,) = runner.context.storage.journal.read()[-1:]
    key = str(entry_from(line.content).facts["request_key"])
    assert key.startswith("request:")
    assert "Thử" not in line.content.decode()
    assert runner.context.storage.requested(key)
    assert not runner.context.storage.requested("Ông Thử, xóm 3")


def test_key_of_the_program_is_stored_unchanged(runner: UseCaseRunner) -> None:
    """Keys of the program's parts are stored unchanged and shared between the parts, so that keys from before an
    upgrade still count.
    """

    def page_officers(uow: UnitOfWork) -> None:
        uow.permit(UNIT)
        uow.add_event("paged")

    delivery = system("delivery").with_request("page:a:1")
    runner.run_command(delivery, "alarms.page", Permission.INTAKE, page_officers)
    assert runner.context.storage.requested("page:a:1")
    for actor, action in ((delivery, "alarms.page"), (system("router").with_request("page:a:1"), "alarms.other")):
        with pytest.raises(AlreadyDone) as error:
            runner.run_command(actor, action, Permission.INTAKE, page_officers)
        assert (error.value.request, error.value.touched) == ("page:a:1", ())


def test_simultaneous_repeat_is_detected(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two simultaneous acts under one key, the slower one gets the same error as a later repeat."""
    commit = runner.context.storage.commit
    with monkeypatch.context() as patch:

        def commit_after_rival(changes: object) -> object:
            patch.undo()
            boards.add(LAN.with_request("k"), "b", "một")
            return commit(changes)  # type: ignore[arg-type]

        patch.setattr(runner.context.storage, "commit", commit_after_rival)
        with pytest.raises(AlreadyDone) as error:
            boards.add(LAN.with_request("k"), "b", "một")
    assert error.value.touched == (("board", "b", 2),)
    assert boards.read(LAN, "b").lines == ("một",)


def test_pruned_key_blocks_nothing(boards: Boards, runner: UseCaseRunner) -> None:
    """A pruned key no longer blocks an act, although the journal's entry remains."""
    boards.add(LAN.with_request("k"), "b", "một")
    storage = runner.context.storage
    assert storage.prune_requests(runner.context.clock.now().replace(year=2030)) == 1
    boards.add(LAN.with_request("k"), "b", "hai")
    assert boards.read(LAN, "b").lines == ("một", "hai")


def test_preparing_step_keeps_the_key_free(boards: Boards, runner: UseCaseRunner) -> None:
    """A step that only prepares a decision leaves the key free for the act."""

    def prepare_decision(uow: UnitOfWork) -> None:
        uow.permit(UNIT)
        uow.add_event("held")
        uow.drop_request()

    for _ in range(2):
        runner.run_command(LAN.with_request("k"), "boards.add", Permission.CONTENT_EDIT, prepare_decision)
    assert boards.add(LAN.with_request("k"), "b", "một").lines == ("một",)


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", range(3))
def test_workflow_continues_after_a_failure(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool
) -> None:
    """A retried workflow reads the results of its committed steps instead of repeating them, and a further call reports
    the written records.
    """
    actor = LAN.with_request("k")
    with monkeypatch.context() as patch:
        fail_commit(runner, patch, number, stored=stored)
        with pytest.raises(CommitFailed):
            boards.add_all(actor, "b", "một", "hai")
    is_begun = number > 0 or stored
    if number == 2 and stored:
        with pytest.raises(AlreadyDone):
            boards.add_all(actor, "b", "một", "hai")
    else:
        first_result, _ = boards.add_all(actor, "b", "một", "hai")
        assert first_result == ("before: một (('board', 'b', 2),)" if is_begun else "now")
    assert boards.read(LAN, "b").lines == ("một", "hai")
    with pytest.raises(AlreadyDone) as error:
        boards.add_all(actor, "b", "một", "hai")
    assert error.value.touched == (("board", "b", 3),)


def test_workflow_of_named_steps_is_done_once(boards: Boards) -> None:
    """A workflow with only named steps is done once all of them are, and a repeat reports what all of them wrote."""
    actor = LAN.with_request("k")
    assert boards.add_by_steps(actor, "b", ("một", "hai")) == 2
    with pytest.raises(AlreadyDone) as error:
        boards.add_by_steps(actor, "b", ("một", "hai"))
    assert error.value.touched == (("board", "b", 3),)
    assert boards.add_by_steps(actor, "b", ("một", "hai", "ba")) == 3
    assert boards.read(LAN, "b").lines == ("một", "hai", "ba")


def test_two_steps_under_one_key_are_a_bug(boards: Boards) -> None:
    """Two steps of a workflow under one key raise an assertion error, which shows the bug, instead of `AlreadyDone`."""
    with pytest.raises(AssertionError, match=r"name them apart with `Actor\.for_step`"):
        boards.add_twice(LAN.with_request("k"), "b", "một")
    assert boards.add_twice(LAN, "b", "hai").lines == ("một", "hai", "hai")


def test_other_errors_of_a_step_are_raised(boards: Boards) -> None:
    """Of a step's errors only `AlreadyDone` is handled, and any other error is raised."""
    with pytest.raises(NotFound):
        boards.add_all(LAN.with_request("k"), "none", "một", "hai")
