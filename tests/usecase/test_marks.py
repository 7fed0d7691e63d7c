"""A method that is marked as a use case is called with an actor or included by an act, and its mark describes it."""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest
from attrs import frozen
from tests.usecase.conftest import NOTE, Note, Notes

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.marks import command, get_use_case, query, step, workflow
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
ROUTER = system("router")


@frozen
class ResidentAnswer:
    """A resident with a method that returns them under a pseudonym, as officers see them."""

    name: str

    def for_handlers(self, names: Pseudonyms) -> "ResidentAnswer":
        return ResidentAnswer(names(self.name, "tip:1"))


RESIDENT = ResidentAnswer("oa.1")


class Desk(Notes):
    """A service with one use case of each kind, which return the answer given to them."""

    @command(Permission.CONTENT_EDIT, Permission.CONTENT_REVIEW)
    def change(self, uow: UnitOfWork, unit: str, *, answer: Any = RESIDENT) -> Any:
        """Change something."""
        uow.permit(unit)
        uow.include(self.write, unit, "x")
        return answer

    @query(Permission.CONTENT_READ, Permission.CONTENT_REVIEW, aggregate_repeats=True)
    def look(self, session: ReadSession, unit: str, *, answer: Any = RESIDENT) -> Any:
        """Look at something."""
        session.permit(unit)
        return answer

    @step(Permission.CONTENT_REVIEW)
    def take_part(self, uow: UnitOfWork, unit: str, *, answer: Any = RESIDENT) -> Any:
        """Take part in something."""
        uow.permit(unit)
        return answer

    @workflow(Permission.CONTENT_EDIT, Permission.CONTENT_READ)
    def do_all(self, actor: Actor, unit: str, *, answer: Any = RESIDENT) -> Any:
        """Do something in several steps."""
        self.write(actor, unit, "y")
        return answer

    @command(Permission.CONTENT_EDIT)
    def take_in(self, uow: UnitOfWork, part: Callable[..., Any]) -> Any:
        uow.permit("ninh-hoa")
        return uow.include(part, "ninh-hoa")

    @query(Permission.CONTENT_READ)
    def look_in(self, session: ReadSession, part: Callable[..., Any]) -> Any:
        session.permit("ninh-hoa")
        return session.include(part, "ninh-hoa")

    @command(Permission.CONTENT_EDIT)
    def change_in_steps(self, uow: UnitOfWork) -> Any:
        uow.permit("ninh-hoa")
        return self.take_part(uow, "ninh-hoa")

    @step(Permission.CONTENT_REVIEW)
    def forget(self, uow: UnitOfWork) -> None:
        """Do nothing, not even check the permission."""

    @command(Permission.CONTENT_EDIT)
    def change_and_forget(self, uow: UnitOfWork) -> None:
        uow.permit("ninh-hoa")
        self.forget(uow)


@pytest.fixture
def desk(runner: UseCaseRunner) -> Desk:
    return Desk(runner)


@pytest.mark.parametrize("name", ["change", "look", "take_part", "do_all"])
def test_marked_method_keeps_name_and_docstring(desk: Desk, name: str) -> None:
    """A marked method keeps its name and docstring."""
    method = getattr(desk, name)
    assert method.__name__ == name
    assert method.__qualname__ == f"Desk.{name}"
    assert method.__doc__.endswith(("something.", "steps."))
    assert method.__module__ == __name__


@pytest.mark.parametrize("name", ["change", "look", "do_all"])
def test_public_use_case_takes_an_actor(desk: Desk, name: str) -> None:
    """The signature of a public use case has a positional-only actor in place of the body's unit of work or session."""
    method = getattr(desk, name)
    parameters = inspect.signature(method).parameters
    assert [*parameters] == ["actor", "unit", "answer"]
    assert parameters["actor"].kind is inspect.Parameter.POSITIONAL_ONLY
    assert parameters["actor"].annotation is Actor
    assert get_type_hints(method)["actor"] is Actor
    assert not {"uow", "session"} & {*get_type_hints(method)}
    for argument in ("lan", None, UnitOfWork(desk.context, desk.runner.permits, LAN, "x")):
        with pytest.raises(TypeError, match=rf"Desk\.{name} takes an Actor first, not .*uow\.include"):
            method(argument, "ninh-hoa")


