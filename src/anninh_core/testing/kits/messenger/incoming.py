"""Rules of the messenger kit about incoming events."""

import unicodedata

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.queues import PENDING
from anninh_core.testing.apps import memory_app
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    HARD_TEXTS,
    NFD,
    PLAIN,
    MessengerBench,
    parse_one_message,
    require_ability,
    require_outside,
)
from anninh_core.testing.kits.messenger.outside import Outside
from anninh_core.vocabulary.messages import Place, WebhookRequest

GARBAGE = {
    "array": b"[[[[",
    "binary": bytes(range(256)),
    "empty": b"",
    "html": b"<html>502 Bad Gateway</html>",
    "null": b"null",
    "number": b"12",
    "object": b"{}",
    "torn": b'{"event":"message","id":"',
}
ODD_HEADERS = (("X-Signature", "\x00\udc80"), ("", ""), ("X-Signature", "sha256=" + "f" * 10_000))


def _shorten_header_values(request: WebhookRequest) -> list[str]:
    """Return the values of a request's headers without their last character."""
    return [value[:-1] for _, value in request.headers]


class MessengerIncoming(MessengerBench, ConformanceKit, kit=True):
    """Rules that webhook requests are verified, deduplicated and parsed."""

    def test_verify_genuine(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-50 A request of the platform is verified, with header names in any case."""
        require_ability(messenger, "webhook")
        request = require_outside(outside).incoming(PLAIN)
        upper_case = evolve(request, headers=tuple((name.upper(), value) for name, value in request.headers))
        assert messenger.verify(request)
        assert messenger.verify(upper_case)

    def test_verify_tampered(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-51 A request with an altered body is not verified, if the platform signs bodies."""
        require_ability(messenger, "signed_webhook")
        request = require_outside(outside).incoming(PLAIN)
        # The genuine request is verified first, as it must not make another body verified.
        assert messenger.verify(request)
        assert not messenger.verify(evolve(request, body=request.body + b" "))
        assert not messenger.verify(evolve(request, body=b""))

    def test_verify_headers(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-52 A request with the headers of another request is not verified, if the platform signs bodies."""
        require_ability(messenger, "signed_webhook")
        platform_side = require_outside(outside)
        first, second = platform_side.incoming(PLAIN), platform_side.incoming(NFD)
        assert not messenger.verify(evolve(first, headers=second.headers))

    def test_verify_without_headers(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-59 A request without headers, or with empty, shortened or other values in them, is not verified."""
        request = require_outside(outside).incoming(PLAIN)
        for altered in ("", " ", "x", *_shorten_header_values(request)):
            assert not messenger.verify(evolve(request, headers=tuple((name, altered) for name, _ in request.headers)))
        assert not messenger.verify(evolve(request, headers=()))

    def test_verify_nobody(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-112 A messenger without a webhook verifies no request: otherwise any caller could write messages."""
        if messenger.capabilities.can("webhook"):
            pytest.skip("the messenger is called by its platform")
        assert not messenger.verify(require_outside(outside).incoming(PLAIN))

    @pytest.mark.parametrize("name", GARBAGE)
    def test_verify_garbage(self, messenger: Messenger, name: str) -> None:
        """M-53 Garbage is not verified, and verifying it never raises."""
        assert not messenger.verify(WebhookRequest(GARBAGE[name], ODD_HEADERS))

    @pytest.mark.parametrize("name", GARBAGE)
    def test_garbage_is_refused(self, messenger: Messenger, name: str) -> None:
        """M-54 Garbage as a body raises `BadInput` in `dedupe_key` and in `parse`."""
        with pytest.raises(BadInput):
            messenger.parse(GARBAGE[name])
        with pytest.raises(BadInput):
            messenger.dedupe_key(WebhookRequest(GARBAGE[name]))

    @pytest.mark.parametrize("error", [BadInput, KeyError, RecursionError, MemoryError])
    def test_unreadable_is_stored(
        self,
        messenger: Messenger,
        outside: Outside | None,
        monkeypatch: pytest.MonkeyPatch,
        error: type[Exception],
    ) -> None:
        """M-126 A verified event that `parse` raises on is stored and answered with 200, and counts once."""
        require_ability(messenger, "webhook")
        request = require_outside(outside).incoming(PLAIN)

        def raise_on_parse(*_: object) -> None:
            raise error(PLAIN)

        monkeypatch.setattr(type(messenger), "parse", raise_on_parse)
        with memory_app(messengers={messenger.instance: messenger}) as app:
            endings = [app.intake.accept(messenger.instance, request) for _ in range(2)]
            rows = app.internals.context.storage.queues.inbox(PENDING)
        assert endings == [Accepted.STORED, Accepted.SEEN_BEFORE]  # Both requests are answered with 200.
        assert [row.source for row in rows] == [messenger.instance]

    def test_redelivery(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-55 The same event delivered again has the same dedupe key and the same content."""
        request = require_outside(outside).incoming(PLAIN)
        repeated = WebhookRequest(request.body, request.headers)
        assert messenger.dedupe_key(request) == messenger.dedupe_key(repeated) != ""
        assert messenger.parse(request.body) == messenger.parse(repeated.body)

    def test_events_differ(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-56 The same text sent twice makes two events and two messages."""
        platform_side = require_outside(outside)
        first, second = platform_side.incoming(PLAIN), platform_side.incoming(PLAIN)
        assert messenger.dedupe_key(first) != messenger.dedupe_key(second)
        assert parse_one_message(messenger, first).id != parse_one_message(messenger, second).id

    @pytest.mark.parametrize("text", [*HARD_TEXTS.values(), NFD], ids=[*HARD_TEXTS, "nfd"])
    def test_text_is_understood(self, messenger: Messenger, outside: Outside | None, text: str) -> None:
        """M-57 A text is parsed as it was written, in NFC; white space around it doesn't count."""
        message = parse_one_message(messenger, require_outside(outside).incoming(text))
        assert message.text.strip() == unicodedata.normalize("NFC", text).strip()

    def test_sender(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-58 Sender and conversation are addresses of this instance, and the time has a time zone."""
        message = parse_one_message(messenger, require_outside(outside).incoming(PLAIN))
        assert {message.sender.messenger, message.conversation.messenger} == {messenger.instance}
        assert message.sender.place is Place.PERSON
        assert message.sent_at.utcoffset() is not None
        assert message.sender_name == unicodedata.normalize("NFC", message.sender_name)
