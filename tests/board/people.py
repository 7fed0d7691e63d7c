"""A helper that signs several officers in at the board of one app."""

from datetime import timedelta

from tests.board.visitor import Visitor
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor


def enter(app: App, actor: Actor, name: str, *, second_factor: bool = False) -> tuple[Visitor, AccountHolder]:
    """Invite the officer `actor` by an officer who may grant roles, sign `actor` in, and return the browser and the
    credentials.
    """
    chair = UnsafeLocalUsers(app).appoint("Trưởng ban", "hoa-lu", "steering_chair")
    holder = enrol(app, actor.id, name, by=chair, second_factor=second_factor)
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(seconds=90))  # Each code can be used only once.
    return Visitor(create_board(app)).enter(holder), holder
