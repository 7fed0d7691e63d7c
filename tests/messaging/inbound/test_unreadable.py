"""Events that their messenger's adapter can't read: no event is lost or shown, and none delays others."""

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
from anninh_core.app.doctor.app_checks import check_unreadable_events
from anninh_core.kernel.errors import BadInput, BadSignature, StorageError, TooManyRequests
from anninh_core.messaging.inbound.intake import Accepted, Intake
from anninh_core.ports.health import Level
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import InboxRow, InboxState
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.signed_webhook import SIGNATURE, sign_body
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, InboundMessage, Place, WebhookRequest

__all__ = ["empty_database", "empty_file"]

POISON = "Cướp có dao ở xóm 4"
AN = "Thử Văn An"
DAY = timedelta(days=1)
SURPRISES = (KeyError, BadInput, RecursionError, MemoryError, ZeroDivisionError)


def sign_request(chat: MockChat, body: bytes) -> WebhookRequest:
    return WebhookRequest(body, ((SIGNATURE, sign_body(chat.secret, body)),))


def write_message(chat: MockChat, text: str, name: str = AN) -> WebhookRequest:
    """Let a person write a text, and return the webhook request that the platform sends."""
    chat.says(chat.person(name), text)
    return list(chat.webhooks())[-1]


def list_inbox_rows(app: App, *states: InboxState) -> Sequence[InboxRow]:
    return app.internals.context.storage.queues.inbox(states or tuple(InboxState), limit=1000)


def retry_until_settled(app: App, clock: FixedClock) -> None:
    """Let the worker retry until no event is pending."""
    for _ in range(8):
        app.worker.drain()
        clock.advance(timedelta(minutes=1))
    assert not list_inbox_rows(app, InboxState.NEW, InboxState.CLAIMED)


Breaks = Callable[[Exception], Callable[[], None]]


@pytest.fixture
def break_parser(monkeypatch: pytest.MonkeyPatch) -> Breaks:
    """Return a function that makes the adapter's `parse` raise for texts with `POISON`, and returns a function to
    repair it.
    """
    original = MockMessenger.parse

    def make_parse_fail(error: Exception) -> Callable[[], None]:
        def parse_or_fail(self: MockMessenger, body: bytes) -> object:
            if POISON in json.loads(body).get("text", ""):
                raise error
            return original(self, body)

        monkeypatch.setattr(MockMessenger, "parse", parse_or_fail)
        return lambda: monkeypatch.setattr(MockMessenger, "parse", original)

    return make_parse_fail


@pytest.mark.parametrize("surprise", SURPRISES)
def test_event_is_stored_if_parse_raises(
    app: App, chat: MockChat, break_parser: Breaks, surprise: type[Exception]
) -> None:
    """If `parse` raises any error, the event is acknowledged and stored encrypted, and a redelivery of it counts
    once.
    """
    break_parser(surprise("hỏng"))
    request = write_message(chat, POISON)
    assert [app.intake.accept("oa", request) for _ in range(2)] == [Accepted.STORED, Accepted.SEEN_BEFORE]
    (row,) = list_inbox_rows(app, InboxState.NEW)
    assert (row.source, row.conversation) == ("oa", "")
    assert b"dao" not in row.body


@pytest.mark.parametrize("surprise", SURPRISES)
def test_body_hash_replaces_missing_dedupe_key(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, surprise: type[Exception]
) -> None:
    """If `dedupe_key` raises, events are deduplicated by the hash of their body and processed as usual."""

    def raise_key_error(*_: object) -> str:
        raise surprise("hỏng")

    monkeypatch.setattr(MockMessenger, "dedupe_key", raise_key_error)
    first, second = write_message(chat, THEFT), write_message(chat, "alo")
    endings = app.intake.accept_all([("oa", request) for request in (first, second, first)])
    assert endings == [Accepted.STORED, Accepted.STORED, Accepted.SEEN_BEFORE]
    app.worker.drain()
    assert len(list_inbox_rows(app, InboxState.DONE)) == 2


