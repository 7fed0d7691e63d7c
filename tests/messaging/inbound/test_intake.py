"""The door."""

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
from anninh_core.testing.mock.signed_webhook import SIGNATURE, signature
from anninh_core.vocabulary.messages import WebhookRequest


def signed(chat: MockChat, body: bytes) -> WebhookRequest:
    return WebhookRequest(body, ((SIGNATURE, signature(chat.secret, body)),))


def event(chat: MockChat, text: str = "alo") -> WebhookRequest:
    chat.says(chat.person("Thử Văn An"), text)
    return next(iter(chat.webhooks()))


def test_an_event_is_stored_before_it_is_acknowledged(app: App, chat: MockChat) -> None:
    """What was accepted lies in the inbox, sealed: the words stand nowhere in clear."""
    assert app.intake.accept("oa", event(chat, "có trộm ở xóm 2")) is Accepted.STORED
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    assert row.source == "oa"
    assert "trộm".encode() not in row.body
    assert row.conversation.startswith("oa.")


def test_the_same_event_counts_once(app: App, chat: MockChat) -> None:
    """A platform that delivers twice is told so, and nothing is stored twice."""
    request = event(chat)
    assert [app.intake.accept("oa", request) for _ in range(3)] == [
        Accepted.STORED,
        Accepted.SEEN_BEFORE,
        Accepted.SEEN_BEFORE,
    ]
    app.worker.drain()
    assert app.intake.accept("oa", request) is Accepted.SEEN_BEFORE
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 1


def test_nothing_unsigned_comes_in(app: App, chat: MockChat) -> None:
    """A wrong signature, an altered body and no signature are refused, and nothing is stored."""
    body = event(chat).body
    forged = [
        WebhookRequest(body),
        WebhookRequest(body, ((SIGNATURE, "sha256=00"),)),
        WebhookRequest(body + b" ", ((SIGNATURE, signature(chat.secret, body)),)),
    ]
    for request in forged:
        with pytest.raises(BadSignature, match="'oa' has no valid signature"):
            app.intake.accept("oa", request)
    assert app.internals.context.storage.queues.depth() == {}


def test_too_much_is_refused(app: App, chat: MockChat) -> None:
    """A body over the limit is not even verified; one of exactly the limit is."""
    with pytest.raises(TooLarge, match="524,289 bytes: at most 524,288 bytes are accepted"):
        app.intake.accept("oa", WebhookRequest(b"x" * (BODY_LIMIT + 1)))
    assert app.intake.accept("oa", signed(chat, b"x" * BODY_LIMIT)) is Accepted.STORED
    with pytest.raises(TooLarge, match="524,289 bytes: at most 524,288"):
        app.intake.build_row("oa", b"x" * (BODY_LIMIT + 1), "d")


def test_what_is_no_event_is_stored(app: App, chat: MockChat) -> None:
    """A signed body that this messenger never sends is kept for a person; pasted by a person, it is refused."""
    for body in (b"", b"[]", b"{}", "không phải JSON".encode()):
        assert app.intake.accept("oa", signed(chat, body)) is Accepted.STORED
        with pytest.raises(BadInput, match="The body isn't an event of the mock chat"):
            app.intake.build_row("oa", body, "d")
    assert app.internals.context.storage.queues.depth() == {"inbox.new": 4}


def test_an_unknown_messenger_is_named(app: App) -> None:
    """Who posts to a path that isn't configured hears which ones are."""
    with pytest.raises(NotFound, match=r"'zalo' isn't in the settings\. Configured messengers: oa"):
        app.intake.accept("zalo", WebhookRequest(b"{}"))


def test_what_tells_events_apart_is_hashed_with_a_key(app: App, chat: MockChat) -> None:
    """Nobody with the file alone can try words against a paste's digest, or look a platform's event up."""
    request = event(chat)
    app.intake.accept("oa", request)
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    assert row.dedupe != app.intake.messenger("oa").dedupe_key(request)
    assert row.dedupe == app.intake.build_row("oa", request.body, app.intake.messenger("oa").dedupe_key(request)).dedupe


def test_events_that_come_together(app: App, chat: MockChat) -> None:
    """Each of them has its own ending; what is sound is stored in one commit, in the order it came."""
    for text in ("một", "hai"):
        chat.says(chat.person("Thử Văn An"), text)
    sound = list(chat.webhooks())
    together = [
        ("oa", sound[0]),
        ("zalo", sound[0]),
        ("oa", WebhookRequest(sound[0].body)),
        ("oa", signed(chat, b"{}")),
        ("oa", sound[1]),
        ("oa", sound[0]),
    ]
    endings = app.intake.accept_all(together)
    assert [ending if isinstance(ending, Accepted) else type(ending) for ending in endings] == [
        *(Accepted.STORED, NotFound, BadSignature, Accepted.STORED, Accepted.STORED, Accepted.SEEN_BEFORE)
    ]
    assert len(app.internals.context.storage.queues.inbox((InboxState.NEW,))) == 3
    assert app.intake.accept_all([]) == []


