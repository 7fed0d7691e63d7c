"""A town to measure in: an app on an SQLite file, the events that residents send, a messenger that costs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec
from attrs import evolve

from anninh_core import App, Parts, Settings, load_profile, open_app
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.app.settings import DoorSettings
from anninh_core.demo.corpus import load_corpus
from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import DEFAULT_SECRET
from anninh_core.testing.mock.signed_webhook import SIGNATURE, MockMessageEvent, signature
from anninh_core.testing.services import memory_services
from anninh_core.usecase.keyed_hashes.term_hashing import TOKENS
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt
from benchmarks.measure import CannotRun

T = TypeVar("T")

PROFILE = "hoa_lu_2021"
INSTANCE = "oa"
COMMIT = 200
"""Change sets that are committed together while a store is filled."""


class QuietMessenger(MockMessenger):
    """Takes the mock's signed events in, and forgets what it sends: no service behind it grows or costs time."""

    def __init__(self) -> None:
        super().__init__(INSTANCE, {}, memory_services())

    def send(self, message: OutgoingMessage) -> Receipt:
        """Say that it was sent."""
        return Receipt(message.key, self._services.clock.now())


def storage_of(folder: Path) -> Path:
    """Return the database file of a town."""
    return folder / "anninh.db"


def open_town(
    folder: Path,
    messenger: Messenger | None = None,
    *,
    district: District | None = None,
    clock: Clock | None = None,
    storage: str = "",
    door: DoorSettings | None = None,
) -> App:
    """Open an app whose files lie in a folder, all of it as an installation has it, but for the messenger.

    As in `anninh work` and `anninh serve`, garbage is looked for rarely; the floor beside it profits likewise.

    The shipped profile is used with its index for searches, which costs more than opening what is in scope.

    Args:
        folder: of keys and blobs, and of the database file where no `storage` is named.
        messenger: in place of the quiet one.
        district: in place of the shipped profile.
        clock: in place of the machine's.
        storage: URL of a database elsewhere.
        door: what the web door puts up with, in place of the defaults.
    """
    settings = Settings(
        door=door or DoorSettings(),
        profile=PROFILE,
        storage=storage or f"sqlite:///{storage_of(folder)}",
        keys=str(folder / "anninh.keys"),
        blobs=str(folder / "blobs"),
    )
    parts = Parts(messengers={INSTANCE: messenger or QuietMessenger()}, clock=clock)
    app = open_app(district or evolve(load_profile(PROFILE), search_mode=TOKENS), settings, parts)
    tune_gc()
    return app


def tip_texts() -> tuple[str, ...]:
    """Return words of the demo's residents that are tips and no emergencies."""
    tips = (line for line in load_corpus() if line.kind == "tip" and not line.emergency and not line.group)
    return tuple(line.text for line in tips if line.text)


def events(first: int = 0) -> Iterator[bytes]:
    """Yield bodies of webhooks without end: each a tip, each from a resident of its own, who writes for the first time.

    Args:
        first: number of the first one; the same number gives the same event.
    """
    texts = tip_texts()
    at = SystemClock().now()
    number = first
    while True:
        event = MockMessageEvent(
            id=f"event-{number}",
            at=at,
            message_id=f"message-{number}",
            sender=f"resident-{number}",
            sender_name=f"Resident {number}",
            group="",
            text=texts[number % len(texts)],
            attachments=(),
            reply_to="",
        )
        yield msgspec.json.encode(event)
        number += 1


def signed(body: bytes) -> tuple[str, str]:
    """Return the header that proves who made a body."""
    return SIGNATURE, signature(DEFAULT_SECRET, body)


def let_in(app: App, bodies: Iterable[bytes]) -> None:
    """Put events into the inbox, many in a commit."""
    rest = iter(bodies)
    while several := list(islice(rest, COMMIT)):
        keep(app, [ChangeSet(inbox=(app.intake.build_row(INSTANCE, body, body.hex()),)) for body in several])


def keep(app: App, change_sets: Sequence[ChangeSet]) -> None:
    """Commit change sets that nothing can stand in the way of.

    Raises:
        CannotRun: something did.
    """
    outcomes = set(app.internals.context.storage.commit(change_sets))
    if outcomes - {Outcome.COMMITTED}:
        raise CannotRun(f"the store could not be filled: {', '.join(one.value for one in outcomes)}")
