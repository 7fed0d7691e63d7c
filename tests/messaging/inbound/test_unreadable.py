"""Events that the adapter of their messenger can't read: none of them is lost, none is shown, none stops others."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, journal
from tests.scenarios.cases.conftest import empty_database, empty_file, open_storage

from anninh_core.app import App
from anninh_core.app.doctor.app_checks import check_unreadable
from anninh_core.kernel.errors import BadInput, BadSignature, StorageError, TooManyRequests
from anninh_core.messaging.inbound.intake import Accepted, Intake
from anninh_core.ports.health import Level
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.signed_webhook import SIGNATURE, signature
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, InboundMessage, Place, WebhookRequest

__all__ = ["empty_database", "empty_file"]

POISON = "Cướp có dao ở xóm 4"
AN = "Thử Văn An"
DAY = timedelta(days=1)
SURPRISES = (KeyError, BadInput, RecursionError, MemoryError, ZeroDivisionError)


def signed(chat: MockChat, body: bytes) -> WebhookRequest:
    return WebhookRequest(body, ((SIGNATURE, signature(chat.secret, body)),))


def write(chat: MockChat, text: str, name: str = AN) -> WebhookRequest:
    """Let somebody write; return the request."""
    chat.says(chat.person(name), text)
    return list(chat.webhooks())[-1]


def inbox(app: App, *states: InboxState) -> Sequence[InboxRow]:
    return app.internals.context.storage.queues.inbox(states or tuple(InboxState), limit=1000)


def give_up_trying(app: App, clock: FixedClock) -> None:
    """Let the worker try until nothing is left to try."""
    for _ in range(8):
        app.worker.drain()
        clock.advance(timedelta(minutes=1))
    assert not inbox(app, InboxState.NEW, InboxState.CLAIMED)


Breaks = Callable[[Exception], Callable[[], None]]


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Breaks:
    """Lets the adapter's `parse` raise for whatever holds `POISON`; returns what mends it."""
    sound = MockMessenger.parse

    def make(error: Exception) -> Callable[[], None]:
        def fail(self: MockMessenger, body: bytes) -> object:
            if POISON in json.loads(body).get("text", ""):
                raise error
            return sound(self, body)

        monkeypatch.setattr(MockMessenger, "parse", fail)
        return lambda: monkeypatch.setattr(MockMessenger, "parse", sound)

    return make


@pytest.mark.parametrize("surprise", SURPRISES)
def test_what_parse_raises_on_is_stored(app: App, chat: MockChat, breaks: Breaks, surprise: type[Exception]) -> None:
    """Whatever it raises, the event is acknowledged, and lies in the inbox as it came, sealed; again it counts once."""
    breaks(surprise("hỏng"))
    request = write(chat, POISON)
    assert [app.intake.accept("oa", request) for _ in range(2)] == [Accepted.STORED, Accepted.SEEN_BEFORE]
    (row,) = inbox(app, InboxState.NEW)
    assert (row.source, row.conversation) == ("oa", "")
    assert b"dao" not in row.body


@pytest.mark.parametrize("surprise", SURPRISES)
def test_an_event_without_a_dedupe_key_is_known_by_its_hash(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, surprise: type[Exception]
) -> None:
    """The same body twice is one row, another body is another one; where it can be read, it is handled as ever."""

    def fail(*_: object) -> str:
        raise surprise("hỏng")

    monkeypatch.setattr(MockMessenger, "dedupe_key", fail)
    first, second = write(chat, THEFT), write(chat, "alo")
    endings = app.intake.accept_all([("oa", request) for request in (first, second, first)])
    assert endings == [Accepted.STORED, Accepted.STORED, Accepted.SEEN_BEFORE]
    app.worker.drain()
    assert len(inbox(app, InboxState.DONE)) == 2


