import json
import logging
from datetime import timedelta

import anyio
import pytest
from tests.web.conftest import SECRET_WORDS, Call, Event, FaultyStorage, caller, pieces

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput
from anninh_core.messaging.inbound.intake import BODY_LIMIT
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import MockChat
from anninh_core.testing.mock.signed_webhook import SIGNATURE, signature
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web import create_asgi

WORDS = "Kẻ trộm là ông Tên Giả, số 0900000000"


def signed(chat: MockChat, body: bytes) -> dict[str, str]:
    return {SIGNATURE: signature(chat.secret, body)}


def test_an_event_is_stored(call: Call, event: Event, storage: FaultyStorage) -> None:
    """200 says that the event waits in the inbox."""
    said = event(WORDS)
    answer = call("POST", "/hook/oa", content=said.body, headers=said.headers)

    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    assert storage.inbox_size() == 1


def test_a_redelivery_is_seen_before(call: Call, event: Event, storage: FaultyStorage) -> None:
    """The same event again is fine with us, and stored once."""
    said = event(WORDS)
    answers = [call("POST", "/hook/oa", content=said.body, headers=said.headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json()["status"] for answer in answers] == ["stored", "seen before", "seen before"]
    assert storage.inbox_size() == 1


def test_a_body_in_pieces(call: Call, event: Event) -> None:
    """A body that comes byte by byte is the same body."""
    said = event(WORDS)
    slowly = pieces((bytes([byte]) for byte in said.body), [])

    assert call("POST", "/hook/oa", content=slowly, headers=said.headers).status_code == 200


@pytest.mark.parametrize("headers", [{}, {SIGNATURE: "sha256=" + "0" * 64}, {SIGNATURE: "nonsense"}])
def test_a_wrong_signature(call: Call, event: Event, storage: FaultyStorage, headers: dict[str, str]) -> None:
    """Whoever doesn't know the secret gets 401, and nothing is stored."""
    answer = call("POST", "/hook/oa", content=event(WORDS).body, headers=headers)

    assert answer.status_code == 401
    assert "signature" in answer.json()["error"]
    assert storage.inbox_size() == 0


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"not JSON", b"\xff\xfe", b"[]", b"{}", b'{"event":"message","id":"1"}', b"[" * 9000),
        b'{"event":"message","id":"1","more":' + b"[" * 9000,
        b'{"event":"message","id":"1","more":' + b'{"a":' * 9000 + b"1" + b"}" * 9001,
    ],
)
def test_a_body_that_is_no_event(call: Call, chat: MockChat, storage: FaultyStorage, body: bytes) -> None:
    """A signed body that the messenger can't read is kept for a person, so it is answered 200; unsigned it is not."""
    assert call("POST", "/hook/oa", content=body).status_code == 401
    assert storage.inbox_size() == 0
    answer = call("POST", "/hook/oa", content=body, headers=signed(chat, body))

    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    assert storage.inbox_size() == 1


