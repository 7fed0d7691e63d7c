"""Composition runs several commands in one commit: which commands it accepts, and what it leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.usecase.conftest import NOTE, Note, Notes, build_runner

from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import Entry, InboxSettled, OutboxSettled, entry_from
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase.actor import person
from anninh_core.usecase.composition.command_composition import MOST_COMMANDS, Composition, compose
from anninh_core.usecase.marks import command, workflow
from anninh_core.usecase.permissions.permits import PermissionVerdict
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
UNIT = "ninh-hoa"
OTHER_UNIT = "ninh-van"


class Desk(Notes):
    """Commands that can't be combined with every other command."""

    @command(Permission.CONTENT_EDIT)
    def hide(self, uow: UnitOfWork, id: str) -> None:
        note = uow.load(NOTE, id)
        uow.permit(note.unit)
        uow.facts["note"] = f"note:{id}"
        uow.add_event("note.hidden")
        uow.save(NOTE, note)

    @command(Permission.CONTENT_EDIT)
    def count(self, uow: UnitOfWork, unit: str) -> int:
        uow.permit(unit)
        return len(uow.find(NOTE, "id").items)

    @command(Permission.CONTENT_EDIT, step_up=True)
    def burn(self, uow: UnitOfWork, unit: str) -> None:
        uow.permit(unit)

    @command(Permission.CONTENT_EDIT)
    def postpone(self, uow: UnitOfWork, unit: str) -> None:
        uow.permit(unit)
        uow.drop_request()

    @command(Permission.CONTENT_EDIT)
    def do_once(self, uow: UnitOfWork, unit: str) -> None:
        uow.permit(unit)
        uow.guard_request("mine")

    @command(Permission.CONTENT_EDIT)
    def let_in(self, uow: UnitOfWork, unit: str) -> None:
        uow.permit(unit)
        uow.settle_inbox(InboxSettled(id="e1", token=None))

    @command(Permission.CONTENT_EDIT)
    def let_out(self, uow: UnitOfWork, unit: str) -> None:
        uow.permit(unit)
        uow.settle_outbox(OutboxSettled(id="o1", token=None, state=OutboxState.CANCELLED, at=uow.at))

    @workflow(Permission.CONTENT_EDIT)
    def do_all(self, actor: Any, unit: str) -> None:
        self.write(actor, unit, "x")


@pytest.fixture
def desk(runner: UseCaseRunner) -> Desk:
    return Desk(runner)


def compose_as_lan(desk: Desk, body: Callable[[Composition], Any], name: str = "both") -> Any:
    return compose(desk.runner, LAN, name, body)


def read_entries(desk: Desk) -> list[Entry]:
    return [entry_from(line.content) for line in desk.context.storage.journal.read(0, 100)]


def count_notes(desk: Desk) -> int:
    return sum(1 for _ in desk.context.storage.maintenance.scan("note"))


def test_composition_has_one_entry(desk: Desk) -> None:
    """A composition writes one entry with its commands, the facts of each command, and the unit if all commands have
    the same.
    """
    first = desk.write(LAN, UNIT, "a")
    second = desk.write(LAN, UNIT, "b")

    def hide_both(act: Composition) -> None:
        act.include(desk.hide, first.id)
        act.include(desk.hide, second.id)

    compose_as_lan(desk, hide_both)
    entry = read_entries(desk)[-1]
    assert (entry.action, entry.unit, entry.events) == ("composed.both", UNIT, ("note.hidden", "note.hidden"))
    assert entry.facts == {"note": f"note:{first.id}", "note_2": f"note:{second.id}", "commands": "notes.hide"}
    assert {touched.id for touched in entry.touched} == {first.id, second.id}


def test_act_in_two_units_belongs_to_the_district(desk: Desk) -> None:
    """An act in several units belongs to the whole district, so that only readers of all units see its entry."""
    compose_as_lan(desk, lambda act: [act.include(desk.write, unit, "x").id for unit in (UNIT, OTHER_UNIT)])
    assert read_entries(desk)[-1].unit == desk.context.district.root


def test_later_command_sees_earlier_changes(desk: Desk) -> None:
    """A later command sees the changes of an earlier one by id, and the record is written once, in its last state."""

    def write_and_paint(act: Composition) -> Note:
        note = act.include(desk.write, UNIT, "x")
        return act.include(desk.paint, note.id, "blue")

    note = compose_as_lan(desk, write_and_paint)
    record = desk.context.storage.records.get("note", note.id)
    assert record is not None
    assert (record.version, record.columns["colour"]) == (1, "blue")


def test_list_after_uncommitted_change_is_refused(desk: Desk) -> None:
    """A list query after an uncommitted change is refused, because the storage would silently omit the change."""

    def write_and_count(act: Composition) -> int:
        act.include(desk.write, UNIT, "x")
        return act.include(desk.count, UNIT)

    with pytest.raises(BadInput, match="changed such a record and hasn't stored it yet"):
        compose_as_lan(desk, write_and_count)
    assert count_notes(desk) == 0
    assert compose_as_lan(desk, lambda act: (act.include(desk.count, UNIT), act.include(desk.write, UNIT, "x"))[0]) == 0
    assert count_notes(desk) == 1


