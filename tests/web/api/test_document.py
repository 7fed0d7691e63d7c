from typing import Any

import msgspec
import pytest
from tests.web.api.conftest import Call

from anninh_core.app import App
from anninh_core.operations import OperationGateway


@pytest.fixture
def document(call: Call) -> dict[str, Any]:
    """The API document as the server delivers it."""
    served: dict[str, Any] = call("openapi.json", method="GET").json()
    return served


def test_document_has_every_operation(app: App, document: dict[str, Any]) -> None:
    """The API document describes every operation with its permission, its second factor and a valid example."""
    gateway = OperationGateway(app)
    paths = document["paths"]

    assert {path.removeprefix("/api/v1/") for path in paths} >= set(gateway.operations)
    for name, operation in gateway.operations.items():
        described = paths[f"/api/v1/{name}"]["post"]
        assert described["x-anninh-permission"] == operation.permission.value
        assert described["x-anninh-step-up"] is operation.step_up
        example = described["requestBody"]["content"]["application/json"]["example"]
        gateway.decode(name, msgspec.json.encode(example))
