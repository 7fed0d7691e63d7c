"""A key belongs to an actor and an operation; an act under it is done once, and goes on where it was broken off."""

import pytest
from tests.app.broken_off import Breaking, Broken
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
def board(boards: Boards) -> None:
    boards.put_up(LAN, "b")


def break_at(runner: UseCaseRunner, patch: pytest.MonkeyPatch, number: int, *, stored: bool) -> None:
    storage = runner.context.storage
    patch.setattr(storage, "commit", Breaking(storage.commit, number, stored))


def test_what_was_done_is_told(boards: Boards) -> None:
    """Which key, what was written in which version, and the journal's facts; nothing is written twice."""
    written = boards.add(LAN.with_request("k"), "b", "một")
    with pytest.raises(AlreadyDone, match="Request 'k' was carried out before; nothing was done twice") as told:
        boards.add(LAN.with_request("k"), "b", "hai")
    assert (told.value.request, told.value.touched) == ("k", (("board", "b", written.version),))
    assert (told.value.facts, told.value.ids("board"), told.value.ids("note")) == ({"line": "một"}, ("b",), ())
    assert boards.read(LAN, "b").lines == ("một",)


def test_others_may_use_the_same_words(boards: Boards) -> None:
    """Another person, and the same person for another operation, are no repeats; of the same operation, a record is."""
    boards.add(LAN.with_request("k"), "b", "một")
    boards.add(HUNG.with_request("k"), "b", "hai")
    boards.add_unseen(LAN.with_request("k"), "b", "ba")
    boards.put_up(LAN.with_request("k"), "other")
    boards.add(LAN.with_request("k2"), "other", "bốn")
    with pytest.raises(AlreadyDone) as told:
        boards.add(LAN.with_request("k"), "other", "năm")
    assert told.value.ids("board") == ("b",)
    assert [boards.read(LAN, id).lines for id in ("b", "other")] == [("một", "hai", "ba"), ("bốn",)]


def test_words_and_names_are_not_mixed_up(boards: Boards) -> None:
    """Whatever a key says, it is none of another operation or person."""
    for number, words in enumerate(("k", "\nk", "boards.add\n\nk", "person:hung\nboards.add\n\nk", "x" * 5000)):
        boards.add(LAN.with_request(words), "b", str(number))
        boards.add(HUNG.with_request(words), "b", str(number))
    assert len(boards.read(LAN, "b").lines) == 10


def test_the_storage_keeps_no_words_of_a_person(boards: Boards, runner: UseCaseRunner) -> None:
    """A keyed hash stands in the requests and the journal: nobody reads or guesses there what somebody asked for."""
    boards.add(LAN.with_request("Ông Thử, xóm 3"), "b", "một")
    (line,) = runner.context.storage.journal.read()[-1:]
    key = str(entry_from(line.content).facts["request_key"])
    assert key.startswith("request:")
    assert "Thử" not in line.content.decode()
    assert runner.context.storage.requested(key)
    assert not runner.context.storage.requested("Ông Thử, xóm 3")


def test_a_part_of_the_program_keeps_its_keys_as_they_are(runner: UseCaseRunner) -> None:
    """What was stored before an upgrade counts after it, or a page would be sent twice; and they are everybody's."""

    def page(uow: UnitOfWork) -> None:
        uow.permit(UNIT)
        uow.add_event("paged")

    delivery = system("delivery").with_request("page:a:1")
    runner.run_command(delivery, "alarms.page", Permission.INTAKE, page)
    assert runner.context.storage.requested("page:a:1")
    for actor, action in ((delivery, "alarms.page"), (system("router").with_request("page:a:1"), "alarms.other")):
        with pytest.raises(AlreadyDone) as told:
            runner.run_command(actor, action, Permission.INTAKE, page)
        assert (told.value.request, told.value.touched) == ("page:a:1", ())


def test_two_at_the_same_moment(boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is slower by a commit hears the same as who comes later."""
    commit = runner.context.storage.commit
    with monkeypatch.context() as patch:

        def overtaken(changes: object) -> object:
            patch.undo()
            boards.add(LAN.with_request("k"), "b", "một")
            return commit(changes)  # type: ignore[arg-type]

        patch.setattr(runner.context.storage, "commit", overtaken)
        with pytest.raises(AlreadyDone) as told:
            boards.add(LAN.with_request("k"), "b", "một")
    assert told.value.touched == (("board", "b", 2),)
    assert boards.read(LAN, "b").lines == ("một",)


def test_a_key_that_was_forgotten_bars_nothing(boards: Boards, runner: UseCaseRunner) -> None:
    """The journal's entry stays, and isn't what decides."""
    boards.add(LAN.with_request("k"), "b", "một")
    storage = runner.context.storage
    assert storage.prune_requests(runner.context.clock.now().replace(year=2030)) == 1
    boards.add(LAN.with_request("k"), "b", "hai")
    assert boards.read(LAN, "b").lines == ("một", "hai")


def test_a_step_that_does_nothing_yet_leaves_the_key(boards: Boards, runner: UseCaseRunner) -> None:
    """What was only put before a person may be asked for again under the same key."""

    def hold(uow: UnitOfWork) -> None:
        uow.permit(UNIT)
        uow.add_event("held")
        uow.drop_request()

    for _ in range(2):
        runner.run_command(LAN.with_request("k"), "boards.add", Permission.CONTENT_EDIT, hold)
    assert boards.add(LAN.with_request("k"), "b", "một").lines == ("một",)


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("number", range(3))
def test_a_workflow_goes_on(
    boards: Boards, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, number: int, stored: bool
) -> None:
    """What was committed isn't done again, and its result is read; a third call says what all steps have written."""
    actor = LAN.with_request("k")
    with monkeypatch.context() as patch:
        break_at(runner, patch, number, stored=stored)
        with pytest.raises(Broken):
            boards.add_all(actor, "b", "một", "hai")
    is_begun = number > 0 or stored
    if number == 2 and stored:
        with pytest.raises(AlreadyDone):
            boards.add_all(actor, "b", "một", "hai")
    else:
        known, _ = boards.add_all(actor, "b", "một", "hai")
        assert known == ("before: một (('board', 'b', 2),)" if is_begun else "now")
    assert boards.read(LAN, "b").lines == ("một", "hai")
    with pytest.raises(AlreadyDone) as told:
        boards.add_all(actor, "b", "một", "hai")
    assert told.value.touched == (("board", "b", 3),)


def test_a_workflow_without_an_end_of_its_own(boards: Boards) -> None:
    """Where every step has a name, the act is done once all are, and what all of them wrote is told together."""
    actor = LAN.with_request("k")
    assert boards.add_by_steps(actor, "b", ("một", "hai")) == 2
    with pytest.raises(AlreadyDone) as told:
        boards.add_by_steps(actor, "b", ("một", "hai"))
    assert told.value.touched == (("board", "b", 3),)
    assert boards.add_by_steps(actor, "b", ("một", "hai", "ba")) == 3
    assert boards.read(LAN, "b").lines == ("một", "hai", "ba")


def test_two_steps_under_one_key_are_a_bug(boards: Boards) -> None:
    """Told as one at once, and not as if somebody had asked twice."""
    with pytest.raises(AssertionError, match=r"name them apart with `Actor\.for_step`"):
        boards.add_twice(LAN.with_request("k"), "b", "một")
    assert boards.add_twice(LAN, "b", "hai").lines == ("một", "hai", "hai")


def test_another_error_of_a_step_is_told(boards: Boards) -> None:
    """Only what was done before is passed over."""
    with pytest.raises(NotFound):
        boards.add_all(LAN.with_request("k"), "none", "một", "hai")
