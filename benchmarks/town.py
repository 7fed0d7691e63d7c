"""A town for measuring: an app on an SQLite file, the events of its residents, and a messenger that costs no time."""

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
from anninh_core.testing.mock.signed_webhook import SIGNATURE, MockMessageEvent, sign_body
from anninh_core.testing.services import memory_services
from anninh_core.usecase.keyed_hashes.term_hashing import TOKENS
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt
from benchmarks.measure import CannotRun

T = TypeVar("T")

PROFILE = "hoa_lu_2021"
INSTANCE = "oa"
COMMIT = 200
"""Number of change sets in one commit while a store is filled."""


class QuietMessenger(MockMessenger):
    """A messenger that receives the mock's signed events and discards outgoing messages, so that no simulated service
    grows or costs time.
    """

    def __init__(self) -> None:
        super().__init__(INSTANCE, {}, memory_services())

    def send(self, message: OutgoingMessage) -> Receipt:
        """Return the receipt for a message without sending it."""
        return Receipt(message.key, self._services.clock.now())


def get_database_path(folder: Path) -> Path:
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
    """Open an app with its files in a folder, configured like an installation except for the messenger.

    As in `anninh work` and `anninh serve`, garbage collection runs rarely; the floor in the same process profits
    likewise. The shipped profile is used with its search index, which costs more than decrypting everything in scope.

    Args:
        folder: of keys and blobs, and of the database file if `storage` is empty.
        messenger: instead of the quiet one.
        district: instead of the shipped profile.
        clock: instead of the machine's.
        storage: URL of another database.
        door: limits of the web server, instead of the defaults.
    """
    settings = Settings(
        door=door or DoorSettings(),
        profile=PROFILE,
        storage=storage or f"sqlite:///{get_database_path(folder)}",
        keys=str(folder / "anninh.keys"),
        blobs=str(folder / "blobs"),
    )
    parts = Parts(messengers={INSTANCE: messenger or QuietMessenger()}, clock=clock)
    app = open_app(district or evolve(load_profile(PROFILE), search_mode=TOKENS), settings, parts)
    tune_gc()
    return app


def list_tip_texts() -> tuple[str, ...]:
    """Return messages of the demo's residents that are tips and no emergencies."""
    tips = (line for line in load_corpus() if line.kind == "tip" and not line.emergency and not line.group)
    return tuple(line.text for line in tips if line.text)


def iter_events(first: int = 0) -> Iterator[bytes]:
    """Yield webhook bodies without end: each a tip from a new resident who writes for the first time.

    Args:
        first: number of the first event; the same number gives the same event.
    """
    texts = list_tip_texts()
    now = SystemClock().now()
    number = first
    while True:
        event = MockMessageEvent(
            id=f"event-{number}",
            at=now,
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


def build_signature_header(body: bytes) -> tuple[str, str]:
    """Return the name and the value of the signature header for a webhook body."""
    return SIGNATURE, sign_body(DEFAULT_SECRET, body)


def store_events(app: App, bodies: Iterable[bytes]) -> None:
    """Put events into the app's inbox, up to `COMMIT` in a commit."""
    remaining = iter(bodies)
    while batch := list(islice(remaining, COMMIT)):
        commit_change_sets(
            app, [ChangeSet(inbox=(app.intake.build_row(INSTANCE, body, body.hex()),)) for body in batch]
        )


def commit_change_sets(app: App, change_sets: Sequence[ChangeSet]) -> None:
    """Commit change sets to the app's storage.

    Raises:
        CannotRun: a change set was not committed.
    """
    outcomes = set(app.internals.context.storage.commit(change_sets))
    if outcomes - {Outcome.COMMITTED}:
        raise CannotRun(f"the store could not be filled: {', '.join(outcome.value for outcome in outcomes)}")
