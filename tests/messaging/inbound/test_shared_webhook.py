"""Webhooks of platforms that probe the address, and of platforms that send events of several instances to one
address.
"""

from collections.abc import Iterator

import pytest
from tests.support.township import TownshipMessenger

from anninh_core.app import App
from anninh_core.kernel.errors import Refused, TooLarge
from anninh_core.messaging.inbound.intake import BODY_LIMIT, Accepted
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.testing import MockChat, MockMessenger, memory_app
from anninh_core.testing.mock.signed_webhook import SIGNATURE, sign_body
from anninh_core.vocabulary.messages import WebhookRequest

PROBE = WebhookRequest(b"{}")


@pytest.fixture
def townships_app(chat: MockChat) -> Iterator[App]:
    """An app with three townships, two of them of one application, and `oa` with a platform that neither probes nor
    shares addresses.
    """
    messengers = {
        "north": TownshipMessenger(chat, "north"),
        "south": TownshipMessenger(chat, "south"),
        "other": TownshipMessenger(chat, "other", "app-2"),
    }
    with memory_app(chat, messengers=messengers) as app:
        yield app


def build_request(chat: MockChat, text: str) -> WebhookRequest:
    chat.says(chat.person("Thử Văn An"), text)
    return list(chat.webhooks())[-1]


def list_new_rows(app: App) -> list[InboxRow]:
    return list(app.internals.context.storage.queues.inbox((InboxState.NEW,)))


def get_township(app: App, name: str) -> TownshipMessenger:
    messenger = app.internals.messengers[name]
    assert isinstance(messenger, TownshipMessenger)
    return messenger


def test_a_probe_is_answered_and_not_stored(townships_app: App) -> None:
    """A platform's probe of the webhook is acknowledged and not stored."""
    assert townships_app.intake.accept("north", PROBE) is Accepted.PROBE
    assert townships_app.internals.context.storage.queues.depth() == {}


def test_probe_in_a_batch_changes_no_outcome(townships_app: App, chat: MockChat) -> None:
    """A probe in a batch of events doesn't change the outcomes of the others."""
    event = build_request(chat, "north: alo")
    alien = WebhookRequest(b"x")
    endings = townships_app.intake.accept_all([("north", PROBE), ("north", event), ("north", alien), ("north", event)])
    assert endings[:2] == [Accepted.PROBE, Accepted.STORED]
    assert isinstance(endings[2], Refused)
    assert endings[3] is Accepted.SEEN_BEFORE


def test_only_unsigned_body_can_be_a_probe(townships_app: App, chat: MockChat) -> None:
    """A signed body is never taken for a probe, and an oversized body is refused without a check for probes."""
    signed = WebhookRequest(b"{}", ((SIGNATURE, sign_body(chat.secret, b"{}")),))
    assert townships_app.intake.accept("north", signed) is Accepted.STORED
    with pytest.raises(TooLarge):
        townships_app.intake.accept("north", WebhookRequest(b"x" * (BODY_LIMIT + 1)))
    assert get_township(townships_app, "north").asked == []


def test_probe_is_refused_without_support(townships_app: App) -> None:
    """For a messenger without probes an unsigned body is refused."""
    with pytest.raises(Refused):
        townships_app.intake.accept("oa", PROBE)


@pytest.mark.parametrize(
    ("text", "taker"),
    [("north: alo", "north"), ("south: alo", "south"), ("other: alo", "north"), ("oa: alo", "north")],
)
def test_event_is_stored_for_its_instance(townships_app: App, chat: MockChat, text: str, taker: str) -> None:
    """An event is stored for the instance that it belongs to, or for the receiving instance if it belongs to none."""
    assert townships_app.intake.accept("north", build_request(chat, text)) is Accepted.STORED
    (row,) = list_new_rows(townships_app)
    assert row.source == taker
    assert row.conversation.startswith(f"{taker}.")


def test_ambiguous_event_stays_with_the_receiver(townships_app: App, chat: MockChat) -> None:
    """An event that belongs to two instances is stored for the receiving one."""
    for instance in ("north", "south"):
        townships_app.intake.accept(instance, build_request(chat, "north and south"))
    assert [row.source for row in list_new_rows(townships_app)] == ["north", "south"]


def test_event_counts_once_across_addresses(townships_app: App, chat: MockChat) -> None:
    """An event is stored once, whatever address it was sent to, by the deduplication key of its own instance."""
    event = build_request(chat, "south: alo")
    endings = [townships_app.intake.accept(instance, event) for instance in ("north", "south", "north")]
    assert endings == [Accepted.STORED, Accepted.SEEN_BEFORE, Accepted.SEEN_BEFORE]
    (row,) = list_new_rows(townships_app)
    assert (
        row.dedupe
        == townships_app.intake.build_row(
            "south", event.body, get_township(townships_app, "south").dedupe_key(event)
        ).dedupe
    )


def test_event_is_verified_by_its_instance(townships_app: App, chat: MockChat) -> None:
    """An event is verified by the instance that it belongs to, since each may have its own secret."""
    with pytest.raises(Refused, match="'south'"):
        townships_app.intake.accept("north", WebhookRequest(build_request(chat, "south: alo").body))
    assert list_new_rows(townships_app) == []


def test_unreadable_event_belongs_to_its_signer(
    townships_app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event for which `takes` raises is stored for the instance that verifies its signature; without a signature it
    is refused.
    """
    event = build_request(chat, "south: alo")
    signer = get_township(townships_app, "south")
    monkeypatch.setattr(TownshipMessenger, "takes", lambda *_: 1 / 0)
    monkeypatch.setattr(
        TownshipMessenger, "verify", lambda self, request: self is signer and MockMessenger.verify(self, request)
    )
    assert townships_app.intake.accept("north", event) is Accepted.STORED
    assert [row.source for row in list_new_rows(townships_app)] == ["south"]
    with pytest.raises(Refused):
        townships_app.intake.accept("north", WebhookRequest(event.body))