@pytest.mark.parametrize("key", ["", "\ud800"])
def test_a_useless_dedupe_key_is_none(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Equal for all events, or no text that can be stored: their bodies tell them apart."""
    monkeypatch.setattr(MockMessenger, "dedupe_key", lambda *_: key)
    first, second = write(chat, THEFT), write(chat, "alo")
    assert app.intake.accept_all([("oa", first), ("oa", second)]) == [Accepted.STORED, Accepted.STORED]


@pytest.mark.parametrize(
    "parts",
    [None, [None], [{"text": "alo"}], [InboundMessage], "alo"],
    ids=["none", "a list of none", "a dictionary", "a class", "text"],
)
def test_what_parse_returns_is_no_event(
    app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, parts: object
) -> None:
    """It is stored, ends on the failure desk, and those that are worked through with it are handled."""
    sound = MockMessenger.parse
    monkeypatch.setattr(
        MockMessenger, "parse", lambda self, body: parts if POISON in json.loads(body)["text"] else sound(self, body)
    )
    for request in (write(chat, POISON), write(chat, THEFT, "Thử Thị Bình")):
        app.intake.accept("oa", request)
    give_up_trying(app, clock)
    (row,) = inbox(app, InboxState.FAILED)
    assert row.error == "unreadable: TypeError"
    assert len(inbox(app, InboxState.DONE)) == 1


def test_an_address_that_no_storage_takes(
    app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a character in an id is no reason to lose the event, nor to keep another one back."""
    sound = MockMessenger.parse

    def odd(self: MockMessenger, body: bytes) -> Sequence[object]:
        parts = sound(self, body)
        address = Address("oa", Place.PERSON, "\ud800")
        return [
            evolve(part, conversation=address, sender=address)
            if isinstance(part, InboundMessage) and POISON in part.text
            else part
            for part in parts
        ]

    monkeypatch.setattr(MockMessenger, "parse", odd)
    requests = [("oa", write(chat, POISON)), ("oa", write(chat, THEFT, "Thử Thị Bình"))]
    assert app.intake.accept_all(requests) == [Accepted.STORED, Accepted.STORED]
    give_up_trying(app, clock)
    assert [row.error for row in inbox(app, InboxState.FAILED)] == ["unreadable: UnicodeEncodeError"]
    assert len(inbox(app, InboxState.DONE)) == 1


def test_what_the_storage_refuses_as_it_was_read(
    app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored without its conversation and key; the others of its commit are stored as ever."""
    sound = app.internals.context.storage.commit
    request = write(chat, POISON)
    odd = app.intake.build_row("oa", request.body, app.intake.messenger("oa").dedupe_key(request)).dedupe

    def commit(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(row.dedupe == odd for change in changes for row in change.inbox):
            raise BadInput("a value of the wrong type")
        return sound(changes)

    monkeypatch.setattr(app.internals.context.storage, "commit", commit)
    together = [("oa", write(chat, THEFT)), ("oa", request), ("oa", request)]
    assert app.intake.accept_all(together) == [Accepted.STORED, Accepted.STORED, Accepted.SEEN_BEFORE]
    give_up_trying(app, clock)
    assert len(inbox(app, InboxState.DONE)) == 2


def test_nothing_unsigned_is_stored(app: App, chat: MockChat, breaks: Breaks) -> None:
    """What nobody signed is refused as ever, whether or not it can be read."""
    breaks(KeyError("text"))
    with pytest.raises(BadSignature):
        app.intake.accept("oa", WebhookRequest(write(chat, POISON).body))
    assert inbox(app) == []


def test_a_conversation_goes_on(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, breaks: Breaks) -> None:
    """What the same person writes before and after it is handled at once: it is in no conversation's order."""
    breaks(KeyError("text"))
    requests = [write(chat, "alo"), write(chat, POISON), write(chat, THEFT)]
    assert app.intake.accept_all([("oa", request) for request in requests]) == [Accepted.STORED] * 3
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert len(inbox(app, InboxState.DONE)) == 2


def test_the_failure_desk_names_it_and_repeats_nothing(
    app: App, chat: MockChat, clock: FixedClock, breaks: Breaks, caplog: pytest.LogCaptureFixture
) -> None:
    """When it came, of which messenger, the error's class: no desk, journal or log has its words."""
    caplog.set_level(logging.DEBUG)
    breaks(KeyError(POISON))
    app.intake.accept("oa", write(chat, POISON))
    came_at = clock.now()
    give_up_trying(app, clock)
    (failure,) = app.failures.troubles(UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "board_admin"))
    assert (failure.direction, failure.state, failure.messenger) == ("in", "failed", "oa")
    assert (failure.since, failure.reason) == (came_at, "unreadable: KeyError")
    assert failure.safe_actions == ("rerun", "give-up")
    texts = [repr(failure), repr(failure.to_view()), repr(journal(app)), caplog.text]
    assert [text for text in texts if "dao" in text] == []


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def capped_app(request: pytest.FixtureRequest, chat: MockChat, clock: FixedClock, tmp_path: Path) -> Iterator[App]:
    """An app on each storage whose district stores three unreadable events of a messenger in a day."""
    district = load_profile("hoa_lu_2021")
    delivery = evolve(district.delivery, unreadable_per_day=3)
    with (
        open_storage(request, tmp_path) as storage,
        memory_app(chat, clock=clock, storage=storage, district=evolve(district, delivery=delivery)) as app,
    ):
        yield app


def test_once_the_adapter_is_mended_it_is_handled_once(
    capped_app: App, chat: MockChat, clock: FixedClock, breaks: Breaks
) -> None:
    """A person processes it again; delivered and processed again after that, it changes nothing."""
    app = capped_app
    mend = breaks(KeyError("text"))
    request = write(chat, POISON)
    came_at = clock.now()
    app.intake.accept("oa", request)
    give_up_trying(app, clock)
    mend()
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "board_admin")
    (failure,) = app.failures.troubles(officer)
    app.failures.rerun(officer, failure.id)
    app.worker.drain()
    assert app.intake.accept("oa", request) is Accepted.SEEN_BEFORE
    app.worker.drain()
    (tip,) = app.tips.list(officer).items
    assert tip.received_at == came_at
    assert app.failures.troubles(officer) == ()


