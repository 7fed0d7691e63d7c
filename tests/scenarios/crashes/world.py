"""What the processes of one run share: a folder, a database, a door, a clock, and the chat service beside them."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import evolve, frozen

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import RecipientUnreachable, UnknownOutcome
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import MockChat, MockMessenger, SeededIds
from anninh_core.testing.mock.lines import ChatMessage
from anninh_core.testing.mock.signed_webhook import SIGNATURE, signature
from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.district import WINDOW
from anninh_core.vocabulary.messages import (
    Address,
    DeliveryReport,
    Echo,
    InboundMessage,
    OutgoingMessage,
    Place,
    Receipt,
    WebhookRequest,
    Withdrawal,
)
from anninh_storage import LocalBlobs, LocalKeys, PostgresStorage, SqliteStorage

DISTRICT = evolve(
    load_profile("hoa_lu_2021"), ladders=dict.fromkeys(("chatter", "help", "inquiry", "tip"), (WINDOW, "template"))
)
"""Read once, in the process that the others are forked from. Whoever can't be answered gets a template."""

SETTINGS = Settings(plugins=("opinions",))
"""The same whether something crashes or not. Words alone give opinions: many lives needn't read a model first."""

START = datetime(2021, 9, 1, 8, tzinfo=VIETNAM)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=3)
"""After this, every claim of somebody dead has run out."""

MESSENGERS = ("oa", "blind", "closed", "echoing")
"""The second one can't tell what became of a message, the third one sends by template only, and the last one never gets
an answer: its platform tells of each message afterwards."""

ECHO = "echo-"
"""How the ids of the events begin by which a platform tells of our own messages."""


class SharedClock:
    """A clock that stands still for all processes until one of them moves it: the time stamp of a file.

    Args:
        path: the file; made at `START` where there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            path.touch()
            self._set(START)

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._path.stat().st_mtime_ns // 1000)

    def advance(self, by: timedelta) -> None:
        self._set(self.now() + by)

    def _set(self, at: datetime) -> None:
        nanoseconds = (at - EPOCH) // timedelta(microseconds=1) * 1000
        os.utime(self._path, ns=(nanoseconds, nanoseconds))


class BlindMessenger(MockMessenger):
    """Never learns whether a message of unknown outcome arrived."""

    @property
    def capabilities(self) -> Capabilities:
        able = super().capabilities
        return Capabilities(able.owner, {name: one for name, one in able.abilities.items() if name != "reconcile"})


class ClosedMessenger(MockMessenger):
    """Finds every window closed."""

    def send(self, message: OutgoingMessage) -> Receipt:
        raise RecipientUnreachable(f"the window of {message.key} is closed")


class EchoingMessenger(BlindMessenger):
    """Gets no answer, but an echo."""

    def send(self, message: OutgoingMessage) -> Receipt:
        super().send(message)
        raise UnknownOutcome("the connection broke before an answer")

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        said = json.loads(body)
        if said["event"] != "echo":
            return super().parse(body)
        to = Address(self.instance, Place.PERSON, said["to"])
        at = datetime.fromisoformat(said["at"])
        return [Echo(conversation=to, platform_id=said["message_id"], text=said["text"], at=at)]


def echo_of(chat: MockChat, said: ChatMessage) -> WebhookRequest:
    """Return the event by which the platform tells of a message of ours."""
    told = {"event": "echo", "id": f"{ECHO}{said.id}", "at": said.at.isoformat(), "message_id": said.id}
    body = json.dumps(told | {"to": said.conversation, "text": said.text}).encode()
    return WebhookRequest(body, ((SIGNATURE, signature(chat.secret, body)),))


@frozen
class World:
    """The same for every process.

    Attributes:
        folder: keys, blobs, chat and clock lie here.
        url: of the database.
        port: of the door, on loopback.
    """

    folder: Path
    url: str
    port: int

    @property
    def clock(self) -> SharedClock:
        return SharedClock(self.folder / "clock")

    @property
    def chat(self) -> MockChat:
        return MockChat(self.clock, self.folder / "chat.jsonl")

    @property
    def error(self) -> Path:
        """Where a process that failed by itself says why."""
        return self.folder / "error.txt"

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Be about to send, inside a `with`, beside others. Whoever dies is no longer about to."""
        with (self.folder / "sending").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    @contextmanager
    def nobody_sending(self) -> Iterator[bool]:
        """Keep everybody from sending inside a `with`; False if somebody is about to.

        The clock may only jump over a lease while nobody sends: no send outlives its lease in earnest.
        """
        with (self.folder / "sending").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def open(self, number: int) -> App:
        """Open the app.

        Args:
            number: a new one for each process: no two make the same ids.
        """
        chat = self.chat
        clock = self.clock
        parts = Parts(
            storage=storage_at(self.url),
            keys=LocalKeys(self.folder / "anninh.keys", create=True),
            blobs=LocalBlobs(self.folder / "blobs"),
            clock=clock,
            ids=SeededIds(clock, number),
            messengers=messengers_on(chat),
        )
        return open_app(DISTRICT, SETTINGS, parts)


def messengers_on(chat: MockChat) -> dict[str, MockMessenger]:
    """Return all messengers on one service."""
    kinds = (MockMessenger, BlindMessenger, ClosedMessenger, EchoingMessenger)
    return {name: kind.on(chat, name, rungs="template") for name, kind in zip(MESSENGERS, kinds, strict=True)}


def storage_at(url: str) -> Storage:
    """Return the storage that a URL names, not prepared yet."""
    return (PostgresStorage if url.startswith("postgresql:") else SqliteStorage)(url)
