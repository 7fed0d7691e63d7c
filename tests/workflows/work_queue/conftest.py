"""Fixtures with an app on each storage, and officers of several roles."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.scenarios.cases.conftest import empty_database, empty_file, open_storage

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor

__all__ = ["empty_database", "empty_file"]


class WorkOffice:
    """An app and its officers.

    Attributes:
        users: appoints further officers.
        lan, eve: handle tips in Ninh Hòa; `van` handles tips in Ninh Vân.
        boss: supervises the district's tips.
    """

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.clock = clock
        self.users = UnsafeLocalUsers(app)
        self.lan = self.users.appoint("Lan", "ninh-hoa", "tip_officer")
        self.eve = self.users.appoint("Eve", "ninh-hoa", "tip_officer")
        self.van = self.users.appoint("Vân", "ninh-van", "tip_officer")
        self.boss = self.users.appoint("Bình", "hoa-lu", "tip_supervisor")

    def record_tip(self, text: str, *, unit: str = "ninh-hoa", emergency: bool = False) -> str:
        """Record a walk-in tip, and return its id."""
        by = self.van if unit == "ninh-van" else self.lan
        return self.app.tips.record_walk_in(by, text, unit=unit, emergency=emergency).id

    def assign_tip(self, tip: str, officer: Actor) -> None:
        """Assign a tip of Ninh Hòa to an officer."""
        self.app.tips.triage(self.lan, tip, category="crime")
        self.app.tips.assign(self.lan, tip, unit="ninh-hoa", officers=[officer.id])

    def waits(self, actor: Actor) -> dict[str, int]:
        """Return how many records wait for an officer, by reason, without zeros."""
        return {work.reason.value: work.count for work in self.app.work.counts(actor) if work.count}

    def journal(self) -> int:
        """Return the last sequence number of the journal."""
        return self.app.internals.context.storage.journal.head()[0]


@pytest.fixture
def clock() -> FixedClock:
    """A clock that shows Wednesday, 1 September 2021, 9:00 in Vietnam."""
    return FixedClock(datetime(2021, 9, 1, 9, tzinfo=VIETNAM))


@pytest.fixture
def office(clock: FixedClock) -> Iterator[WorkOffice]:
    with memory_app(clock=clock) as app:
        yield WorkOffice(app, clock)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def stored_office(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> Iterator[WorkOffice]:
    """An office whose app uses each of the storages."""
    with open_storage(request, tmp_path) as storage, memory_app(clock=clock, storage=storage) as app:
        yield WorkOffice(app, clock)
