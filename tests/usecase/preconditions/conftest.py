"""A service whose record, a board, several officers write lines on; the record has a version."""

from functools import partial

import pytest
from attrs import evolve, frozen
from tests.usecase.conftest import clock, district, runner

from anninh_core.kernel.errors import AlreadyDone
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, command, query, workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

__all__ = ["clock", "district", "runner"]

UNIT = "ninh-hoa"


@frozen(kw_only=True)
class Board:
    """A record with lines in the order in which they were written."""

    id: str
    unit: str = UNIT
    lines: tuple[str, ...] = ()
    version: int = 0


BOARD = Kind(
    spec=IndexSpec(kind="board", columns={}, orders={"id": ()}),
    model=Board,
    unit=lambda board: board.unit,
    columns=lambda _: {},
    scope=lambda board: f"board:{board.id}",
    numbered=True,
)


class Boards(Service):
    action_prefix = "boards"

    @command(Permission.CONTENT_EDIT)
    def put_up(self, uow: UnitOfWork, id: str) -> Board:
        uow.permit(UNIT)
        return uow.save(BOARD, Board(id=id))

    @command(Permission.CONTENT_EDIT)
    def add(self, uow: UnitOfWork, id: str, line: str) -> Board:
        board = uow.get_permitted(BOARD, id)
        uow.facts["line"] = line
        return uow.save(BOARD, evolve(board, lines=(*board.lines, line)))

    @command(Permission.CONTENT_EDIT)
    def add_unseen(self, uow: UnitOfWork, id: str, line: str) -> Board:
        """Add a line without checking first whether the actor may see the board."""
        uow.permit(UNIT)
        return uow.save(BOARD, evolve(board := uow.load(BOARD, id), lines=(*board.lines, line)))

    @command(Permission.CONTENT_EDIT)
    def ring(self, uow: UnitOfWork) -> None:
        _ring_bell(uow)

    @query(Permission.CONTENT_READ)
    def read(self, session: ReadSession, id: str) -> Board:
        return session.get_permitted(BOARD, id)

    @workflow(Permission.CONTENT_EDIT)
    def add_all(self, actor: Actor, id: str, first: str, last: str) -> tuple[str, Board]:
        """Add two lines, and ring the bell between them; return the board and the result of the first line, whether it
        was added now or by an earlier call.
        """
        first_result = run_or_resume(
            actor, lambda: self._add_first_line(actor.for_step("first"), id, first), _describe_earlier_result
        )
        self.runner.run_command(actor.hand_to(system("setup")), "boards.ring", Permission.GRANT, _ring_bell)
        return first_result, self.add(actor, id, last)

    @workflow(Permission.CONTENT_EDIT)
    def add_twice(self, actor: Actor, id: str, line: str) -> Board:
        """Add a line by each of two commands, the first without a step name."""
        self.add(actor, id, line)
        return self.add(actor, id, line)

    @workflow(Permission.CONTENT_EDIT)
    def add_by_steps(self, actor: Actor, id: str, lines: tuple[str, ...]) -> int:
        """Add each line in a step of its own, and return the number of added lines."""
        return sum(
            run_or_resume(actor, partial(self._add_in_step, actor, number, id, line), lambda _: 1)
            for number, line in enumerate(lines)
        )

    def _add_in_step(self, actor: Actor, number: int, id: str, line: str) -> int:
        self.add(actor.for_step(str(number)), id, line)
        return 1

    def _add_first_line(self, actor: Actor, id: str, line: str) -> str:
        self.add(actor, id, line)
        return "now"


def _ring_bell(uow: UnitOfWork) -> None:
    uow.permit(UNIT)
    uow.add_event("bell.rung")


def _describe_earlier_result(done: AlreadyDone) -> str:
    return f"before: {done.facts['line']} {done.touched}"


@pytest.fixture
def boards(runner: UseCaseRunner) -> Boards:
    runner.context.storage.prepare([BOARD.spec])
    return Boards(runner)