def test_mended_after_a_key_was_missing_it_is_handled_once_too(
    app: App, chat: MockChat, breaks: Breaks, monkeypatch: pytest.MonkeyPatch, handler: Actor
) -> None:
    """Delivered again under its right key it is a second row, and still one report: a message has an id of its own."""
    mend = breaks(KeyError("text"))
    request = write(chat, POISON)
    with monkeypatch.context() as broken:
        broken.setattr(MockMessenger, "dedupe_key", lambda *_: 1 / 0)
        app.intake.accept("oa", request)
    mend()
    assert app.intake.accept("oa", request) is Accepted.STORED
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 1


def test_the_cap_of_a_day(capped_app: App, chat: MockChat, clock: FixedClock, breaks: Breaks) -> None:
    """Above it an event that can't be read is refused until tomorrow, and so that it comes again; no other one is."""
    app = capped_app
    breaks(KeyError("text"))
    unreadable = [("oa", write(chat, f"{POISON} {number}")) for number in range(5)]
    endings = app.intake.accept_all([unreadable[0], unreadable[0], *unreadable[1:], ("oa", write(chat, THEFT))])
    assert endings[:2] == [Accepted.STORED, Accepted.SEEN_BEFORE]
    assert [type(ending) for ending in endings[2:]] == [Accepted, Accepted, TooManyRequests, TooManyRequests, Accepted]
    with pytest.raises(
        TooManyRequests, match="'oa' reached today's limit of 3 unreadable events: send this event later"
    ):
        app.intake.accept(*unreadable[4])
    assert app.intake.accept("oa", write(chat, THEFT)) is Accepted.STORED
    assert len(inbox(app)) == 5
    clock.advance(DAY)
    assert app.intake.accept(*unreadable[4]) is Accepted.STORED


@pytest.mark.parametrize("note", [b"", b"\xff", b"2021-09-01 x", b"2021-09-01 99999999999999999999"])
def test_a_damaged_count(app: App, chat: MockChat, breaks: Breaks, note: bytes) -> None:
    """It counts from none again: no event is refused or lost for it, nor is the look at it."""
    breaks(KeyError("text"))
    app.internals.context.storage.states.put("unreadable", "oa", note, 0)
    assert app.intake.accept("oa", write(chat, POISON)) is Accepted.STORED
    (check,) = check_unreadable(app)
    assert "couldn't read 1 of today's events" in check.what


def test_what_was_fetched_is_never_refused(capped_app: App, chat: MockChat, clock: FixedClock) -> None:
    """Nobody would send it again. It counts, as it fills the same disk."""
    assert capped_app.intake.store_fetched("oa", [b"1", b"2", b"3", b"4", b"4"]) == 4
    with pytest.raises(TooManyRequests):
        capped_app.intake.accept("oa", signed(chat, b"5"))


def test_another_messenger_has_a_cap_of_its_own(chat: MockChat, clock: FixedClock, breaks: Breaks) -> None:
    """One that floods keeps nothing of another out."""
    district = load_profile("hoa_lu_2021")
    capped = evolve(district, delivery=evolve(district.delivery, unreadable_per_day=1))
    breaks(KeyError("text"))
    with memory_app(chat, clock=clock, district=capped, messengers={"in": MockMessenger.on(chat, "in")}) as app:
        requests = [write(chat, f"{POISON} {number}") for number in range(2)]
        endings = app.intake.accept_all([(name, request) for name in ("oa", "in") for request in requests])
    assert [type(ending) for ending in endings] == [Accepted, TooManyRequests] * 2


