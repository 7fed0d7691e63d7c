from typing import Any

import msgspec
import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.operations import Door


@pytest.fixture
def document(call: Call) -> dict[str, Any]:
    """The document, as it is served."""
    answer: dict[str, Any] = call("openapi.json", method="GET").json()
    return answer


def test_every_operation_stands_in_it(app: App, document: dict[str, Any]) -> None:
    """Each with its permission, kind, trace and second factor, and an example that the door takes."""
    door = Door(app)
    paths = document["paths"]

    assert {path.removeprefix("/api/v1/") for path in paths} >= set(door.operations)
    for name, operation in door.operations.items():
        said = paths[f"/api/v1/{name}"]["post"]
        assert said["x-anninh-permission"] == operation.permission.value
        assert said["x-anninh-step-up"] is operation.step_up
        example = said["requestBody"]["content"]["application/json"]["example"]
        door.decode(name, msgspec.json.encode(example))
