import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.web.conftest import Call, Event, FaultyStorage, build_caller

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
def test_other_addresses_and_methods_are_refused(call: Call, method: str, path: str, status: int) -> None:
    """Any other address or method gets 404 or 405 with one sentence in JSON, and is never redirected."""
    response = call(method, path)

    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert response.json()["error"].endswith(".")
    assert ("Allow" in response.headers) is (status == 405)


def test_application_works_when_mounted(app: App, event_function: Event, storage: FaultyStorage) -> None:
    """When the web application is mounted under a path, it accepts webhook events there and refuses everything else."""
    request = event_function("Mất xe đạp")
    call = build_caller(Starlette(routes=[Mount("/office", create_asgi(app))]))

    assert call("POST", "/office/hook/oa", content=request.body, headers=request.headers).json() == {"status": "stored"}
    assert call("POST", "/office/hook/nobody").status_code == 404
    assert call("POST", "/hook/oa", content=request.body, headers=request.headers).status_code == 404
    assert storage.inbox_size() == 1
