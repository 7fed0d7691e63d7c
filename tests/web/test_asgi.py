import pytest
from tests.web.conftest import Call


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/hook/oa", 405), ("PUT", "/hook/oa", 405), ("POST", "/livez", 405), ("DELETE", "/readyz", 405)),
        *(("GET", "/", 404), ("POST", "/hook", 404), ("POST", "/hook/", 404), ("POST", "/hook/oa/x", 404)),
        *(
            ("POST", "/hook/oa/", 404),
            ("GET", "/livez/", 404),
            ("GET", "/metrics", 404),
            ("POST", "/hook/..%2foa", 404),
        ),
    ],
)
def test_other_addresses_and_methods(call: Call, method: str, path: str, status: int) -> None:
    """Everything else is refused with one sentence in JSON; nothing is redirected."""
    answer = call(method, path)

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].endswith(".")
    assert ("Allow" in answer.headers) is (status == 405)
