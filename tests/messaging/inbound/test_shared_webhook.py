"""The intake of platforms that probe, and of those that send the events of several instances to one address."""

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
    """Three townships, two of one application, and `oa`, whose platform knows nothing of all this."""
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
    """A platform that tries the webhook hears that somebody is there; nothing is kept of it."""
    assert towns.intake.accept("north", PROBE) is Accepted.PROBE
    assert towns.internals.context.storage.queues.depth() == {}


def test_a_probe_among_events(towns: App, chat: MockChat) -> None:
    """It shares a turn with events and takes nobody's ending."""
    event = said(chat, "north: alo")
    alien = WebhookRequest(b"x")
    endings = towns.intake.accept_all([("north", PROBE), ("north", event), ("north", alien), ("north", event)])
    assert endings[:2] == [Accepted.PROBE, Accepted.STORED]
    assert isinstance(endings[2], Refused)
    assert endings[3] is Accepted.SEEN_BEFORE


def test_only_what_is_unsigned_can_be_a_probe(towns: App, chat: MockChat) -> None:
    """A signed body is never taken for a probe, and too much is refused before anybody looks."""
    signed = WebhookRequest(b"{}", ((SIGNATURE, signature(chat.secret, b"{}")),))
    assert towns.intake.accept("north", signed) is Accepted.STORED
    with pytest.raises(TooLarge):
        towns.intake.accept("north", WebhookRequest(b"x" * (BODY_LIMIT + 1)))
    assert town(towns, "north").asked == []


def test_a_platform_that_does_not_probe(towns: App) -> None:
    """Where nobody said that there are probes, an unsigned body is refused as ever."""
    with pytest.raises(Refused):
        towns.intake.accept("oa", PROBE)


@pytest.mark.parametrize(
    ("text", "taker"),
    [("north: alo", "north"), ("south: alo", "south"), ("other: alo", "north"), ("oa: alo", "north")],
)
def test_an_event_finds_its_instance(towns: App, chat: MockChat, text: str, taker: str) -> None:
    """Of the instances that share an address the one that takes it gets it; nobody's stays where it came to."""
    assert towns.intake.accept("north", said(chat, text)) is Accepted.STORED
    (row,) = inbox(towns)
    assert row.source == taker
    assert row.conversation.startswith(f"{taker}.")


def test_two_instances_that_both_take_an_event(towns: App, chat: MockChat) -> None:
    """It is the one's that it came to."""
    for instance in ("north", "south"):
        towns.intake.accept(instance, said(chat, "north and south"))
    assert [row.source for row in inbox(towns)] == ["north", "south"]


def test_an_event_counts_once_whatever_address_it_came_to(towns: App, chat: MockChat) -> None:
    """What tells it apart is said by the instance whose it is."""
    event = said(chat, "south: alo")
    endings = [towns.intake.accept(instance, event) for instance in ("north", "south", "north")]
    assert endings == [Accepted.STORED, Accepted.SEEN_BEFORE, Accepted.SEEN_BEFORE]
    (row,) = inbox(towns)
    assert row.dedupe == towns.intake.build_row("south", event.body, town(towns, "south").dedupe_key(event)).dedupe


def test_nothing_unsigned_is_passed_on(towns: App, chat: MockChat) -> None:
    """The signature is looked at by the instance whose event it would be: each may have a secret of its own."""
    with pytest.raises(Refused, match="'south'"):
        towns.intake.accept("north", WebhookRequest(said(chat, "south: alo").body))
    assert inbox(towns) == []


def test_what_nobody_can_read_is_its_signers(towns: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that lets `takes` raise is stored by the instance whose secret signed it; unsigned it is refused."""
    event = said(chat, "south: alo")
    own = town(towns, "south")
    monkeypatch.setattr(Township, "takes", lambda *_: 1 / 0)
    monkeypatch.setattr(Township, "verify", lambda self, request: self is own and MockMessenger.verify(self, request))
    assert towns.intake.accept("north", event) is Accepted.STORED
    assert [row.source for row in inbox(towns)] == ["south"]
    with pytest.raises(Refused):
        towns.intake.accept("north", WebhookRequest(event.body))
