"""A marked method is called with an actor, or included by an act; what it is can be read from it."""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest
from attrs import frozen
from tests.usecase.conftest import NOTE, Note, Notes

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.marks import command, query, step, use_case_of, workflow
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
ROUTER = system("router")


@frozen
class Caller:
    """Somebody who called, as handlers must not know them."""

    name: str

    def for_handlers(self, names: Pseudonyms) -> "Caller":
        return Caller(names(self.name, "tip:1"))


RESIDENT = Caller("oa.1")


class Desk(Notes):
    """One use case of each kind, which answer with whoever called."""

    @command(Permission.CONTENT_EDIT, Permission.CONTENT_REVIEW)
    def change(self, uow: UnitOfWork, unit: str, *, answer: Any = RESIDENT) -> Any:
        """Change something."""
        uow.permit(unit)
        uow.include(self.write, unit, "x")
        return answer

    @query(Permission.CONTENT_READ, Permission.CONTENT_REVIEW, folds=True)
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
        """Check nothing."""

    @command(Permission.CONTENT_EDIT)
    def change_and_forget(self, uow: UnitOfWork) -> None:
        uow.permit("ninh-hoa")
        self.forget(uow)


@pytest.fixture
def desk(runner: UseCaseRunner) -> Desk:
    return Desk(runner)


@pytest.mark.parametrize("name", ["change", "look", "take_part", "do_all"])
def test_a_marked_method_keeps_its_name_and_its_words(desk: Desk, name: str) -> None:
    """Whoever asks for help reads what its author wrote."""
    method = getattr(desk, name)
    assert method.__name__ == name
    assert method.__qualname__ == f"Desk.{name}"
    assert method.__doc__.endswith(("something.", "steps."))
    assert method.__module__ == __name__


@pytest.mark.parametrize("name", ["change", "look", "do_all"])
def test_a_public_use_case_asks_for_an_actor(desk: Desk, name: str) -> None:
    """Its signature says so in the place of what its body works with, which only comes by position."""
    method = getattr(desk, name)
    parameters = inspect.signature(method).parameters
    assert [*parameters] == ["actor", "unit", "answer"]
    assert parameters["actor"].kind is inspect.Parameter.POSITIONAL_ONLY
    assert parameters["actor"].annotation is Actor
    assert get_type_hints(method)["actor"] is Actor
    assert not {"uow", "session"} & {*get_type_hints(method)}
    for wrong in ("lan", None, UnitOfWork(desk.context, desk.runner.permits, LAN, "x")):
        with pytest.raises(TypeError, match=rf"Desk\.{name} takes an Actor first, not .*uow\.include"):
            method(wrong, "ninh-hoa")


def test_marks_say_what_each_method_is_and_needs(desk: Desk) -> None:
    """Kind, permission, what its parts need, and whether it is traced or folds."""
    marks = {name: use_case_of(getattr(desk, name)) for name in ("change", "look", "take_part", "do_all", "read")}
    assert {name: (m.kind, m.permission, m.needs, m.audited, m.folds) for name, m in marks.items() if m} == {
        "change": (UseCaseKind.COMMAND, Permission.CONTENT_EDIT, (Permission.CONTENT_REVIEW,), False, False),
        "look": (UseCaseKind.QUERY, Permission.CONTENT_READ, (Permission.CONTENT_REVIEW,), False, True),
        "take_part": (UseCaseKind.STEP, Permission.CONTENT_REVIEW, (), False, False),
        "do_all": (UseCaseKind.WORKFLOW, Permission.CONTENT_EDIT, (Permission.CONTENT_READ,), False, False),
        "read": (UseCaseKind.QUERY, Permission.CONTENT_READ, (), True, False),
    }


@pytest.mark.parametrize("name", ["change", "look", "do_all"])
def test_officers_are_told_no_resident(desk: Desk, name: str) -> None:
    """Wherever one lies in the answer; a part of the program is told the truth."""
    method = getattr(desk, name)
    shown = method(LAN, "ninh-hoa")
    assert shown.name.startswith("oa.p-")
    for hidden, seen in (
        ((RESIDENT, 1), (shown, 1)),
        ([RESIDENT, "x"], [shown, "x"]),
        ({"who": RESIDENT, "n": (RESIDENT,)}, {"who": shown, "n": (shown,)}),
        (Listing((RESIDENT,), "next"), Listing((shown,), "next")),
        ("oa.1", "oa.1"),
        (None, None),
    ):
        assert method(LAN, "ninh-hoa", answer=hidden) == seen
        assert type(method(LAN, "ninh-hoa", answer=hidden)) is type(hidden)
        assert method(ROUTER, "ninh-hoa", answer=hidden) == hidden


def test_a_step_takes_the_unit_of_work_of_its_act(desk: Desk) -> None:
    """Not an actor, nor a session that only reads; and inside an act nobody is hidden yet."""
    assert desk.take_part(UnitOfWork(desk.context, desk.runner.permits, LAN, "x"), "ninh-hoa") == RESIDENT
    for wrong in (LAN, ReadSession(desk.context, desk.runner.permits, LAN, "x")):
        with pytest.raises(TypeError, match=r"Desk\.take_part is a step of a larger act .* not <?.*call the public"):
            desk.take_part(wrong, "ninh-hoa")  # type: ignore[arg-type]
    assert desk.change_in_steps(LAN).name.startswith("oa.p-")


def test_a_step_that_never_checks_its_permission_is_a_bug(desk: Desk) -> None:
    """Although the act around it checked its own."""
    with pytest.raises(AssertionError, match=r"notes\.change_and_forget never checked its permission content\.review"):
        desk.change_and_forget(LAN)


def test_an_act_takes_in_what_it_can_carry_out(desk: Desk) -> None:
    """A command takes in commands and queries, a query only queries; nothing else can be taken in, and it is named."""
    for part in (desk.change, desk.look):
        assert desk.take_in(LAN, part).name.startswith("oa.p-")
    assert desk.look_in(LAN, desk.look).name.startswith("oa.p-")
    parts: tuple[Callable[..., Any], ...] = (desk.take_part, desk.do_all)
    for act, others in ((desk.take_in, parts), (desk.look_in, (desk.change, *parts))):
        for other in others:
            with pytest.raises(TypeError, match=rf"{other.__qualname__} can't be included in notes\.{act.__name__}: "):
                act(LAN, other)
        with pytest.raises(TypeError, match="can't be included"):
            act(LAN, lambda _: None)


def test_what_is_taken_in_runs_once(desk: Desk) -> None:
    """In the same commit, with what it was called with."""
    desk.take_in(LAN, desk.change)
    (record,) = desk.context.storage.maintenance.scan("note")
    note: Note = desk.context.open_record(NOTE, record)
    assert (note.text, note.unit) == ("x", "ninh-hoa")
