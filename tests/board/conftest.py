"""Fixtures that provide an app in memory, officers with accounts, and a browser without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

import pytest
from tests.board.visitor import NOW, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor


class SignIn(Protocol):
    """A function that signs an officer in."""

    def __call__(self, officer: Actor, *, second_factor: bool = False) -> Visitor:
        """Return a browser in which the officer is signed in."""
        ...


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday, 1 September 2021, 8 o'clock in Vietnam."""
    return FixedClock(NOW)


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app with one messenger, `oa`."""
    with memory_app(clock=clock) as app:
        yield app


@pytest.fixture
def officer(app: App) -> Actor:
    """An officer who handles tips of Hoa Lư."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


@pytest.fixture
def officer_without_tips(app: App) -> Actor:
    """An officer who moderates posts and has no permission for tips."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Khác", "hoa-lu", "moderator")


@pytest.fixture
def enter(app: App, clock: FixedClock) -> SignIn:
    """Function that signs an officer in; with `second_factor=True` the officer shows a code of the second factor as
    well.
    """
    chair = UnsafeLocalUsers(app).appoint("Người Mời", "hoa-lu", "standing_officer")

    def enter(officer: Actor, *, second_factor: bool = False) -> Visitor:
        name = f"ten-{officer.id[-12:]}-{len(entered)}"
        entered.append(name)
        holder = enrol(app, officer.id, name, by=chair, second_factor=second_factor)
        if second_factor:
            clock.advance(timedelta(minutes=1))  # The next code must be one that wasn't used before.
        return Visitor(create_board(app)).enter(holder)

    entered: list[str] = []
    return enter


@pytest.fixture
def anonymous_visitor(app: App) -> Visitor:
    """A visitor who isn't signed in."""
    return Visitor(create_board(app))


@pytest.fixture
def visitor(app: App, officer: Actor) -> Visitor:
    """The officer, signed in."""
    return Visitor(create_board(app)).enter(enrol(app, officer.id, "mau"))
