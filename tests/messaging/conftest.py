"""Fixtures for an app in memory, its officers and a launched group."""

from collections.abc import Callable
from itertools import count

import pytest

from anninh_core.app import App
from anninh_core.domain.groups.model import Group
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

Appoint = Callable[..., Actor]
"""Function that takes roles, and optionally `unit=` and `conversation=`, and returns a new officer as an actor."""
Launch = Callable[..., Group]
"""Function that takes a unit and returns its launched group on the messenger `oa`."""

PILOT = "Nhóm Zalo An ninh xã Ninh Hòa"
FIRE = "Cháy nhà ở xóm 3 các anh ơi, đến ngay"
THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"
QUESTION = "Làm căn cước công dân ở đâu?"


@pytest.fixture
def app(anninh_app: App) -> App:
    return anninh_app


@pytest.fixture
def chat(mock_chat: MockChat) -> MockChat:
    return mock_chat


@pytest.fixture
def clock(anninh_clock: FixedClock) -> FixedClock:
    return anninh_clock


@pytest.fixture
def appoint(app: App) -> Appoint:
    """Return a function that appoints officers, by default at the district's root unit."""
    numbers = count(1)

    def appoint_officer(*roles: str, unit: str = "hoa-lu", conversation: str = "") -> Actor:
        return UnsafeLocalUsers(app).appoint(f"Cán bộ {next(numbers)}", unit, *roles, conversation=conversation)

    return appoint_officer


@pytest.fixture
def admin(appoint: Appoint) -> Actor:
    """A board admin of the whole district."""
    return appoint("board_admin")


@pytest.fixture
def handler(appoint: Appoint) -> Actor:
    """A tip officer of the whole district."""
    return appoint("tip_officer")


@pytest.fixture
def launch(app: App, admin: Actor) -> Launch:
    """Return a function that creates groups and launches them."""

    def launch_group(unit: str = "ninh-hoa", *, title: str = PILOT, kind: str = "commune") -> Group:
        group = app.groups.establish(admin, unit, kind=kind, title=title, messenger="oa")
        app.groups.seat(admin, group.id, "owner", officer=admin.id, name="Cán bộ 1")
        group = app.groups.launch(admin, group.id)
        app.worker.drain()
        return group

    return launch_group


def journal(app: App) -> list[Entry]:
    """Return every entry of the journal, oldest first."""
    return [entry_from(line.content) for line in app.internals.context.storage.journal.read(limit=10_000)]


def outbox(app: App, purpose: str = "") -> list[OutboxRow]:
    """Return the outbox rows, oldest first, only those of `purpose` if it isn't ""."""
    rows = app.internals.context.storage.queues.outbox(limit=10_000)
    return [row for row in rows if purpose in ("", row.purpose)]


def read_outbox_states(app: App, purpose: str = "") -> list[str]:
    """Return the states of the outbox rows, oldest first."""
    return [row.state for row in outbox(app, purpose)]


def read_newest_receipt(app: App) -> OutboxRow:
    """Return the outbox row of the newest receipt."""
    return outbox(app, "tip.receipt")[-1]


def count_sends(app: App, chat: MockChat) -> list[int]:
    """Return for each outbox row how often the service accepted its message."""
    return [len(chat.account.sent(row.id)) for row in outbox(app)]
