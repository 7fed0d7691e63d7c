"""An app in memory, and officers with accounts in it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.support.sign_in import Holder, enrol

from anninh_core.app import App
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor

Trail = Callable[[], list[Entry]]
"""A function that returns the entries of the journal."""


@pytest.fixture
def boss(anninh_app: App) -> Actor:
    """An officer who grants roles, vouched for by the test."""
    return UnsafeLocalUsers(anninh_app).appoint("Người Phân Quyền", "hoa-lu", "standing_officer")


@pytest.fixture
def lan(anninh_app: App, boss: Actor) -> Holder:
    """An officer with a password."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
    return enrol(anninh_app, officer.id, "lan", by=boss)


@pytest.fixture
def hoa(anninh_app: App, boss: Actor, anninh_clock: FixedClock) -> Holder:
    """An officer with a password and an authenticator app, with an unused code available."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Hoa", "ninh-hoa", "tip_officer", "standing_officer")
    holder = enrol(anninh_app, officer.id, "hoa", by=boss, second_factor=True)
    anninh_clock.advance(timedelta(minutes=1))
    return holder


@pytest.fixture
def journal(anninh_app: App) -> Trail:
    def read() -> list[Entry]:
        return [entry_from(line.content) for line in anninh_app.internals.context.storage.journal.read(limit=10_000)]

    return read
