"""Every way an answer can look or fail to come, and nothing of anybody in logs and errors."""

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
from anninh_zalo.api.calls import ApiCall, get, get_data, post, upload
from anninh_zalo.api.http import HttpClient, NetworkSettings, appsecret_proof
from anninh_zalo.errors.classify import Host

TOKEN = "t0ken-of-nobody"
TEXT = "Có trộm"
PHONE = "84000000001"
SEND = post("/v3.0/oa/message/cs", {"recipient": {"user_id": "1"}, "message": {"text": TEXT}})
READ = get_data("/v3.0/oa/user/detail", user_id="1")
BOT = ApiCall(method="POST", host=Host.BOT, path="sendMessage", body={"text": TEXT}, sends=True)


def answering(*answers: Any, seen: list[httpx.Request] | None = None, **more: Any) -> HttpClient:
    """Build an `HttpClient` that gets these answers in turn: a body, a response, or an error to raise."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, Exception):
            raise one
        return one if isinstance(one, httpx.Response) else httpx.Response(200, json=one)

    return HttpClient(transport=lambda: httpx.MockTransport(answer), **more)


def asked(call: ApiCall, **more: Any) -> httpx.Request:
    seen: list[httpx.Request] = []
    good = {"error": 0, "ok": True}
    answering(good, seen=seen).ask(call, token=TOKEN, **more)
    return seen[0]


def test_the_convention_of_calls() -> None:
    """Tokens travel in a header of their own; parameters are `data`, plain, or a JSON body, by kind of call."""
    user = asked(READ)
    group = asked(get("/v3.0/oa/group/getgroup", group_id="g"))
    sent = asked(SEND)

    assert json.loads(user.url.params["data"]) == {"user_id": "1"}
    assert dict(group.url.params) == {"group_id": "g"}
    assert json.loads(sent.content)["message"] == {"text": TEXT}
    assert {request.headers["access_token"] for request in (user, group, sent)} == {TOKEN}
    assert "authorization" not in sent.headers
    assert str(sent.url) == "https://openapi.zalo.me/v3.0/oa/message/cs"


def test_uploads_are_forms() -> None:
    """A file travels as the form field that the platform expects."""
    request = asked(upload("/v2.0/oa/upload/file", "don.pdf", b"%PDF"))
    content = request.read()

    assert b'name="file"; filename="don.pdf"' in content
    assert b"%PDF" in content


def test_a_proof_of_the_secret_is_a_switch() -> None:
    """Only where it is asked for, a header shows that we know the app secret."""
    expected = hmac.new(b"secret", TOKEN.encode(), hashlib.sha256).hexdigest()

    assert asked(SEND, proof_secret="secret").headers["appsecret_proof"] == expected == appsecret_proof(TOKEN, "secret")
    assert "appsecret_proof" not in asked(SEND).headers


def test_errors_under_status_200() -> None:
    """A status of success means nothing where the body reports an error, as number or as text."""
    for code in (-210, "-210"):
        with pytest.raises(RequestRejected, match="-210"):
            answering({"error": code, "message": TEXT}).ask(SEND)
    assert answering({"error": "0", "data": {"message_id": "1"}}).ask(SEND)["data"] == {"message_id": "1"}


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
def test_no_answer_leaves_only_a_send_open(answer: object) -> None:
    """Whoever sent doesn't know what happened; whoever read may ask again."""
    with pytest.raises(UnknownOutcome):
        answering(answer).ask(SEND)
    with pytest.raises(RetryLater):
        answering(answer).ask(READ)


@pytest.mark.parametrize("error", [httpx.ConnectError(TEXT), httpx.ConnectTimeout(TEXT), httpx.PoolTimeout(TEXT)])
def test_without_a_connection_nothing_was_sent(error: Exception) -> None:
    """What never left may simply leave later."""
    with pytest.raises(RetryLater):
        answering(error).ask(SEND)


def test_the_bot_platform() -> None:
    """Its token stands in the address and its envelope is another one."""
    assert asked(BOT).url.path == f"/bot{TOKEN}/sendMessage"
    assert "access_token" not in asked(BOT).headers
    with pytest.raises(RetryLater):
        answering({"ok": False, "error_code": 429, "description": TEXT}).ask(BOT, token=TOKEN)
    with pytest.raises(UnknownOutcome):
        answering({"ok": False}).ask(BOT, token=TOKEN)


def test_limits_in_headers() -> None:
    """What the platform says about this minute is handed on; nonsense isn't."""
    told: list[object] = []
    for limit, left in (("4000", "3999"), ("x", "1"), ("", "")):
        headers = {"X-RateLimit-Limit": limit, "X-RateLimit-Remain": left}
        answer = httpx.Response(200, json={"error": 0}, headers=headers)
        answering(answer, noticed=lambda host, rates: told.append((host, rates))).ask(READ)

    assert told == [(Host.OPENAPI, RateHeaders(4000, 3999))]