def test_a_storage_in_trouble_is_told(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, breaks: Breaks
) -> None:
    """An event that isn't stored is not acknowledged, whether or not it can be read."""

    def fail(*_: object) -> Sequence[Outcome]:
        raise StorageError("the disk is full")

    breaks(KeyError("text"))
    requests = [("oa", write(chat, POISON)), ("oa", write(chat, THEFT))]
    app.intake.accept_all([("oa", write(chat, "alo"))])  # today's key is there
    with monkeypatch.context() as broken:
        broken.setattr(app.internals.context.storage, "commit", fail)
        assert [type(ending) for ending in app.intake.accept_all(requests)] == [StorageError, StorageError]
    with monkeypatch.context() as broken:
        broken.setattr(type(app.internals.context.storage.states), "get", fail)
        assert [type(ending) for ending in app.intake.accept_all(requests)] == [StorageError, Accepted]


def test_operators_see_how_many_there_were(capped_app: App, chat: MockChat, clock: FixedClock, breaks: Breaks) -> None:
    """None is well, some are a warning, the cap is a problem, and tomorrow is another day."""
    breaks(KeyError("text"))
    levels = []
    for number in range(4):
        (check,) = check_unreadable(capped_app)
        levels.append(check.level)
        if number < 3:
            capped_app.intake.accept("oa", write(chat, f"{POISON} {number}"))
    assert levels == [Level.OK, Level.WARNING, Level.WARNING, Level.PROBLEM]
    clock.advance(DAY)
    (check,) = check_unreadable(capped_app)
    assert check.level is Level.OK


def test_a_note_that_fails_costs_no_event(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a messenger remembers of its webhook is worth less than what a resident wrote."""
    monkeypatch.setattr(MockMessenger, "note_webhook", lambda *_: 1 / 0, raising=False)
    intake = Intake(app.internals.runner, app.internals.services.conversations, app.internals.messengers)
    assert intake.accept("oa", write(chat, THEFT)) is Accepted.STORED


class Bundling(MockMessenger):
    """A messenger whose platform puts several events into one request, as a list."""

    def split(self, body: bytes) -> Sequence[bytes]:
        events = json.loads(body)
        return [json.dumps(event).encode() for event in events] if isinstance(events, list) else [body]


@pytest.fixture
def bundling_app(chat: MockChat, clock: FixedClock) -> Iterator[App]:
    """An app whose messenger `in` gets several events at once."""
    with memory_app(chat, clock=clock, messengers={"in": Bundling.on(chat, "in")}) as app:
        yield app


def bundle(chat: MockChat, *requests: WebhookRequest) -> WebhookRequest:
    return signed(chat, json.dumps([json.loads(request.body) for request in requests]).encode())


def test_one_of_several_in_a_request(bundling_app: App, chat: MockChat, clock: FixedClock, breaks: Breaks) -> None:
    """Each is an event of its own: the one that can't be read keeps none of the others back, and each counts once."""
    app = bundling_app
    breaks(KeyError("text"))
    first = write(chat, THEFT)
    request = bundle(chat, first, write(chat, POISON), write(chat, THEFT, "Thử Thị Bình"))
    assert [app.intake.accept("in", request) for _ in range(2)] == [Accepted.STORED, Accepted.SEEN_BEFORE]
    assert app.intake.accept("in", first) is Accepted.SEEN_BEFORE
    give_up_trying(app, clock)
    assert [row.error for row in inbox(app, InboxState.FAILED)] == ["unreadable: KeyError"]
    assert len(inbox(app, InboxState.DONE)) == 2
    assert app.intake.accept("in", bundle(chat, first, write(chat, "nữa"))) is Accepted.STORED


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b"[1, {}]"])
def test_a_request_that_can_not_be_split(bundling_app: App, chat: MockChat, body: bytes) -> None:
    """Whatever it holds, something of it is stored."""
    assert bundling_app.intake.accept("in", signed(chat, body)) is Accepted.STORED
    assert inbox(bundling_app) != []


def test_of_a_request_that_is_partly_refused_all_comes_again(chat: MockChat, clock: FixedClock, breaks: Breaks) -> None:
    """Above the cap, what can be read is stored at once, and the request is refused: the rest comes again with it."""
    district = load_profile("hoa_lu_2021")
    capped = evolve(district, delivery=evolve(district.delivery, unreadable_per_day=1))
    breaks(KeyError("text"))
    with memory_app(chat, clock=clock, district=capped, messengers={"in": Bundling.on(chat, "in")}) as app:
        app.intake.accept("in", write(chat, f"{POISON} 0"))
        request = bundle(chat, write(chat, THEFT), write(chat, POISON))
        with pytest.raises(TooManyRequests):
            app.intake.accept("in", request)
        assert len(inbox(app)) == 2
        clock.advance(DAY)
        assert app.intake.accept("in", request) is Accepted.STORED
        assert len(inbox(app)) == 3
