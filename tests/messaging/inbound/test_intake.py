"""The intake of webhook requests."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput, BadSignature, NotFound, StorageError, TooLarge
from anninh_core.messaging.inbound.intake import BODY_LIMIT, Accepted, Intake
from anninh_core.messaging.inbound.reading import hash_body
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import FixedClock, MockChat, MockMessenger
from anninh_core.testing.mock.signed_webhook import SIGNATURE, sign_body
from anninh_core.vocabulary.messages import WebhookRequest


def sign_request(chat: MockChat, body: bytes) -> WebhookRequest:
    return WebhookRequest(body, ((SIGNATURE, sign_body(chat.secret, body)),))


def build_event(chat: MockChat, text: str = "alo") -> WebhookRequest:
    chat.says(chat.person("Thử Văn An"), text)
    return next(iter(chat.webhooks()))


def test_an_event_is_stored_before_it_is_acknowledged(app: App, chat: MockChat) -> None:
    """An accepted event is in the inbox before it is acknowledged, and encrypted."""
    assert app.intake.accept("oa", build_event(chat, "có trộm ở xóm 2")) is Accepted.STORED
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    assert row.source == "oa"
    assert "trộm".encode() not in row.body
    assert row.conversation.startswith("oa.")


def test_redelivered_event_is_stored_once(app: App, chat: MockChat) -> None:
    """A redelivered event is acknowledged as such and stored once."""
    request = build_event(chat)
    assert [app.intake.accept("oa", request) for _ in range(3)] == [
        Accepted.STORED,
        Accepted.SEEN_BEFORE,
        Accepted.SEEN_BEFORE,
    ]
    app.worker.drain()
    assert app.intake.accept("oa", request) is Accepted.SEEN_BEFORE
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 1


def test_unsigned_requests_are_refused(app: App, chat: MockChat) -> None:
    """A wrong signature, an altered body and a missing signature are refused, and nothing is stored."""
    body = build_event(chat).body
    forged = [
        WebhookRequest(body),
        WebhookRequest(body, ((SIGNATURE, "sha256=00"),)),
        WebhookRequest(body + b" ", ((SIGNATURE, sign_body(chat.secret, body)),)),
    ]
    for request in forged:
        with pytest.raises(BadSignature, match="'oa' has no valid signature"):
            app.intake.accept("oa", request)
    assert app.internals.context.storage.queues.depth() == {}


def test_oversized_body_is_refused(app: App, chat: MockChat) -> None:
    """A body over the limit is refused without verification, and a body of exactly the limit is accepted."""
    with pytest.raises(TooLarge, match="524,289 bytes: at most 524,288 bytes are accepted"):
        app.intake.accept("oa", WebhookRequest(b"x" * (BODY_LIMIT + 1)))
    assert app.intake.accept("oa", sign_request(chat, b"x" * BODY_LIMIT)) is Accepted.STORED
    with pytest.raises(TooLarge, match="524,289 bytes: at most 524,288"):
        app.intake.build_row("oa", b"x" * (BODY_LIMIT + 1), "d")


def test_signed_body_without_event_is_stored(app: App, chat: MockChat) -> None:
    """A signed body that is no event is stored for a person; if a person entered the body, it is refused."""
    for body in (b"", b"[]", b"{}", "không phải JSON".encode()):
        assert app.intake.accept("oa", sign_request(chat, body)) is Accepted.STORED
        with pytest.raises(BadInput, match="The body isn't an event of the mock chat"):
            app.intake.build_row("oa", body, "d")
    assert app.internals.context.storage.queues.depth() == {"inbox.new": 4}


def test_unknown_messenger_is_refused(app: App) -> None:
    """A request to a messenger that isn't configured is refused, and the error names the configured ones."""
    with pytest.raises(NotFound, match=r"'zalo' isn't in the settings\. Configured messengers: oa"):
        app.intake.accept("zalo", WebhookRequest(b"{}"))


def test_deduplication_value_is_a_keyed_hash(app: App, chat: MockChat) -> None:
    """The value that detects redelivered events is a keyed hash, so that with the database file alone texts can't be
    guessed and a platform's event can't be looked up.
    """
    request = build_event(chat)
    app.intake.accept("oa", request)
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    assert row.dedupe != app.intake.messenger("oa").dedupe_key(request)
    assert row.dedupe == app.intake.build_row("oa", request.body, app.intake.messenger("oa").dedupe_key(request)).dedupe