def test_an_event_that_no_storage_takes_harms_no_other(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that lets the shared commit fail, however it is stored, is found out; the others are stored."""
    for text in ("một", "hai", "ba"):
        chat.says(chat.person("Thử Văn An"), text)
    requests = list(chat.webhooks())
    taken = app.internals.context.storage.commit
    keys = (app.intake.messenger("oa").dedupe_key(requests[1]), hash_body(requests[1].body))
    odd = {app.intake.build_row("oa", requests[1].body, key).dedupe for key in keys}

    def commit(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if any(row.dedupe in odd for change in changes for row in change.inbox):
            raise BadInput("a value of the wrong type")
        return taken(changes)

    monkeypatch.setattr(app.internals.context.storage, "commit", commit)
    first, second, third = app.intake.accept_all([("oa", request) for request in requests])
    assert (first, third) == (Accepted.STORED, Accepted.STORED)
    assert isinstance(second, BadInput)


def test_a_storage_in_trouble_takes_nothing(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked once for all; everybody hears why, but for those whose event was unsound anyway."""
    asked = list[int]()

    def commit(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
        asked.append(len(changes))
        raise StorageError("the disk is full")

    chat.says(chat.person("Thử Văn An"), "alo")
    sound = [("oa", event(chat)), ("oa", event(chat, "nữa"))]
    app.intake.build_row("oa", sound[0][1].body, "d")  # today's key is there
    monkeypatch.setattr(app.internals.context.storage, "commit", commit)
    endings = app.intake.accept_all([*sound, ("oa", WebhookRequest(b"{}"))])
    assert [type(ending) for ending in endings] == [StorageError, StorageError, BadSignature]
    assert asked == [2]


def test_what_was_fetched_is_kept_once(app: App, chat: MockChat) -> None:
    """Events without a signature that the messenger fetched itself: each counts once, by whichever way it came."""
    for text in ("có trộm ở xóm 2", "ở gần cầu"):
        chat.says(chat.person("Thử Văn An"), text)
    first, second = chat.webhooks()
    assert app.intake.store_fetched("oa", [first.body, second.body, first.body]) == 2
    assert app.intake.store_fetched("oa", [first.body]) == 0
    assert app.intake.accept("oa", second) is Accepted.SEEN_BEFORE
    app.worker.drain()
    assert app.internals.context.storage.queues.depth()["inbox.done"] == 2


def test_what_was_fetched_and_not_understood_finds_a_person(app: App, chat: MockChat, clock: FixedClock) -> None:
    """Nobody can fetch it again: it doesn't hold the others up, and ends on the failure desk."""
    assert app.intake.store_fetched("oa", [b"?", event(chat).body, b"?"]) == 2
    for _ in range(10):
        app.worker.drain()
        clock.advance(timedelta(minutes=1))
    depth = app.internals.context.storage.queues.depth()
    assert (depth["inbox.done"], depth["inbox.failed"]) == (1, 1)


def test_what_was_fetched_waits_for_the_storage(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fetched it is told that it isn't kept yet."""
    body = event(chat).body
    with monkeypatch.context() as broken:

        def fail(_change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
            raise StorageError("the disk is full")

        broken.setattr(app.internals.context.storage, "commit", fail)
        with pytest.raises(StorageError):
            app.intake.store_fetched("oa", [body])
    assert app.intake.store_fetched("oa", [body]) == 1
    with pytest.raises(NotFound, match=r"'zalo' isn't in the settings\. Configured messengers: oa"):
        app.intake.store_fetched("zalo", [body])


def test_only_a_genuine_request_is_noted(chat: MockChat, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a messenger remembers of its webhook is told by the intake, after the signature was found to fit."""
    noted: list[bytes] = []
    monkeypatch.setattr(MockMessenger, "note_webhook", lambda _, request: noted.append(request.body), raising=False)
    intake = Intake(app.internals.runner, app.internals.services.conversations, app.internals.messengers)
    request = event(chat)
    with pytest.raises(BadSignature):
        intake.accept("oa", WebhookRequest(request.body + b" ", request.headers))
    assert noted == []
    intake.accept("oa", request)
    assert noted == [request.body]