def test_ambiguous_event_is_refused(desk: Desk) -> None:
    """A composition is refused if one of its events would also be read as an event of another record."""
    note = desk.write(LAN, UNIT, "a")

    def write_and_hide(act: Composition) -> None:
        act.include(desk.write, UNIT, "b")
        act.include(desk.hide, note.id)

    with pytest.raises(BadInput, match="where it didn't happen: do the same to all records of the kind"):
        compose_as_lan(desk, write_and_hide)
    assert (count_notes(desk), len(read_entries(desk))) == (1, 1)


def test_caught_error_commits_nothing(desk: Desk) -> None:
    """After a failed command a composition commits nothing, even if the composing function catches the error."""

    def catch_errors(act: Composition) -> None:
        act.include(desk.write, UNIT, "a")
        with pytest.raises(BadInput, match="dropped it"):
            act.include(desk.clumsy, UNIT)
        with pytest.raises(BadInput, match="dropped it"):
            act.include(desk.write, UNIT, "b")

    with pytest.raises(BadInput, match="dropped it"):
        compose_as_lan(desk, catch_errors)
    assert (count_notes(desk), read_entries(desk)) == (0, [])


def test_refusal_is_recorded_despite_another_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal reaches the caller, and the journal with its unit, even if the composing function raises another error
    from it.
    """
    verdict = PermissionVerdict(False, Sentence("no judge"))
    permits: Any = desk.runner.permits
    may = permits.may
    monkeypatch.setattr(
        type(permits), "may", lambda _, a, p, u, d: verdict if p is Permission.CONTENT_REVIEW else may(a, p, u, d)
    )
    note = desk.write(LAN, OTHER_UNIT, "a")

    def raise_other_error(act: Composition) -> None:
        act.include(desk.write, UNIT, "b")
        try:
            act.include(desk.judge, note.id)
        except Refused as error:
            raise RuntimeError("something of mine") from error

    with pytest.raises(Refused, match="no judge"):
        compose_as_lan(desk, raise_other_error)
    refusal = read_entries(desk)[-1]
    assert (refusal.outcome, refusal.action, refusal.unit) == ("refused", "composed.both", OTHER_UNIT)
    assert count_notes(desk) == 1


def test_error_of_the_function_rolls_back(desk: Desk) -> None:
    """An error of the composing function is raised unchanged, and nothing is committed."""

    def raise_key_error(act: Composition) -> None:
        act.include(desk.write, UNIT, "a")
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        compose_as_lan(desk, raise_key_error)
    assert (count_notes(desk), read_entries(desk)) == (0, [])


@pytest.mark.parametrize(
    ("verb", "reason"),
    [("postpone", "waits for another person"), ("do_once", "has a request key of its own")],
)
def test_command_without_the_request_key_runs_alone(desk: Desk, verb: str, reason: str) -> None:
    """A command that drops or replaces the request key can't be combined, because a retry would repeat the other
    commands.
    """
    with pytest.raises(
        BadInput, match=f"This command {reason} and can't be combined with other commands: run it alone"
    ):
        compose_as_lan(desk, lambda act: act.include(getattr(desk, verb), UNIT))


@pytest.mark.parametrize("verb", ["let_in", "let_out"])
def test_composition_settles_at_most_one_row(desk: Desk, verb: str) -> None:
    """A composition settles at most one inbox or outbox row, because a second settlement would silently replace the
    first.
    """
    with pytest.raises(BadInput, match="one after another"):
        compose_as_lan(desk, lambda act: [act.include(getattr(desk, verb), UNIT) for _ in range(2)])


def test_only_commands_of_the_app_are_combined(desk: Desk, district: District, clock: FixedClock) -> None:
    """Only this app's commands can be combined: no query, workflow, plain function, other app's command, or command
    with a second factor.
    """
    note = desk.write(LAN, UNIT, "a")
    other_desk = Desk(build_runner(district, clock))
    for verb, argument in ((desk.read, note.id), (desk.do_all, UNIT), (print, UNIT), (other_desk.hide, note.id)):
        with pytest.raises(TypeError, match="can't be composed"):
            compose_as_lan(desk, lambda act, verb=verb, argument=argument: act.include(verb, argument))  # type: ignore[misc]
    with pytest.raises(TypeError, match="second factor"):
        compose_as_lan(desk, lambda act: act.include(desk.burn, UNIT))
    with pytest.raises(TypeError, match="takes an Actor"):
        compose(desk.runner, "lan", "both", lambda _: None)  # type: ignore[arg-type]


def test_invalid_compositions_are_refused(desk: Desk) -> None:
    """A composition has 1 to 50 commands, and a valid name for the journal."""
    with pytest.raises(BadInput, match="at least one"):
        compose_as_lan(desk, lambda _: None)
    with pytest.raises(BadInput, match="at most 50"):
        compose_as_lan(desk, lambda act: [act.include(desk.write, UNIT, "x") for _ in range(MOST_COMMANDS + 1)])
    for name in ("", "Take over", "tips.assign", "x" * 61):
        with pytest.raises(BadInput, match="isn't a valid name of a composition: use lower-case letters"):
            compose_as_lan(desk, lambda act: act.include(desk.write, UNIT, "x"), name)
    assert count_notes(desk) == 0


def test_a_composition_ends_with_its_function(desk: Desk) -> None:
    """A composition can't be used after its composing function has returned."""
    compositions: list[Composition] = []

    def keep_composition(act: Composition) -> None:
        compositions.append(act)
        act.include(desk.write, UNIT, "x")

    compose_as_lan(desk, keep_composition)
    with pytest.raises(TypeError, match="is over"):
        compositions[0].include(desk.write, UNIT, "y")
    assert count_notes(desk) == 1
