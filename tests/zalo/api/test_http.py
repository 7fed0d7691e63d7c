"""The HTTP client handles all forms of responses and failures of Zalo's API, without personal data in logs and
errors.
"""

import hashlib
import hmac
import json
import logging
import traceback
from collections.abc import Iterator
from socket import create_server, socket
from threading import Thread
from typing import Any

import httpx
import pytest

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RequestRejected, RetryLater, UnknownOutcome
from anninh_zalo.api.account import AccountApi
from anninh_zalo.api.answers import RateHeaders
from anninh_zalo.api.calls import ApiCall, build_data_call, build_post_call, build_upload_call, get
from anninh_zalo.api.http import HttpClient, NetworkSettings, compute_appsecret_proof
from anninh_zalo.errors.classify import Host

TOKEN = "t0ken-of-nobody"
TEXT = "Có trộm"
PHONE = "84000000001"
SEND = build_post_call("/v3.0/oa/message/cs", {"recipient": {"user_id": "1"}, "message": {"text": TEXT}})
READ = build_data_call("/v3.0/oa/user/detail", user_id="1")
BOT = ApiCall(method="POST", host=Host.BOT, path="sendMessage", body={"text": TEXT}, sends=True)


def build_http_client(*answers: Any, seen: list[httpx.Request] | None = None, **more: Any) -> HttpClient:
    """Build an `HttpClient` that gets the given results in turn: a body, a response, or an error to raise."""
    remaining = list(answers)

    def respond_in_turn(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        result = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        if isinstance(result, Exception):
            raise result
        return result if isinstance(result, httpx.Response) else httpx.Response(200, json=result)

    return HttpClient(transport=lambda: httpx.MockTransport(respond_in_turn), **more)


def capture_request(call: ApiCall, **more: Any) -> httpx.Request:
    seen: list[httpx.Request] = []
    good = {"error": 0, "ok": True}
    build_http_client(good, seen=seen).ask(call, token=TOKEN, **more)
    return seen[0]


def test_calls_follow_the_convention() -> None:
    """A call has its token in a header, and sends its parameters plainly, as JSON in the parameter `data`, or as a JSON
    body, depending on the call.
    """
    user = capture_request(READ)
    group = capture_request(get("/v3.0/oa/group/getgroup", group_id="g"))
    sent = capture_request(SEND)

    assert json.loads(user.url.params["data"]) == {"user_id": "1"}
    assert dict(group.url.params) == {"group_id": "g"}
    assert json.loads(sent.content)["message"] == {"text": TEXT}
    assert {request.headers["access_token"] for request in (user, group, sent)} == {TOKEN}
    assert "authorization" not in sent.headers
    assert str(sent.url) == "https://openapi.zalo.me/v3.0/oa/message/cs"


def test_upload_sends_a_form() -> None:
    """An upload sends its file in the form field that the platform expects."""
    request = capture_request(build_upload_call("/v2.0/oa/upload/file", "don.pdf", b"%PDF"))
    content = request.read()

    assert b'name="file"; filename="don.pdf"' in content
    assert b"%PDF" in content


def test_secret_proof_is_optional() -> None:
    """A header proves knowledge of the app secret only if a proof is configured."""
    expected = hmac.new(b"secret", TOKEN.encode(), hashlib.sha256).hexdigest()

    assert (
        capture_request(SEND, proof_secret="secret").headers["appsecret_proof"]
        == expected
        == compute_appsecret_proof(TOKEN, "secret")
    )
    assert "appsecret_proof" not in capture_request(SEND).headers


def test_status_200_with_error_is_refused() -> None:
    """A response with status 200 and an error code in its body is an error, as number or as text."""
    for code in (-210, "-210"):
        with pytest.raises(RequestRejected, match="-210"):
            build_http_client({"error": code, "message": TEXT}).ask(SEND)
    assert build_http_client({"error": "0", "data": {"message_id": "1"}}).ask(SEND)["data"] == {"message_id": "1"}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout(TEXT),
        httpx.ReadError(TEXT),
        httpx.WriteError(TEXT),
        httpx.RemoteProtocolError(TEXT),
        httpx.Response(500, json={"error": 0}),
        httpx.Response(502, text="<html>"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"data": {}}),
        httpx.Response(200, content=b"[" * 100_000),
    ],
)
def test_missing_response_makes_a_send_unknown(answer: object) -> None:
    """Without a valid response the outcome of a send is unknown, and a read can be retried."""
    with pytest.raises(UnknownOutcome):
        build_http_client(answer).ask(SEND)
    with pytest.raises(RetryLater):
        build_http_client(answer).ask(READ)


@pytest.mark.parametrize("error", [httpx.ConnectError(TEXT), httpx.ConnectTimeout(TEXT), httpx.PoolTimeout(TEXT)])
def test_send_without_connection_is_retried(error: Exception) -> None:
    """A send without a connection can be retried."""
    with pytest.raises(RetryLater):
        build_http_client(error).ask(SEND)


def test_bot_calls_follow_their_convention() -> None:
    """The bot platform has the token in the address, and a different JSON envelope for errors."""
    assert capture_request(BOT).url.path == f"/bot{TOKEN}/sendMessage"
    assert "access_token" not in capture_request(BOT).headers
    with pytest.raises(RetryLater):
        build_http_client({"ok": False, "error_code": 429, "description": TEXT}).ask(BOT, token=TOKEN)
    with pytest.raises(UnknownOutcome):
        build_http_client({"ok": False}).ask(BOT, token=TOKEN)