def test_marks_describe_their_methods(desk: Desk) -> None:
    """A mark has the use case's kind, its permission, the permissions of included parts, and whether it is traced and
    whether repeats are counted together.
    """
    marks = {name: get_use_case(getattr(desk, name)) for name in ("change", "look", "take_part", "do_all", "read")}
    assert {
        name: (m.kind, m.permission, m.needs, m.audited, m.aggregate_repeats) for name, m in marks.items() if m
    } == {
        "change": (UseCaseKind.COMMAND, Permission.CONTENT_EDIT, (Permission.CONTENT_REVIEW,), False, False),
        "look": (UseCaseKind.QUERY, Permission.CONTENT_READ, (Permission.CONTENT_REVIEW,), False, True),
        "take_part": (UseCaseKind.STEP, Permission.CONTENT_REVIEW, (), False, False),
        "do_all": (UseCaseKind.WORKFLOW, Permission.CONTENT_EDIT, (Permission.CONTENT_READ,), False, False),
        "read": (UseCaseKind.QUERY, Permission.CONTENT_READ, (), True, False),
    }


@pytest.mark.parametrize("name", ["change", "look", "do_all"])
def test_officers_get_only_pseudonyms(desk: Desk, name: str) -> None:
    """An officer gets pseudonyms of residents at any depth of an answer, and a part of the program gets the
    original.
    """
    method = getattr(desk, name)
    pseudonymous = method(LAN, "ninh-hoa")
    assert pseudonymous.name.startswith("oa.p-")
    for answer, expected in (
        ((RESIDENT, 1), (pseudonymous, 1)),
        ([RESIDENT, "x"], [pseudonymous, "x"]),
        ({"who": RESIDENT, "n": (RESIDENT,)}, {"who": pseudonymous, "n": (pseudonymous,)}),
        (Listing((RESIDENT,), "next"), Listing((pseudonymous,), "next")),
        ("oa.1", "oa.1"),
        (None, None),
    ):
        assert method(LAN, "ninh-hoa", answer=answer) == expected
        assert type(method(LAN, "ninh-hoa", answer=answer)) is type(answer)
        assert method(ROUTER, "ninh-hoa", answer=answer) == answer


def test_a_step_takes_the_unit_of_work_of_its_act(desk: Desk) -> None:
    """A step takes the unit of work of its act, no actor or read session, and its answer isn't pseudonymised."""
    assert desk.take_part(UnitOfWork(desk.context, desk.runner.permits, LAN, "x"), "ninh-hoa") == RESIDENT
    for argument in (LAN, ReadSession(desk.context, desk.runner.permits, LAN, "x")):
        with pytest.raises(TypeError, match=r"Desk\.take_part is a step of a larger act .* not <?.*call the public"):
            desk.take_part(argument, "ninh-hoa")  # type: ignore[arg-type]
    assert desk.change_in_steps(LAN).name.startswith("oa.p-")


def test_a_step_that_never_checks_its_permission_is_a_bug(desk: Desk) -> None:
    """A step that never checks its permission is a bug, even if the surrounding act checked its own."""
    with pytest.raises(AssertionError, match=r"notes\.change_and_forget never checked its permission content\.review"):
        desk.change_and_forget(LAN)


def test_only_suitable_parts_are_included(desk: Desk) -> None:
    """A command can include commands and queries, a query only queries, and the error names anything else."""
    for part in (desk.change, desk.look):
        assert desk.take_in(LAN, part).name.startswith("oa.p-")
    assert desk.look_in(LAN, desk.look).name.startswith("oa.p-")
    parts: tuple[Callable[..., Any], ...] = (desk.take_part, desk.do_all)
    for act, invalid_parts in ((desk.take_in, parts), (desk.look_in, (desk.change, *parts))):
        for invalid_part in invalid_parts:
            with pytest.raises(
                TypeError, match=rf"{invalid_part.__qualname__} can't be included in notes\.{act.__name__}: "
            ):
                act(LAN, invalid_part)
        with pytest.raises(TypeError, match="can't be included"):
            act(LAN, lambda _: None)


def test_included_command_runs_once(desk: Desk) -> None:
    """An included command runs once, in the same commit and with its arguments."""
    desk.take_in(LAN, desk.change)
    (record,) = desk.context.storage.maintenance.scan("note")
    note: Note = desk.context.open_record(NOTE, record)
    assert (note.text, note.unit) == ("x", "ninh-hoa")