@pytest.mark.parametrize("error", [KeyError, BadInput, RecursionError, MemoryError])
def test_a_parser_that_raises(
    call: Call, event: Event, storage: FaultyStorage, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """What the adapter can't read is stored and answered 200, whatever it raises."""

    def fail(*_: object) -> None:
        raise error(WORDS)

    monkeypatch.setattr(MockMessenger, "parse", fail)
    said = event(WORDS)
    answers = [call("POST", "/hook/oa", content=said.body, headers=said.headers) for _ in range(2)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [
        (200, "stored"),
        (200, "seen before"),
    ]
    assert storage.inbox_size() == 1


def test_above_the_cap(call: Call, event: Event, storage: FaultyStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to an event above the cap of unreadable ones says why and when to send it again."""
    with monkeypatch.context() as broken:
        broken.setattr(MockMessenger, "parse", lambda *_: 1 / 0)
        broken.setattr(UnreadableEvents, "limit", 1)
        first, second = event(WORDS), event(WORDS)
        answers = [call("POST", "/hook/oa", content=said.body, headers=said.headers) for said in (first, second)]

    assert [answer.status_code for answer in answers] == [200, 503]
    assert answers[1].headers["Retry-After"] == "3600"
    assert "can't be read" in answers[1].json()["error"]
    assert storage.inbox_size() == 1
    assert call("POST", "/hook/oa", content=second.body, headers=second.headers).status_code == 200


def test_an_unknown_instance(call: Call, event: Event) -> None:
    """404 comes before the body is read, and doesn't tell which instances there are."""
    said = event(WORDS)
    taken = list[bytes]()
    answer = call("POST", "/hook/nobody", content=pieces([said.body], taken), headers=said.headers)

    assert answer.status_code == 404
    assert "'oa'" not in answer.text
    assert taken == []


def test_a_large_body_is_refused_unread(call: Call, chat: MockChat) -> None:
    """A megabyte announced is refused at once."""
    body = b"x" * 1_000_000
    taken = list[bytes]()
    answer = call(
        "POST", "/hook/oa", content=pieces([body], taken), headers={"Content-Length": "1000000"} | signed(chat, body)
    )

    assert answer.status_code == 413
    assert str(BODY_LIMIT) in answer.json()["error"]
    assert taken == []


def test_a_large_body_unannounced(call: Call) -> None:
    """A body without a length, or with a false one, is read up to the limit and no further."""
    for headers in ({}, {"Content-Length": "5"}):
        taken = list[bytes]()
        body = pieces([b"x" * (BODY_LIMIT // 4)] * 100, taken)

        assert call("POST", "/hook/oa", content=body, headers=headers).status_code == 413
        assert len(taken) == 5


def test_the_largest_body(call: Call, chat: MockChat, event: Event, storage: FaultyStorage) -> None:
    """The limit itself is still taken."""
    body = event(WORDS).body
    whole = body + b" " * (BODY_LIMIT - len(body))

    assert call("POST", "/hook/oa", content=whole, headers=signed(chat, whole)).status_code == 200
    assert call("POST", "/hook/oa", content=whole + b" ", headers=signed(chat, whole + b" ")).status_code == 413
    assert storage.inbox_size() == 1


@pytest.mark.parametrize(("length", "status"), [("-1", 400), ("ten", 400), ("١", 400), ("9" * 5000, 413)])
def test_an_odd_length(call: Call, event: Event, length: str, status: int) -> None:
    """A length that is no count of bytes, or beyond counting, breaks nothing."""
    said = event(WORDS)
    headers = [(b"content-length", length.encode()), *((k.encode(), v.encode()) for k, v in said.headers)]

    assert call("POST", "/hook/oa", content=said.body, headers=headers).status_code == status


def test_a_stalled_body(app: App, storage: FaultyStorage) -> None:
    """A body that doesn't come is not waited for."""

    async def answer() -> int:
        sent: list[dict[str, object]] = []

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/hook/oa", "headers": [], "query_string": b""}
        asgi = create_asgi(app, patience=timedelta(milliseconds=1))
        await asgi(scope, anyio.sleep_forever, send)  # type: ignore[arg-type]
        return int(str(sent[0]["status"]))

    assert anyio.run(answer) == 408
    assert storage.inbox_size() == 0


def test_a_caller_who_hangs_up(app: App, storage: FaultyStorage) -> None:
    """Half a body is no event, and no error of ours."""

    async def hang_up() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        """Nobody listens any more."""

    scope = {"type": "http", "method": "POST", "path": "/hook/oa", "headers": [], "query_string": b""}
    anyio.run(create_asgi(app), scope, hang_up, send)

    assert storage.inbox_size() == 0


def test_the_storage_fails(call: Call, event: Event, storage: FaultyStorage) -> None:
    """503 says when to come again; what was not kept is not acknowledged, and is taken later."""
    said = event(WORDS)
    storage.break_down()
    refused = call("POST", "/hook/oa", content=said.body, headers=said.headers)
    storage.recover()

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert SECRET_WORDS not in refused.text
    assert call("POST", "/hook/oa", content=said.body, headers=said.headers).json() == {"status": "stored"}


def test_a_messenger_that_breaks(
    app: App, event: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody foresaw is a 500 for this event alone; the log names class and place, and quotes nothing."""

    def verify(_: MockMessenger, request: WebhookRequest) -> bool:
        raise KeyError(request.body.decode())

    monkeypatch.setattr(MockMessenger, "verify", verify)
    said = event(WORDS)
    call = caller(create_asgi(app))
    with caplog.at_level(logging.DEBUG):
        answer = call("POST", "/hook/oa", content=said.body, headers=said.headers)

    assert answer.status_code == 500
    assert list(answer.json()) == ["error"]
    assert "KeyError at " in caplog.text
    assert "test_webhook_endpoint.py" in caplog.text
    assert "Tên Giả" not in caplog.text + answer.text


def test_a_parser_that_gives_up(app: App, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever parser an adapter uses: a body nested too deeply for it is the sender's fault."""

    def verify(messenger: MockMessenger, request: WebhookRequest) -> bool:
        return verify(messenger, request)

    monkeypatch.setattr(MockMessenger, "verify", verify)
    said = event(WORDS)
    call = caller(create_asgi(app))

    assert call("POST", "/hook/oa", content=said.body, headers=said.headers).status_code == 400


def test_nobody_is_named_in_the_log(
    call: Call, event: Event, chat: MockChat, storage: FaultyStorage, caplog: pytest.LogCaptureFixture
) -> None:
    """What people write and who they are stands in no log line, however the event was answered."""
    said = event(WORDS)
    torn = json.dumps({"event": "message", "id": WORDS}, ensure_ascii=False).encode()
    with caplog.at_level(logging.DEBUG):
        call("POST", "/hook/oa", content=said.body, headers=said.headers)
        call("POST", "/hook/oa", content=said.body)
        call("POST", "/hook/oa", content=torn, headers=signed(chat, torn))
        storage.break_down()
        call("POST", "/hook/oa", content=said.body, headers=said.headers)

    assert len(caplog.records) >= 3
    assert not any(secret in caplog.text for secret in ("Tên Giả", "0900000000", "Người Mẫu", chat.secret))
