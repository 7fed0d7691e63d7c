"""Fixtures with officers of an app in memory, some with accounts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor

Trail = Callable[[], list[Entry]]
"""A function that returns the entries of the journal."""


@pytest.fixture
def boss(anninh_app: App) -> Actor:
    """Return an officer who grants roles; the test vouches for them, without a sign-in."""
    return UnsafeLocalUsers(anninh_app).appoint("Người Phân Quyền", "hoa-lu", "standing_officer")


@pytest.fixture
def lan(anninh_app: App, boss: Actor) -> AccountHolder:
    """Return an officer with an account that has a password."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
    return enrol(anninh_app, officer.id, "lan", by=boss)


@pytest.fixture
def hoa(anninh_app: App, boss: Actor, anninh_clock: FixedClock) -> AccountHolder:
    """Return an officer with a password and an authenticator app that has an unused code."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Hoa", "ninh-hoa", "tip_officer", "standing_officer")
    holder = enrol(anninh_app, officer.id, "hoa", by=boss, second_factor=True)
    anninh_clock.advance(timedelta(minutes=1))
    return holder


@pytest.fixture
def journal(anninh_app: App) -> Trail:
    def read_entries() -> list[Entry]:
        return [entry_from(line.content) for line in anninh_app.internals.context.storage.journal.read(limit=10_000)]

    return read_entries
