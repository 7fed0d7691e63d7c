import json
import logging
from datetime import timedelta

import anyio
import pytest
from tests.web.conftest import SECRET_WORDS, Call, Event, FaultyStorage, build_caller, iter_pieces

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput
from anninh_core.messaging.inbound.intake import BODY_LIMIT
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import MockChat
from anninh_core.testing.mock.signed_webhook import SIGNATURE, sign_body
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web import create_asgi

WORDS = "Kẻ trộm là ông Tên Giả, số 0900000000"


def signed(chat: MockChat, body: bytes) -> dict[str, str]:
    return {SIGNATURE: sign_body(chat.secret, body)}


def test_event_is_stored_and_gets_200(call: Call, event_function: Event, storage: FaultyStorage) -> None:
    """A stored event is in the inbox and gets 200."""
    webhook = event_function(WORDS)
    response = call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers)

    assert (response.status_code, response.json()) == (200, {"status": "stored"})
    assert storage.inbox_size() == 1


def test_redelivered_event_is_stored_once(call: Call, event_function: Event, storage: FaultyStorage) -> None:
    """A redelivered event gets 200 and is stored once."""
    webhook = event_function(WORDS)
    responses = [call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers) for _ in range(3)]

    assert [response.status_code for response in responses] == [200, 200, 200]
    assert [response.json()["status"] for response in responses] == ["stored", "seen before", "seen before"]
    assert storage.inbox_size() == 1


def test_body_in_pieces_is_read(call: Call, event_function: Event) -> None:
    """A body that arrives byte by byte is read completely."""
    webhook = event_function(WORDS)
    slowly = iter_pieces((bytes([byte]) for byte in webhook.body), [])

    assert call("POST", "/hook/oa", content=slowly, headers=webhook.headers).status_code == 200


@pytest.mark.parametrize("headers", [{}, {SIGNATURE: "sha256=" + "0" * 64}, {SIGNATURE: "nonsense"}])
def test_wrong_signature_gets_401(
    call: Call, event_function: Event, storage: FaultyStorage, headers: dict[str, str]
) -> None:
    """A request without a valid signature gets 401, and nothing is stored."""
    response = call("POST", "/hook/oa", content=event_function(WORDS).body, headers=headers)

    assert response.status_code == 401
    assert "signature" in response.json()["error"]
    assert storage.inbox_size() == 0


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"not JSON", b"\xff\xfe", b"[]", b"{}", b'{"event":"message","id":"1"}', b"[" * 9000),
        b'{"event":"message","id":"1","more":' + b"[" * 9000,
        b'{"event":"message","id":"1","more":' + b'{"a":' * 9000 + b"1" + b"}" * 9001,
    ],
)
def test_signed_unreadable_body_is_stored(call: Call, chat: MockChat, storage: FaultyStorage, body: bytes) -> None:
    """A signed body that the messenger can't read is stored for an officer and gets 200; an unsigned one gets 401."""
    assert call("POST", "/hook/oa", content=body).status_code == 401
    assert storage.inbox_size() == 0
    response = call("POST", "/hook/oa", content=body, headers=signed(chat, body))

    assert (response.status_code, response.json()) == (200, {"status": "stored"})
    assert storage.inbox_size() == 1


@pytest.mark.parametrize("error", [KeyError, BadInput, RecursionError, MemoryError])
def test_parser_error_loses_no_event(
    call: Call, event_function: Event, storage: FaultyStorage, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """An event that the adapter can't read is stored and gets 200, whatever error the adapter raises."""

    def raise_parser_error(*_: object) -> None:
        raise error(WORDS)

    monkeypatch.setattr(MockMessenger, "parse", raise_parser_error)
    webhook = event_function(WORDS)
    responses = [call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers) for _ in range(2)]

    assert [(response.status_code, response.json()["status"]) for response in responses] == [
        (200, "stored"),
        (200, "seen before"),
    ]
    assert storage.inbox_size() == 1