def test_valid_rate_headers_are_passed_on() -> None:
    """Valid headers about the rate limit are passed on, and invalid ones aren't."""
    noticed: list[object] = []
    for limit, remaining in (("4000", "3999"), ("x", "1"), ("", "")):
        headers = {"X-RateLimit-Limit": limit, "X-RateLimit-Remain": remaining}
        response = httpx.Response(200, json={"error": 0}, headers=headers)
        build_http_client(response, noticed=lambda host, rates: noticed.append((host, rates))).ask(READ)

    assert noticed == [(Host.OPENAPI, RateHeaders(4000, 3999))]


class RenewableTokens:
    """Tokens named a, b, c: a rejected token is renewed to the next letter."""

    def current(self) -> str:
        return "a"

    def renew(self, stale: str) -> str:
        return chr(ord(stale) + 1)


def test_rejected_token_is_renewed_once() -> None:
    """A call with a rejected token is repeated once with a new token, and a second rejection raises `NeedsPerson`."""
    seen: list[httpx.Request] = []
    rejected = {"error": -216, "message": "Access token is invalid"}

    AccountApi(build_http_client(rejected, {"error": 0}, seen=seen), RenewableTokens()).ask(SEND)
    assert [request.headers["access_token"] for request in seen] == ["a", "b"]
    with pytest.raises(NeedsPerson) as refused:
        AccountApi(build_http_client(rejected, seen=seen), RenewableTokens()).ask(SEND)
    assert type(refused.value) is NeedsPerson
    assert len(seen) == 4


class UnrenewableTokens:
    """Tokens whose renewal gets no response, at once or after the first token was rejected."""

    def __init__(self, first: str) -> None:
        self.first = first

    def current(self) -> str:
        return self.first or self.renew("")

    def renew(self, stale: str) -> str:
        raise UnknownOutcome(f"no answer for the successor of {len(stale)} characters")


@pytest.mark.parametrize("first", ["", "a"])
def test_failed_renewal_means_nothing_was_sent(first: str) -> None:
    """A send with a token that couldn't be renewed wasn't sent and is retried, so that its outcome isn't unknown."""
    with pytest.raises(RetryLater, match="Nothing was sent"):
        AccountApi(build_http_client({"error": -216, "message": "expired"}), UnrenewableTokens(first)).ask(SEND)


@pytest.mark.parametrize("token", ["ộ", "a\ud800"])
def test_invalid_token_needs_a_person(token: str) -> None:
    """An invalid token raises `NeedsPerson`, and the error doesn't repeat the token."""
    with pytest.raises(NeedsPerson) as refused:
        build_http_client({"error": 0}).ask(SEND, token=token)

    assert token not in str(refused.value)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that reads a request and closes the connection without a response."""

    def read_and_close(listener: socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)

    with create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=read_and_close, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(2)
    thread.join()


def test_closed_connection_reveals_nothing(silent_server: str, caplog: pytest.LogCaptureFixture) -> None:
    """Over a real socket, a send without a response has an unknown outcome, a read is retried, and no log or error has
    token, text or number.
    """
    caplog.set_level(logging.DEBUG)
    http = HttpClient(NetworkSettings(bases=dict.fromkeys(Host, silent_server)))
    for call, kind in ((SEND, UnknownOutcome), (BOT, UnknownOutcome), (get("/x", phone=PHONE), RetryLater)):
        with pytest.raises(kind) as refused:
            http.ask(call, token=TOKEN)
        report = "".join(traceback.format_exception(refused.value))
        assert refused.value.__context__ is None
        assert not [word for word in (TOKEN, TEXT, PHONE) if word in report]
    http.close()
    http.close()

    assert caplog.text
    assert not [word for word in (TOKEN, TEXT, PHONE) if word in caplog.text]


def test_refused_connection_sent_nothing() -> None:
    """If the platform refuses the connection, nothing was sent."""
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    http = HttpClient(NetworkSettings(bases=dict.fromkeys(Host, f"http://127.0.0.1:{port}")))
    with pytest.raises(RetryLater, match="can't be reached"):
        http.ask(SEND)
    http.close()


def test_each_thread_has_its_transport() -> None:
    """Each thread has its own transport, and those of ended threads are dropped."""
    made: list[httpx.BaseTransport] = []

    def build_transport() -> httpx.BaseTransport:
        made.append(httpx.MockTransport(lambda _: httpx.Response(200, json={"error": 0})))
        return made[-1]

    http = HttpClient(transport=build_transport)
    for _ in range(2):
        http.ask(READ)
    for _ in range(3):
        thread = Thread(target=http.ask, args=(READ,))
        thread.start()
        thread.join()

    assert len(made) == 4
    http.close()


def test_errors_are_delivery_errors() -> None:
    """Every failure of a call is one of the core's delivery errors."""
    for error in (httpx.DecodingError(TEXT), httpx.TooManyRedirects(TEXT), httpx.LocalProtocolError(TEXT)):
        with pytest.raises(DeliveryError):
            build_http_client(error).ask(SEND)


def test_lone_surrogates_are_replaced() -> None:
    """Half of a surrogate pair in a response is replaced, so that ids and names can be stored; a whole emoji stays."""
    body = b'{"error": 0, "data": {"message_id": "m\\ud83d", "name": "\\ud83d\\ude00"}}'
    data = build_http_client(httpx.Response(200, content=body)).ask(SEND)["data"]

    assert data == {"message_id": "m\N{REPLACEMENT CHARACTER}", "name": "\N{GRINNING FACE}"}
