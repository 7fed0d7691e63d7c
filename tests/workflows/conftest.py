"""Fixtures with the app of the messaging tests, and with assisted posting as a second messenger for the ordinary
groups.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.messaging.conftest import admin, app, appoint, chat, clock, handler, launch

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.groups.model import Group
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds, memory_app
from anninh_core.usecase import Actor

__all__ = ["admin", "app", "appoint", "chat", "clock", "handler", "launch"]

VILLAGE = "Xóm 1 Ninh Hòa"


@pytest.fixture
def anninh_app(
    mock_chat: MockChat,
    mock_messenger: MockMessenger,
    anninh_clock: FixedClock,
    anninh_ids: SeededIds,
    tmp_path: Path,
) -> Iterator[App]:
    """An app with the mock messenger `oa` and assisted posting as `zalo`."""
    assisted = MessengerSettings(type="assisted", options={"folder": str(tmp_path)})
    settings = Settings(plugins=("assisted", "opinions", "formatters"), messengers={"zalo": assisted})
    with memory_app(
        mock_chat, clock=anninh_clock, ids=anninh_ids, settings=settings, messengers={"oa": mock_messenger}
    ) as app:
        yield app


@pytest.fixture
def village_group(app: App, admin: Actor) -> Group:
    """An ordinary group of a residential area, founded by an officer and linked by hand."""
    planned = app.groups.plan(admin, "ninh-hoa/kdc-1", kind="residential_area", title=VILLAGE)
    app.groups.link_group(admin, planned.id, "zalo", platform_id="xom-1", link="https://zalo.me/g/xom1")
    app.groups.seat(admin, planned.id, "owner", officer=admin.id, name="Trưởng xóm")
    return app.groups.launch(admin, planned.id)


def read_messages(app: App) -> list[Message]:
    """Return every stored message, oldest first."""
    records = app.internals.context.storage.maintenance.scan(MESSAGE.name)
    return sorted(app.internals.context.iter_readable(MESSAGE, records), key=lambda message: message.id)
