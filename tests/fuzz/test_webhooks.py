"""Mutated events of every messenger, made from real events and signed as the platform does, are processed without
loss.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from tests.fuzz.doors import Platform
from tests.fuzz.refusals import catch_refusal
from tests.fuzz.seeds import fuzzed

from anninh_core.app import App
from anninh_core.kernel import errors
from anninh_core.kernel.errors import AnninhError, BadInput, BadSignature
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.messaging.rows import UNREADABLE
from anninh_core.ports.messengers.platform import Probed, SharesWebhook
from anninh_core.ports.storages.queues import PENDING, InboxState
from anninh_core.vocabulary.messages import WebhookRequest

pytestmark = pytest.mark.slow

_BATCH = 6
"""Number of mutated events that arrive together with an unmutated event."""
_TRIES = 6
"""Number of minutes after which an event that can't be processed is on the failure desk."""
_OPEN = (*PENDING, InboxState.FAILED)


@fuzzed(150)
def test_adapters_raise_what_they_declare(platform: Platform, seed: int) -> None:
    """A messenger can check any body with any signature; it parses the body, or refuses it in a sentence that doesn't
    quote it.
    """
    body = platform.mutate_sample(Random(seed))
    for request in (platform.sign(body), WebhookRequest(body, (("\0", "\ud800"),))):
        _verify_sender(platform, request)
        assert "mất trộm" not in catch_refusal(partial(platform.messenger.dedupe_key, request), BadInput)
    assert "mất trộm" not in catch_refusal(partial(platform.messenger.parse, body), BadInput)


def _verify_sender(platform: Platform, request: WebhookRequest) -> None:
    messenger = platform.messenger
    assert messenger.verify(request) in (True, False)
    if isinstance(messenger, Probed):
        messenger.is_probe(request)
    if isinstance(messenger, SharesWebhook):
        messenger.takes(request.body)


class EventLedger:
    """An app, the number of events that it stored, and the checks of their outcomes."""

    def __init__(self, platform: Platform, app: App) -> None:
        self._platform = platform
        self._app = app
        self._queues = app.internals.context.storage.queues
        self._stored = 0
        self._honest = 0

    def send(self, random: Random) -> None:
        """Send several mutated events and one unmutated event to the app."""
        self._honest += 1
        honest = json.dumps(self._platform.honest(self._honest)).encode()
        bodies = [honest, *(self._platform.mutate_sample(random) for _ in range(_BATCH))]
        random.shuffle(bodies)
        taken = self._accept_pasted(bodies) if self._platform.is_pasted else self._accept_signed(bodies)
        assert taken >= 1
        self._stored += taken

    def _accept_signed(self, bodies: list[bytes]) -> int:
        results = self._app.intake.accept_all(
            [(self._platform.messenger.instance, self._platform.sign(body)) for body in bodies]
        )
        assert all(isinstance(result, Accepted | BadSignature) for result in results)
        return sum(result is Accepted.STORED for result in results)

    def _accept_pasted(self, bodies: list[bytes]) -> int:
        return self._app.intake.store_fetched(self._platform.messenger.instance, bodies)

    def is_honest_conversation_settled(self) -> bool:
        """Return whether no event of the unmutated conversation is open or failed."""
        conversation = self._app.internals.services.conversations.id_of(self._platform.honest_place)
        assert conversation
        return all(row.conversation != conversation for row in self._queues.inbox(_OPEN, limit=100_000))

    def run_worker(self) -> None:
        """Run the worker until it has no pending events, or for as many minutes as it retries an event."""
        self._app.worker.drain()
        for _ in range(_TRIES):
            if not self._queues.inbox(PENDING):
                break
            self._platform.clock.advance(timedelta(minutes=1))
            self._app.worker.drain()

    def check_outcomes(self) -> None:
        """Assert that each stored event is done, or is on the failure desk with a known error."""
        depth = self._queues.depth()
        assert depth.get("inbox.done", 0) + depth.get("inbox.failed", 0) == self._stored
        assert sum(count for name, count in depth.items() if name.startswith("inbox.")) == self._stored
        for row in self._queues.inbox((InboxState.FAILED,), limit=100_000):
            assert issubclass(getattr(errors, row.error.removeprefix(UNREADABLE), type(None)), AnninhError), row.error


@pytest.fixture
def ledger(platform: Platform) -> Iterator[EventLedger]:
    """Yield a ledger for an app that gets only the platform's events."""
    with platform.open_app() as app:
        yield EventLedger(platform, app)


@fuzzed(10)
def test_no_stored_event_is_lost(ledger: EventLedger, seed: int) -> None:
    """Each stored event is done or on the failure desk, and an unmutated message among mutated events is handled."""
    ledger.send(Random(seed))
    ledger.run_worker()
    assert ledger.is_honest_conversation_settled()
    ledger.check_outcomes()
