"""A world on either engine, with one app in this process, and a person who writes to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from tests.scenarios.crashes.world import World

from anninh_core.app import App
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.testing import MockChat
from anninh_core.vocabulary.messages import WebhookRequest

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"
RECEIPT = "tip.receipt"


@frozen
class Town:
    """A world in use.

    Attributes:
        app: the one in this process.
        chat: the service beside it.
    """

    world: World
    app: App
    chat: MockChat

    def event(self, name: str, text: str = THEFT) -> WebhookRequest:
        """Let a person say something, and return the event of it."""
        self.chat.says(self.chat.person(name), text)
        return list(self.chat.webhooks())[-1]

    def takes_in(self, name: str, text: str = THEFT) -> None:
        """Let a person say something, and the door take it in."""
        assert self.app.intake.accept("oa", self.event(name, text)) is Accepted.STORED

    def hears(self, name: str) -> int:
        """Return how many messages a person has got."""
        return len([said for said in self.chat.conversation(self.chat.person(name)) if not said.author])

    def is_whole(self) -> bool:
        """Tell whether the storage finds nothing wrong with itself."""
        return self.app.internals.context.storage.maintenance.check() == []


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Name an empty file or database."""
    if request.param == "postgresql":
        return World(tmp_path, request.getfixturevalue("postgres_url"), 0)
    return World(tmp_path, f"sqlite:///{tmp_path / 'anninh.db'}", 0)


@pytest.fixture
def town(world: World) -> Iterator[Town]:
    """Open it."""
    with world.open(1) as app:
        yield Town(world, app, world.chat)
