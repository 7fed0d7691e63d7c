import pytest
from tests.web.conftest import SECRET_WORDS, Call, FaultyStorage


def test_alive(call: Call, storage: FaultyStorage) -> None:
    """The process is alive whatever its storage says: a restart wouldn't help."""
    storage.break_down()

    assert call("GET", "/livez").json() == {"status": "alive"}


def test_ready(call: Call, storage: FaultyStorage) -> None:
    """Ready means that the storage answers; it comes and goes, and tells nobody why."""
    assert call("GET", "/readyz").json() == {"status": "ready"}
    storage.break_down()
    down = call("GET", "/readyz")
    storage.recover()

    assert (down.status_code, list(down.json())) == (503, ["error"])
    assert SECRET_WORDS not in down.text
    assert call("GET", "/readyz").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/hook/oa", 405), ("PUT", "/hook/oa", 405), ("POST", "/livez", 405), ("DELETE", "/readyz", 405)),
        *(("GET", "/", 404), ("POST", "/hook", 404), ("POST", "/hook/", 404), ("POST", "/hook/oa/x", 404)),
        *(("POST", "/hook/oa/", 404), ("GET", "/livez/", 404), ("POST", "/hook/..%2foa", 404)),
    ],
)
def test_other_addresses_and_methods(call: Call, method: str, path: str, status: int) -> None:
    """Everything else is refused with one sentence in JSON; nothing is redirected."""
    answer = call(method, path)

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].endswith(".")
    assert ("Allow" in answer.headers) is (status == 405)
