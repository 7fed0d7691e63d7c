import httpx
import pytest
from tests.zalo.sandbox.conftest import ApiClient

from anninh_core.kernel.errors import BadInput
from anninh_core.testing.mock.failures import FAILURES_AFTER, FAILURES_BEFORE
from anninh_zalo.testing import CALL_FAILURES, Person, Sandbox

CS = "/v3.0/oa/message/cs"


@pytest.mark.parametrize(
    ("name", "code"),
    [("rate_limit", -32), ("expired_token", -216), ("recipient_gone", -227), ("rejected", -201), ("quota", -211)],
)
def test_scripted_refusal_has_its_code(
    sandbox: Sandbox, api_client: ApiClient, person: Person, name: str, code: int
) -> None:
    """A scripted refusal has the platform's error code and applies to one message; the next call succeeds."""
    person.says("chào")
    sandbox.fail_next(name)

    assert api_client.send_text(person, "một")["error"] == code
    assert api_client.send_text(person, "hai")["error"] == 0
    assert [message.text for message in person.heard] == ["hai"]


@pytest.mark.parametrize(
    ("name", "error", "count"),
    [
        ("lost_before", httpx.RemoteProtocolError, 0),
        ("lost_answer", httpx.RemoteProtocolError, 1),
        ("timeout_before", httpx.ReadTimeout, 0),
        ("timeout_after", httpx.ReadTimeout, 1),
    ],
)
@pytest.mark.parametrize("wire", ["in process", "loopback"])
def test_broken_connection_hides_the_outcome(
    *, sandbox: Sandbox, api_client: ApiClient, person: Person, name: str, error: type[Exception], count: int, wire: str
) -> None:
    """A connection that breaks before or after the server's work raises the same error, so that the client can't know
    the outcome.
    """
    person.says("chào")
    sandbox.fail_next(name, path=CS)
    call = {"recipient": {"user_id": person.id}, "message": {"text": "chào"}}
    if wire == "in process":
        with pytest.raises(error):
            api_client.client.post(CS, json=call)
    else:
        with sandbox.serve() as serving, pytest.raises(error):
            httpx.post(serving.base("openapi") + CS, json=call, headers=api_client.client.headers, timeout=0.5)

    assert len(person.heard) == count


def test_broken_server_responds_with_html(sandbox: Sandbox, api_client: ApiClient) -> None:
    """A broken server responds with HTML, with HTTP status 502 or 200."""
    sandbox.fail_next("server_error")
    sandbox.fail_next("not_json")
    answers = [api_client.client.get("/v2.0/oa/getoa") for _ in range(2)]

    assert [(answer.status_code, "<html>" in answer.text) for answer in answers] == [(502, True), (200, True)]


def test_failure_applies_only_to_its_path(sandbox: Sandbox, api_client: ApiClient) -> None:
    """A scripted failure can have any code, and applies the given number of times to its API path only."""
    sandbox.fail_next(-234, path="/oa/getoa", times=2)
    other = api_client.get_with_data("/v2.0/oa/tag/gettagsofoa")["error"]

    assert [other, *(api_client.get_with_data("/v2.0/oa/getoa")["error"] for _ in range(3))] == [0, -234, -234, 0]


def test_failure_names_include_the_mock_messenger_s() -> None:
    """The sandbox accepts the mock messenger's names of failures."""
    assert {*FAILURES_BEFORE, *FAILURES_AFTER} <= {*CALL_FAILURES}


def test_unknown_failure_is_refused(sandbox: Sandbox) -> None:
    """An unknown name of a failure or trick is refused with the valid names."""
    with pytest.raises(BadInput, match="lost_answer"):
        sandbox.fail_next("lost_anser")
    with pytest.raises(BadInput, match="duplicate"):
        sandbox.trick_next("dupliacte")
