"""Fixtures for the shared world of a crash run on either engine, with one app in this process and a person who writes
to it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from tests.scenarios.crashes.world import CrashWorld

from anninh_core.app import App
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.testing import MockChat
from anninh_core.vocabulary.messages import WebhookRequest

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"
RECEIPT = "tip.receipt"


@frozen
class CrashTown:
    """The shared world of a crash run, with an open app.

    Attributes:
        app: the app in this process.
        chat: the chat service of the world.
    """

    world: CrashWorld
    app: App
    chat: MockChat

    def send_message(self, name: str, text: str = THEFT) -> WebhookRequest:
        """Send a message as the person `name`, and return its event."""
        self.chat.says(self.chat.person(name), text)
        return list(self.chat.webhooks())[-1]

    def send_and_accept(self, name: str, text: str = THEFT) -> None:
        """Send a message as the person `name`, and let the app accept its event."""
        assert self.app.intake.accept("oa", self.send_message(name, text)) is Accepted.STORED

    def hears(self, name: str) -> int:
        """Return the number of messages that the person `name` received."""
        return len([message for message in self.chat.conversation(self.chat.person(name)) if not message.author])

    def is_whole(self) -> bool:
        """Return whether the storage's check finds no fault."""
        return self.app.internals.context.storage.maintenance.check() == []


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> CrashWorld:
    if request.param == "postgresql":
        return CrashWorld(tmp_path, request.getfixturevalue("postgres_url"), 0)
    return CrashWorld(tmp_path, f"sqlite:///{tmp_path / 'anninh.db'}", 0)


@pytest.fixture
def town(world: CrashWorld) -> Iterator[CrashTown]:
    with world.open(1) as app:
        yield CrashTown(world, app, world.chat)