def test_each_request_of_a_batch_gets_its_outcome(app: App, chat: MockChat) -> None:
    """Each request of a batch gets its own outcome, and the valid ones are stored in one commit, in order."""
    for text in ("một", "hai"):
        chat.says(chat.person("Thử Văn An"), text)
    requests = list(chat.webhooks())
    batch = [
        ("oa", requests[0]),
        ("zalo", requests[0]),
        ("oa", WebhookRequest(requests[0].body)),
        ("oa", sign_request(chat, b"{}")),
        ("oa", requests[1]),
        ("oa", requests[0]),
    ]
    endings = app.intake.accept_all(batch)
    assert [ending if isinstance(ending, Accepted) else type(ending) for ending in endings] == [
        *(Accepted.STORED, NotFound, BadSignature, Accepted.STORED, Accepted.STORED, Accepted.SEEN_BEFORE)
    ]
    assert len(app.internals.context.storage.queues.inbox((InboxState.NEW,))) == 3
    assert app.intake.accept_all([]) == []


def test_unstorable_event_harms_no_other(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the storage refuses one event of a batch, the other events are still stored."""
    for text in ("một", "hai", "ba"):
        chat.says(chat.person("Thử Văn An"), text)
    requests = list(chat.webhooks())
    original_commit = app.internals.context.storage.commit
    keys = (app.intake.messenger("oa").dedupe_key(requests[1]), hash_body(requests[1].body))
    refused = {app.intake.build_row("oa", requests[1].body, key).dedupe for key in keys}

    def refuse_one_event(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(row.dedupe in refused for change in changes for row in change.inbox):
            raise BadInput("a value of the wrong type")
        return original_commit(changes)

    monkeypatch.setattr(app.internals.context.storage, "commit", refuse_one_event)
    first, second, third = app.intake.accept_all([("oa", request) for request in requests])
    assert (first, third) == (Accepted.STORED, Accepted.STORED)
    assert isinstance(second, BadInput)


def test_failing_storage_is_called_once(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the storage fails, it is called once for the batch, and every valid request gets that error."""
    sizes = list[int]()

    def count_and_fail(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        sizes.append(len(changes))
        raise StorageError("the disk is full")

    chat.says(chat.person("Thử Văn An"), "alo")
    batch = [("oa", build_event(chat)), ("oa", build_event(chat, "nữa"))]
    # This call creates today's key in advance, so that only the commit of the events is counted.
    app.intake.build_row("oa", batch[0][1].body, "d")
    monkeypatch.setattr(app.internals.context.storage, "commit", count_and_fail)
    endings = app.intake.accept_all([*batch, ("oa", WebhookRequest(b"{}"))])
    assert [type(ending) for ending in endings] == [StorageError, StorageError, BadSignature]
    assert sizes == [2]


def test_fetched_event_is_stored_once(app: App, chat: MockChat) -> None:
    """An event counts once, whether the messenger fetched it or received it, or both."""
    for text in ("có trộm ở xóm 2", "ở gần cầu"):
        chat.says(chat.person("Thử Văn An"), text)
    first, second = chat.webhooks()
    assert app.intake.store_fetched("oa", [first.body, second.body, first.body]) == 2
    assert app.intake.store_fetched("oa", [first.body]) == 0
    assert app.intake.accept("oa", second) is Accepted.SEEN_BEFORE
    app.worker.drain()
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 2


def test_unreadable_fetched_event_becomes_a_failure(app: App, chat: MockChat, clock: FixedClock) -> None:
    """A fetched event that can't be parsed becomes a failure, and doesn't delay the others."""
    assert app.intake.store_fetched("oa", [b"?", build_event(chat).body, b"?"]) == 2
    for _ in range(10):
        app.worker.drain()
        clock.advance(timedelta(minutes=1))
    depth = app.internals.context.storage.queues.depth()
    assert (depth["inbox.done"], depth["inbox.failed"]) == (1, 1)


def test_failing_storage_raises_for_fetched_events(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the storage fails, storing fetched events raises, so that they can be stored later."""
    body = build_event(chat).body
    with monkeypatch.context() as patch:

        def raise_storage_error(_change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
            raise StorageError("the disk is full")

        patch.setattr(app.internals.context.storage, "commit", raise_storage_error)
        with pytest.raises(StorageError):
            app.intake.store_fetched("oa", [body])
    assert app.intake.store_fetched("oa", [body]) == 1
    with pytest.raises(NotFound, match=r"'zalo' isn't in the settings\. Configured messengers: oa"):
        app.intake.store_fetched("zalo", [body])


def test_only_verified_requests_are_noted(chat: MockChat, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A messenger is notified of a webhook request only after its signature was verified."""
    bodies: list[bytes] = []
    monkeypatch.setattr(MockMessenger, "note_webhook", lambda _, request: bodies.append(request.body), raising=False)
    intake = Intake(app.internals.runner, app.internals.services.conversations, app.internals.messengers)
    request = build_event(chat)
    with pytest.raises(BadSignature):
        intake.accept("oa", WebhookRequest(request.body + b" ", request.headers))
    assert bodies == []
    intake.accept("oa", request)
    assert bodies == [request.body]
