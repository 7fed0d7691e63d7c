import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.web.conftest import Call, Event, FaultyStorage, caller

from anninh_core.app import App
from anninh_core.web import create_asgi


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


def test_a_door_in_another_application(app: App, event: Event, storage: FaultyStorage) -> None:
    """Mounted under a path, it takes events in and refuses the rest as it does alone."""
    said = event("Mất xe đạp")
    call = caller(Starlette(routes=[Mount("/office", create_asgi(app))]))

    assert call("POST", "/office/hook/oa", content=said.body, headers=said.headers).json() == {"status": "stored"}
    assert call("POST", "/office/hook/nobody").status_code == 404
    assert call("POST", "/hook/oa", content=said.body, headers=said.headers).status_code == 404
    assert storage.inbox_size() == 1
