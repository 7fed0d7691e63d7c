"""The intake for platforms that probe, and for those that send events of several instances to one address."""

from collections.abc import Iterator

import pytest
from tests.support.township import Township

from anninh_core.app import App
from anninh_core.kernel.errors import Refused, TooLarge
from anninh_core.messaging.inbound.intake import BODY_LIMIT, Accepted
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.testing import MockChat, MockMessenger, memory_app
from anninh_core.testing.mock.signed_webhook import SIGNATURE, signature
from anninh_core.vocabulary.messages import WebhookRequest

PROBE = WebhookRequest(b"{}")


@pytest.fixture
def towns(chat: MockChat) -> Iterator[App]:
    """Three townships, two of them of one application, and `oa` with a platform that neither probes nor shares
    addresses.
    """
    messengers = {
        "north": Township(chat, "north"),
        "south": Township(chat, "south"),
        "other": Township(chat, "other", "app-2"),
    }
    with memory_app(chat, messengers=messengers) as app:
        yield app


def said(chat: MockChat, text: str) -> WebhookRequest:
    chat.says(chat.person("Thử Văn An"), text)
    return list(chat.webhooks())[-1]


def inbox(app: App) -> list[InboxRow]:
    return list(app.internals.context.storage.queues.inbox((InboxState.NEW,)))


def town(app: App, name: str) -> Township:
    messenger = app.internals.messengers[name]
    assert isinstance(messenger, Township)
    return messenger


def test_a_probe_is_answered_and_not_stored(towns: App) -> None:
    """A platform's probe of the webhook is acknowledged and not stored."""
    assert towns.intake.accept("north", PROBE) is Accepted.PROBE
    assert towns.internals.context.storage.queues.depth() == {}


def test_probe_in_a_batch_changes_no_outcome(towns: App, chat: MockChat) -> None:
    """A probe in a batch of events doesn't change the outcomes of the others."""
    event = said(chat, "north: alo")
    alien = WebhookRequest(b"x")
    endings = towns.intake.accept_all([("north", PROBE), ("north", event), ("north", alien), ("north", event)])
    assert endings[:2] == [Accepted.PROBE, Accepted.STORED]
    assert isinstance(endings[2], Refused)
    assert endings[3] is Accepted.SEEN_BEFORE


def test_only_unsigned_body_can_be_a_probe(towns: App, chat: MockChat) -> None:
    """A signed body is never taken for a probe, and an oversized body is refused without a check for probes."""
    signed = WebhookRequest(b"{}", ((SIGNATURE, signature(chat.secret, b"{}")),))
    assert towns.intake.accept("north", signed) is Accepted.STORED
    with pytest.raises(TooLarge):
        towns.intake.accept("north", WebhookRequest(b"x" * (BODY_LIMIT + 1)))
    assert town(towns, "north").asked == []


def test_probe_is_refused_without_support(towns: App) -> None:
    """For a messenger without probes an unsigned body is refused."""
    with pytest.raises(Refused):
        towns.intake.accept("oa", PROBE)


@pytest.mark.parametrize(
    ("text", "taker"),
    [("north: alo", "north"), ("south: alo", "south"), ("other: alo", "north"), ("oa: alo", "north")],
)
def test_event_is_stored_for_its_instance(towns: App, chat: MockChat, text: str, taker: str) -> None:
    """An event is stored for the instance that it belongs to, or for the receiving instance if it belongs to none."""
    assert towns.intake.accept("north", said(chat, text)) is Accepted.STORED
    (row,) = inbox(towns)
    assert row.source == taker
    assert row.conversation.startswith(f"{taker}.")


def test_ambiguous_event_stays_with_the_receiver(towns: App, chat: MockChat) -> None:
    """An event that belongs to two instances is stored for the receiving one."""
    for instance in ("north", "south"):
        towns.intake.accept(instance, said(chat, "north and south"))
    assert [row.source for row in inbox(towns)] == ["north", "south"]


def test_event_counts_once_across_addresses(towns: App, chat: MockChat) -> None:
    """An event is stored once whatever address it was sent to, by the deduplication key of its own instance."""
    event = said(chat, "south: alo")
    endings = [towns.intake.accept(instance, event) for instance in ("north", "south", "north")]
    assert endings == [Accepted.STORED, Accepted.SEEN_BEFORE, Accepted.SEEN_BEFORE]
    (row,) = inbox(towns)
    assert row.dedupe == towns.intake.build_row("south", event.body, town(towns, "south").dedupe_key(event)).dedupe


def test_event_is_verified_by_its_instance(towns: App, chat: MockChat) -> None:
    """An event is verified by the instance that it belongs to, since each may have its own secret."""
    with pytest.raises(Refused, match="'south'"):
        towns.intake.accept("north", WebhookRequest(said(chat, "south: alo").body))
    assert inbox(towns) == []


def test_unreadable_event_belongs_to_its_signer(towns: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that makes `takes` raise is stored for the instance that verifies its signature, and refused
    unsigned.
    """
    event = said(chat, "south: alo")
    signer = town(towns, "south")
    monkeypatch.setattr(Township, "takes", lambda *_: 1 / 0)
    monkeypatch.setattr(
        Township, "verify", lambda self, request: self is signer and MockMessenger.verify(self, request)
    )
    assert towns.intake.accept("north", event) is Accepted.STORED
    assert [row.source for row in inbox(towns)] == ["south"]
    with pytest.raises(Refused):
        towns.intake.accept("north", WebhookRequest(event.body))