@pytest.mark.parametrize("key", ["", "\ud800"])
def test_unusable_dedupe_key_is_ignored(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Events with a deduplication key that is empty or can't be stored are deduplicated by their body."""
    monkeypatch.setattr(MockMessenger, "dedupe_key", lambda *_: key)
    first, second = write_message(chat, THEFT), write_message(chat, "alo")
    assert app.intake.accept_all([("oa", first), ("oa", second)]) == [Accepted.STORED, Accepted.STORED]


@pytest.mark.parametrize(
    "parts",
    [None, [None], [{"text": "alo"}], [InboundMessage], "alo"],
    ids=["none", "a list of none", "a dictionary", "a class", "text"],
)
def test_invalid_parse_result_becomes_a_failure(
    app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, parts: object
) -> None:
    """If `parse` returns something other than events, the request becomes a failure, and the others are processed."""
    original = MockMessenger.parse
    monkeypatch.setattr(
        MockMessenger, "parse", lambda self, body: parts if POISON in json.loads(body)["text"] else original(self, body)
    )
    for request in (write_message(chat, POISON), write_message(chat, THEFT, "Thử Thị Bình")):
        app.intake.accept("oa", request)
    retry_until_settled(app, clock)
    (row,) = list_inbox_rows(app, InboxState.FAILED)
    assert row.error == "unreadable: TypeError"
    assert len(list_inbox_rows(app, InboxState.DONE)) == 1


def test_unstorable_address_becomes_a_failure(
    app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event with an address that can't be stored becomes a failure, and the others are processed."""
    original = MockMessenger.parse

    def parse_invalid_address(self: MockMessenger, body: bytes) -> Sequence[object]:
        parts = original(self, body)
        address = Address("oa", Place.PERSON, "\ud800")
        return [
            evolve(part, conversation=address, sender=address)
            if isinstance(part, InboundMessage) and POISON in part.text
            else part
            for part in parts
        ]

    monkeypatch.setattr(MockMessenger, "parse", parse_invalid_address)
    requests = [("oa", write_message(chat, POISON)), ("oa", write_message(chat, THEFT, "Thử Thị Bình"))]
    assert app.intake.accept_all(requests) == [Accepted.STORED, Accepted.STORED]
    retry_until_settled(app, clock)
    assert [row.error for row in list_inbox_rows(app, InboxState.FAILED)] == ["unreadable: UnicodeEncodeError"]
    assert len(list_inbox_rows(app, InboxState.DONE)) == 1


def test_refused_event_is_stored_without_details(
    app: App, chat: MockChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that the storage refuses is stored without conversation and key; the other events of the commit stay
    unchanged.
    """
    original_commit = app.internals.context.storage.commit
    request = write_message(chat, POISON)
    refused = app.intake.build_row("oa", request.body, app.intake.messenger("oa").dedupe_key(request)).dedupe

    def refuse_first_commit(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(row.dedupe == refused for change in changes for row in change.inbox):
            raise BadInput("a value of the wrong type")
        return original_commit(changes)

    monkeypatch.setattr(app.internals.context.storage, "commit", refuse_first_commit)
    batch = [("oa", write_message(chat, THEFT)), ("oa", request), ("oa", request)]
    assert app.intake.accept_all(batch) == [Accepted.STORED, Accepted.STORED, Accepted.SEEN_BEFORE]
    retry_until_settled(app, clock)
    assert len(list_inbox_rows(app, InboxState.DONE)) == 2


def test_unsigned_request_is_refused(app: App, chat: MockChat, break_parser: Breaks) -> None:
    """An unsigned request is refused, whether or not it can be read."""
    break_parser(KeyError("text"))
    with pytest.raises(BadSignature):
        app.intake.accept("oa", WebhookRequest(write_message(chat, POISON).body))
    assert list_inbox_rows(app) == []


def test_unreadable_event_delays_no_conversation(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, break_parser: Breaks
) -> None:
    """Other messages of the sender are processed without delay, since an unreadable event has no conversation."""
    break_parser(KeyError("text"))
    requests = [write_message(chat, "alo"), write_message(chat, POISON), write_message(chat, THEFT)]
    assert app.intake.accept_all([("oa", request) for request in requests]) == [Accepted.STORED] * 3
    app.worker.drain()
    dialog.hears(AN, "Mã tiếp nhận")
    assert len(list_inbox_rows(app, InboxState.DONE)) == 2


def test_failure_reveals_no_text(
    app: App, chat: MockChat, clock: FixedClock, break_parser: Breaks, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure has the time, the messenger and the error's class; no failure, journal or log has the event's
    text.
    """
    caplog.set_level(logging.DEBUG)
    break_parser(KeyError(POISON))
    app.intake.accept("oa", write_message(chat, POISON))
    came_at = clock.now()
    retry_until_settled(app, clock)
    (failure,) = app.failures.troubles(UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "board_admin"))
    assert (failure.direction, failure.state, failure.messenger) == ("in", "failed", "oa")
    assert (failure.since, failure.reason) == (came_at, "unreadable: KeyError")
    assert failure.safe_actions == ("rerun", "give-up")
    texts = [repr(failure), repr(failure.to_view()), repr(journal(app)), caplog.text]
    assert [text for text in texts if "dao" in text] == []


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def capped_app(request: pytest.FixtureRequest, chat: MockChat, clock: FixedClock, tmp_path: Path) -> Iterator[App]:
    """An app on each storage, with a limit of three unreadable events per messenger and day."""
    district = load_profile("hoa_lu_2021")
    delivery = evolve(district.delivery, unreadable_per_day=3)
    with (
        open_storage(request, tmp_path) as storage,
        memory_app(chat, clock=clock, storage=storage, district=evolve(district, delivery=delivery)) as app,
    ):
        yield app


def test_repaired_adapter_processes_event_once(
    capped_app: App, chat: MockChat, clock: FixedClock, break_parser: Breaks
) -> None:
    """After the adapter is repaired, an unreadable event that a person has processed again counts once."""
    app = capped_app
    mend = break_parser(KeyError("text"))
    request = write_message(chat, POISON)
    came_at = clock.now()
    app.intake.accept("oa", request)
    retry_until_settled(app, clock)
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


def test_redelivery_with_dedupe_key_gives_one_tip(
    app: App, chat: MockChat, break_parser: Breaks, monkeypatch: pytest.MonkeyPatch, handler: Actor
) -> None:
    """An event that was stored without its deduplication key and redelivered with it gives two rows but one tip, since
    the message's id is the same.
    """
    mend = break_parser(KeyError("text"))
    request = write_message(chat, POISON)
    with monkeypatch.context() as patch:
        patch.setattr(MockMessenger, "dedupe_key", lambda *_: 1 / 0)
        app.intake.accept("oa", request)
    mend()
    assert app.intake.accept("oa", request) is Accepted.STORED
    app.worker.drain()
    assert len(app.tips.list(handler).items) == 1


def test_unreadable_events_are_limited_per_day(
    capped_app: App, chat: MockChat, clock: FixedClock, break_parser: Breaks
) -> None:
    """Above the day's limit further unreadable events are refused until the next day, so that the platform redelivers
    them; readable events are accepted.
    """
    app = capped_app
    break_parser(KeyError("text"))
    unreadable = [("oa", write_message(chat, f"{POISON} {number}")) for number in range(5)]
    endings = app.intake.accept_all([unreadable[0], unreadable[0], *unreadable[1:], ("oa", write_message(chat, THEFT))])
    assert endings[:2] == [Accepted.STORED, Accepted.SEEN_BEFORE]
    assert [type(ending) for ending in endings[2:]] == [Accepted, Accepted, TooManyRequests, TooManyRequests, Accepted]
    with pytest.raises(
        TooManyRequests, match="'oa' reached today's limit of 3 unreadable events: send this event later"
    ):
        app.intake.accept(*unreadable[4])
    assert app.intake.accept("oa", write_message(chat, THEFT)) is Accepted.STORED
    assert len(list_inbox_rows(app)) == 5
    clock.advance(DAY)
    assert app.intake.accept(*unreadable[4]) is Accepted.STORED


@pytest.mark.parametrize("note", [b"", b"\xff", b"2021-09-01 x", b"2021-09-01 99999999999999999999"])
def test_damaged_counter_restarts(app: App, chat: MockChat, break_parser: Breaks, note: bytes) -> None:
    """A damaged counter of unreadable events restarts from zero, without an error for events or for the check."""
    break_parser(KeyError("text"))
    app.internals.context.storage.states.put("unreadable", "oa", note, 0)
    assert app.intake.accept("oa", write_message(chat, POISON)) is Accepted.STORED
    (check,) = check_unreadable_events(app)
    assert "couldn't read 1 of today's events" in check.what


def test_fetched_events_are_never_refused(capped_app: App, chat: MockChat, clock: FixedClock) -> None:
    """Fetched events are never refused, since they can't be redelivered, but they count towards the limit."""
    assert capped_app.intake.store_fetched("oa", [b"1", b"2", b"3", b"4", b"4"]) == 4
    with pytest.raises(TooManyRequests):
        capped_app.intake.accept("oa", sign_request(chat, b"5"))


def test_limit_counts_per_messenger(chat: MockChat, clock: FixedClock, break_parser: Breaks) -> None:
    """Each messenger has its own limit of unreadable events."""
    district = load_profile("hoa_lu_2021")
    capped = evolve(district, delivery=evolve(district.delivery, unreadable_per_day=1))
    break_parser(KeyError("text"))
    with memory_app(chat, clock=clock, district=capped, messengers={"in": MockMessenger.on(chat, "in")}) as app:
        requests = [write_message(chat, f"{POISON} {number}") for number in range(2)]
        endings = app.intake.accept_all([(name, request) for name in ("oa", "in") for request in requests])
    assert [type(ending) for ending in endings] == [Accepted, TooManyRequests] * 2


def test_failing_storage_acknowledges_nothing(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, break_parser: Breaks
) -> None:
    """An event that isn't stored isn't acknowledged, whether or not it can be read."""

    def raise_storage_error(*_: object) -> Sequence[Outcome]:
        raise StorageError("the disk is full")

    break_parser(KeyError("text"))
    requests = [("oa", write_message(chat, POISON)), ("oa", write_message(chat, THEFT))]
    # This event creates today's key in advance, so that the commit that fails is the commit of the events.
    app.intake.accept_all([("oa", write_message(chat, "alo"))])
    with monkeypatch.context() as patch:
        patch.setattr(app.internals.context.storage, "commit", raise_storage_error)
        assert [type(ending) for ending in app.intake.accept_all(requests)] == [StorageError, StorageError]
    with monkeypatch.context() as patch:
        patch.setattr(type(app.internals.context.storage.states), "get", raise_storage_error)
        assert [type(ending) for ending in app.intake.accept_all(requests)] == [StorageError, Accepted]


def test_check_shows_unreadable_events(
    capped_app: App, chat: MockChat, clock: FixedClock, break_parser: Breaks
) -> None:
    """The check is fine without unreadable events, warns about some, reports a problem at the limit, and is fine again
    the next day.
    """
    break_parser(KeyError("text"))
    levels = []
    for number in range(4):
        (check,) = check_unreadable_events(capped_app)
        levels.append(check.level)
        if number < 3:
            capped_app.intake.accept("oa", write_message(chat, f"{POISON} {number}"))
    assert levels == [Level.OK, Level.WARNING, Level.WARNING, Level.PROBLEM]
    clock.advance(DAY)
    (check,) = check_unreadable_events(capped_app)
    assert check.level is Level.OK


def test_failing_note_loses_no_event(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event is stored even if `note_webhook` raises."""
    monkeypatch.setattr(MockMessenger, "note_webhook", lambda *_: 1 / 0, raising=False)
    intake = Intake(app.internals.runner, app.internals.services.conversations, app.internals.messengers)
    assert intake.accept("oa", write_message(chat, THEFT)) is Accepted.STORED


class BundlingMessenger(MockMessenger):
    """A messenger that gets several events in one request, as a JSON list."""

    def split(self, body: bytes) -> Sequence[bytes]:
        events = json.loads(body)
        return [json.dumps(event).encode() for event in events] if isinstance(events, list) else [body]


@pytest.fixture
def bundling_app(chat: MockChat, clock: FixedClock) -> Iterator[App]:
    """An app with a messenger `in` that gets several events in one request."""
    with memory_app(chat, clock=clock, messengers={"in": BundlingMessenger.on(chat, "in")}) as app:
        yield app


def bundle_requests(chat: MockChat, *requests: WebhookRequest) -> WebhookRequest:
    return sign_request(chat, json.dumps([json.loads(request.body) for request in requests]).encode())


def test_unreadable_part_delays_no_other(
    bundling_app: App, chat: MockChat, clock: FixedClock, break_parser: Breaks
) -> None:
    """Each event of a request is stored on its own, so that an unreadable one delays no other, and each counts once."""
    app = bundling_app
    break_parser(KeyError("text"))
    first = write_message(chat, THEFT)
    request = bundle_requests(chat, first, write_message(chat, POISON), write_message(chat, THEFT, "Thử Thị Bình"))
    assert [app.intake.accept("in", request) for _ in range(2)] == [Accepted.STORED, Accepted.SEEN_BEFORE]
    assert app.intake.accept("in", first) is Accepted.SEEN_BEFORE
    retry_until_settled(app, clock)
    assert [row.error for row in list_inbox_rows(app, InboxState.FAILED)] == ["unreadable: KeyError"]
    assert len(list_inbox_rows(app, InboxState.DONE)) == 2
    assert app.intake.accept("in", bundle_requests(chat, first, write_message(chat, "nữa"))) is Accepted.STORED


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b"[1, {}]"])
def test_unsplittable_request_is_stored(bundling_app: App, chat: MockChat, body: bytes) -> None:
    """A request that can't be split is stored whole or in part."""
    assert bundling_app.intake.accept("in", sign_request(chat, body)) is Accepted.STORED
    assert list_inbox_rows(bundling_app) != []


def test_partly_refused_request_is_redelivered(chat: MockChat, clock: FixedClock, break_parser: Breaks) -> None:
    """Above the limit the readable events of a request are stored and the request is refused, so that the others are
    redelivered.
    """
    district = load_profile("hoa_lu_2021")
    capped = evolve(district, delivery=evolve(district.delivery, unreadable_per_day=1))
    break_parser(KeyError("text"))
    with memory_app(chat, clock=clock, district=capped, messengers={"in": BundlingMessenger.on(chat, "in")}) as app:
        app.intake.accept("in", write_message(chat, f"{POISON} 0"))
        request = bundle_requests(chat, write_message(chat, THEFT), write_message(chat, POISON))
        with pytest.raises(TooManyRequests):
            app.intake.accept("in", request)
        assert len(list_inbox_rows(app)) == 2
        clock.advance(DAY)
        assert app.intake.accept("in", request) is Accepted.STORED
        assert len(list_inbox_rows(app)) == 3