def test_unreadable_event_over_limit_gets_503(
    call: Call, event_function: Event, storage: FaultyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event above the limit of unreadable events gets 503 with the reason and a `Retry-After`."""
    with monkeypatch.context() as broken:
        broken.setattr(MockMessenger, "parse", lambda *_: 1 / 0)
        broken.setattr(UnreadableEvents, "limit", 1)
        first, second = event_function(WORDS), event_function(WORDS)
        responses = [
            call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers) for webhook in (first, second)
        ]

    assert [response.status_code for response in responses] == [200, 503]
    assert responses[1].headers["Retry-After"] == "3600"
    assert "can't be read" in responses[1].json()["error"]
    assert storage.inbox_size() == 1
    assert call("POST", "/hook/oa", content=second.body, headers=second.headers).status_code == 200


def test_unknown_instance_gets_404(call: Call, event_function: Event) -> None:
    """An event for an unknown instance gets 404 before its body is read, and the response names no instances."""
    webhook = event_function(WORDS)
    taken = list[bytes]()
    response = call("POST", "/hook/nobody", content=iter_pieces([webhook.body], taken), headers=webhook.headers)

    assert response.status_code == 404
    assert "'oa'" not in response.text
    assert taken == []


def test_a_large_body_is_refused_unread(call: Call, chat: MockChat) -> None:
    """A request body with a `Content-Length` over the limit gets 413 without being read."""
    body = b"x" * 1_000_000
    taken = list[bytes]()
    response = call(
        "POST",
        "/hook/oa",
        content=iter_pieces([body], taken),
        headers={"Content-Length": "1000000"} | signed(chat, body),
    )

    assert response.status_code == 413
    assert str(BODY_LIMIT) in response.json()["error"]
    assert taken == []


def test_body_without_length_is_cut_at_limit(call: Call) -> None:
    """A request body without a length, or with a false one, is read up to the limit only."""
    for headers in ({}, {"Content-Length": "5"}):
        taken = list[bytes]()
        body = iter_pieces([b"x" * (BODY_LIMIT // 4)] * 100, taken)

        assert call("POST", "/hook/oa", content=body, headers=headers).status_code == 413
        assert len(taken) == 5


def test_body_of_the_limit_is_accepted(
    call: Call, chat: MockChat, event_function: Event, storage: FaultyStorage
) -> None:
    """A body of exactly the limit is accepted."""
    body = event_function(WORDS).body
    whole = body + b" " * (BODY_LIMIT - len(body))

    assert call("POST", "/hook/oa", content=whole, headers=signed(chat, whole)).status_code == 200
    assert call("POST", "/hook/oa", content=whole + b" ", headers=signed(chat, whole + b" ")).status_code == 413
    assert storage.inbox_size() == 1


@pytest.mark.parametrize(("length", "status"), [("-1", 400), ("ten", 400), ("١", 400), ("9" * 5000, 413)])
def test_invalid_length_is_refused(call: Call, event_function: Event, length: str, status: int) -> None:
    """An invalid or huge `Content-Length` gets 400 or 413."""
    webhook = event_function(WORDS)
    headers = [(b"content-length", length.encode()), *((k.encode(), v.encode()) for k, v in webhook.headers)]

    assert call("POST", "/hook/oa", content=webhook.body, headers=headers).status_code == status


def test_stalled_body_gets_408(app: App, storage: FaultyStorage) -> None:
    """A request body that stalls gets 408."""

    async def post_stalled_body() -> int:
        sent: list[dict[str, object]] = []

        async def record_status(message: dict[str, object]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/hook/oa", "headers": [], "query_string": b""}
        asgi = create_asgi(app, patience=timedelta(milliseconds=1))
        await asgi(scope, anyio.sleep_forever, record_status)  # type: ignore[arg-type]
        return int(str(sent[0]["status"]))

    assert anyio.run(post_stalled_body) == 408
    assert storage.inbox_size() == 0


def test_disconnect_stores_nothing(app: App, storage: FaultyStorage) -> None:
    """If the caller disconnects in the middle of a body, nothing is stored and no error is raised."""

    async def receive_disconnect() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def ignore_response(_: object) -> None:
        """Ignore the server's response."""

    scope = {"type": "http", "method": "POST", "path": "/hook/oa", "headers": [], "query_string": b""}
    anyio.run(create_asgi(app), scope, receive_disconnect, ignore_response)

    assert storage.inbox_size() == 0


def test_storage_failure_gets_503(call: Call, event_function: Event, storage: FaultyStorage) -> None:
    """While the storage fails, an event gets 503 with a `Retry-After`, and it is stored when the platform sends it
    again.
    """
    webhook = event_function(WORDS)
    storage.start_failing()
    refused = call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers)
    storage.recover()

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert SECRET_WORDS not in refused.text
    assert call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers).json() == {"status": "stored"}


def test_unexpected_error_gets_500(
    app: App, event_function: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected error gives 500 for its event, and the log names the error's class and place without quoting the
    event.
    """

    def verify(_: MockMessenger, request: WebhookRequest) -> bool:
        raise KeyError(request.body.decode())

    monkeypatch.setattr(MockMessenger, "verify", verify)
    webhook = event_function(WORDS)
    call = build_caller(create_asgi(app))
    with caplog.at_level(logging.DEBUG):
        response = call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers)

    assert response.status_code == 500
    assert list(response.json()) == ["error"]
    assert "KeyError at " in caplog.text
    assert "test_webhook_endpoint.py" in caplog.text
    assert "Tên Giả" not in caplog.text + response.text


def test_too_deep_body_gets_400(app: App, event_function: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is nested too deeply for the adapter's parser gets 400."""

    def verify(messenger: MockMessenger, request: WebhookRequest) -> bool:
        return verify(messenger, request)

    monkeypatch.setattr(MockMessenger, "verify", verify)
    webhook = event_function(WORDS)
    call = build_caller(create_asgi(app))

    assert call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers).status_code == 400


def test_log_has_no_personal_data(
    call: Call, event_function: Event, chat: MockChat, storage: FaultyStorage, caplog: pytest.LogCaptureFixture
) -> None:
    """No log line has a resident's message, name or id, whatever the response."""
    webhook = event_function(WORDS)
    torn = json.dumps({"event": "message", "id": WORDS}, ensure_ascii=False).encode()
    with caplog.at_level(logging.DEBUG):
        call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers)
        call("POST", "/hook/oa", content=webhook.body)
        call("POST", "/hook/oa", content=torn, headers=signed(chat, torn))
        storage.start_failing()
        call("POST", "/hook/oa", content=webhook.body, headers=webhook.headers)

    assert len(caplog.records) >= 3
    assert not any(secret in caplog.text for secret in ("Tên Giả", "0900000000", "Người Mẫu", chat.secret))