class Renewing:
    """Tokens a, b, c: each rejected one gives the next."""

    def current(self) -> str:
        return "a"

    def renew(self, stale: str) -> str:
        return chr(ord(stale) + 1)


def test_a_rejected_token_is_renewed_once() -> None:
    """A call whose token wasn't taken is made once more; rejected again, a person must look."""
    seen: list[httpx.Request] = []
    rejected = {"error": -216, "message": "Access token is invalid"}

    AccountApi(answering(rejected, {"error": 0}, seen=seen), Renewing()).ask(SEND)
    assert [request.headers["access_token"] for request in seen] == ["a", "b"]
    with pytest.raises(NeedsPerson) as refused:
        AccountApi(answering(rejected, seen=seen), Renewing()).ask(SEND)
    assert type(refused.value) is NeedsPerson
    assert len(seen) == 4


class Silent:
    """Tokens whose renewal gets no answer, at once or once the first one is rejected."""

    def __init__(self, first: str) -> None:
        self.first = first

    def current(self) -> str:
        return self.first or self.renew("")

    def renew(self, stale: str) -> str:
        raise UnknownOutcome(f"no answer for the successor of {len(stale)} characters")


@pytest.mark.parametrize("first", ["", "a"])
def test_a_renewal_without_an_answer_is_no_outcome_of_the_call(first: str) -> None:
    """A message whose token couldn't be renewed hasn't left: it goes later, and nobody wonders whether it arrived."""
    with pytest.raises(RetryLater, match="Nothing was sent"):
        AccountApi(answering({"error": -216, "message": "expired"}), Silent(first)).ask(SEND)


@pytest.mark.parametrize("token", ["ộ", "a\ud800"])
def test_a_token_that_is_none(token: str) -> None:
    """A token from the wrong place is the operator's to mend, and isn't repeated."""
    with pytest.raises(NeedsPerson) as refused:
        answering({"error": 0}).ask(SEND, token=token)

    assert token not in str(refused.value)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that reads a request and closes the connection without a word."""

    def serve(place: socket) -> None:
        while True:
            try:
                connection, _ = place.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)

    with create_server(("127.0.0.1", 0)) as place:
        thread = Thread(target=serve, args=(place,))
        thread.start()
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
        place.shutdown(2)
    thread.join()


def test_a_connection_closed_without_an_answer(silent_server: str, caplog: pytest.LogCaptureFixture) -> None:
    """Over a real socket: a send is open, a question may be repeated, and no log knows token, text or number."""
    caplog.set_level(logging.DEBUG)
    http = HttpClient(NetworkSettings(bases=dict.fromkeys(Host, silent_server)))
    for call, kind in ((SEND, UnknownOutcome), (BOT, UnknownOutcome), (get("/x", phone=PHONE), RetryLater)):
        with pytest.raises(kind) as refused:
            http.ask(call, token=TOKEN)
        shown = "".join(traceback.format_exception(refused.value))
        assert refused.value.__context__ is None
        assert not [word for word in (TOKEN, TEXT, PHONE) if word in shown]
    http.close()
    http.close()

    assert caplog.text
    assert not [word for word in (TOKEN, TEXT, PHONE) if word in caplog.text]


def test_refused_connection_sent_nothing() -> None:
    """A refused connection sent nothing."""
    with create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    http = HttpClient(NetworkSettings(bases=dict.fromkeys(Host, f"http://127.0.0.1:{port}")))
    with pytest.raises(RetryLater, match="can't be reached"):
        http.ask(SEND)
    http.close()


def test_threads_have_connections_of_their_own() -> None:
    """Each thread gets one transport, and those of ended threads are dropped."""
    made: list[httpx.BaseTransport] = []

    def make() -> httpx.BaseTransport:
        made.append(httpx.MockTransport(lambda _: httpx.Response(200, json={"error": 0})))
        return made[-1]

    http = HttpClient(transport=make)
    for _ in range(2):
        http.ask(READ)
    for _ in range(3):
        thread = Thread(target=http.ask, args=(READ,))
        thread.start()
        thread.join()

    assert len(made) == 4
    http.close()


def test_errors_are_the_core_s() -> None:
    """Whatever goes wrong is one of the core's errors about sending."""
    for answer in (httpx.DecodingError(TEXT), httpx.TooManyRedirects(TEXT), httpx.LocalProtocolError(TEXT)):
        with pytest.raises(DeliveryError):
            answering(answer).ask(SEND)


def test_half_characters_are_replaced() -> None:
    """An id or a name with half an emoji in it can be stored; a whole emoji stays."""
    body = b'{"error": 0, "data": {"message_id": "m\\ud83d", "name": "\\ud83d\\ude00"}}'
    found = answering(httpx.Response(200, content=body)).ask(SEND)["data"]

    assert found == {"message_id": "m\N{REPLACEMENT CHARACTER}", "name": "\N{GRINNING FACE}"}
