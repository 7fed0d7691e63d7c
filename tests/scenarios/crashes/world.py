"""The parts that all processes of a crash run share: a folder, a database, a web server's port, a clock, and the chat
service.
"""

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
from anninh_core.testing.mock.signed_webhook import SIGNATURE, sign_body
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
"""The profile, read once in the process from which the others are forked; residents who can't get a reply get a
template.
"""

SETTINGS = Settings(plugins=("opinions",))
"""Settings that are the same with and without crashes; only word rules give opinions, so that restarted processes
needn't read a model.
"""

START = datetime(2021, 9, 1, 8, tzinfo=VIETNAM)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=3)
"""Time after which every claim of a dead process has expired."""

MESSENGERS = ("oa", "blind", "closed", "echoing")
"""Names of the messengers: `blind` can't find out the outcome of a message, `closed` sends by template only, and
`echoing` never gets a response, but its platform sends an echo of each message afterwards.
"""

ECHO = "echo-"
"""Prefix of the ids of a platform's echo events for our own messages."""


class SharedClock:
    """A clock that all processes share by the time stamp of a file; the time stays the same until a process advances
    it.

    Args:
        path: path of the file, which is created with the time `START` if missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            path.touch()
            self._set_time(START)

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._path.stat().st_mtime_ns // 1000)

    def advance(self, by: timedelta) -> None:
        self._set_time(self.now() + by)

    def _set_time(self, at: datetime) -> None:
        nanoseconds = (at - EPOCH) // timedelta(microseconds=1) * 1000
        os.utime(self._path, ns=(nanoseconds, nanoseconds))


class BlindMessenger(MockMessenger):
    """A messenger that never learns whether a message with an unknown outcome arrived."""

    @property
    def capabilities(self) -> Capabilities:
        able = super().capabilities
        return Capabilities(
            able.owner, {name: ability for name, ability in able.abilities.items() if name != "reconcile"}
        )


class ClosedMessenger(MockMessenger):
    """A messenger that finds every contact window closed."""

    def send(self, message: OutgoingMessage) -> Receipt:
        raise RecipientUnreachable(f"the window of {message.key} is closed")


class EchoingMessenger(BlindMessenger):
    """A messenger that gets no response when it sends, but an echo."""

    def send(self, message: OutgoingMessage) -> Receipt:
        super().send(message)
        raise UnknownOutcome("the connection broke before an answer")

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport | Echo | Withdrawal]:
        event = json.loads(body)
        if event["event"] != "echo":
            return super().parse(body)
        to = Address(self.instance, Place.PERSON, event["to"])
        at = datetime.fromisoformat(event["at"])
        return [Echo(conversation=to, platform_id=event["message_id"], text=event["text"], at=at)]


def build_echo(chat: MockChat, message: ChatMessage) -> WebhookRequest:
    """Return the echo event of the platform for one of our messages."""
    event = {"event": "echo", "id": f"{ECHO}{message.id}", "at": message.at.isoformat(), "message_id": message.id}
    body = json.dumps(event | {"to": message.conversation, "text": message.text}).encode()
    return WebhookRequest(body, ((SIGNATURE, sign_body(chat.secret, body)),))


@frozen
class CrashWorld:
    """The parts that every process of a crash run shares.

    Attributes:
        folder: folder that contains keys, blobs, chat and clock.
        url: URL of the database.
        port: port of the web server, on loopback.
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
        """The file where a failed process writes its traceback."""
        return self.folder / "error.txt"

    @contextmanager
    def mark_sending(self) -> Iterator[None]:
        """Mark this process as sending, inside a `with`; several processes can be marked, and the mark ends with the
        process.
        """
        with (self.folder / "sending").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    @contextmanager
    def prevent_sending(self) -> Iterator[bool]:
        """Keep every process from sending inside a `with`; yield False if a process is already sending.

        The clock may only jump over a lease while no process is sending: in production no send outlives its lease.
        """
        with (self.folder / "sending").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def open(self, number: int) -> App:
        """Open the app on the shared parts.

        Args:
            number: a new number for each process, so that no two processes make the same ids.
        """
        chat = self.chat
        clock = self.clock
        parts = Parts(
            storage=build_storage(self.url),
            keys=LocalKeys(self.folder / "anninh.keys", create=True),
            blobs=LocalBlobs(self.folder / "blobs"),
            clock=clock,
            ids=SeededIds(clock, number),
            messengers=build_messengers(chat),
        )
        return open_app(DISTRICT, SETTINGS, parts)


def build_messengers(chat: MockChat) -> dict[str, MockMessenger]:
    """Return all messengers by name, on one chat service."""
    kinds = (MockMessenger, BlindMessenger, ClosedMessenger, EchoingMessenger)
    return {name: kind.on(chat, name, rungs="template") for name, kind in zip(MESSENGERS, kinds, strict=True)}


def build_storage(url: str) -> Storage:
    """Return the storage at `url`, which isn't prepared yet."""
    return (PostgresStorage if url.startswith("postgresql:") else SqliteStorage)(url)
