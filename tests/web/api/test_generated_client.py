"""A client that a third-party generator makes from the API document works without adaptation."""

from collections.abc import Iterator
from types import ModuleType

import httpx
import pytest
from tests.support.generated_client import generate_client, get_client_module
from tests.support.sign_in import PASSWORD
from tests.web.api.live import LiveServer, live_api

from anninh_core.usecase import person

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("generated_client")]


@pytest.fixture(scope="module")
def live_server() -> Iterator[LiveServer]:
    with live_api() as live:
        yield live


@pytest.fixture(scope="module")
def client(live_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The package of the generated client."""
    with generate_client(live_server.url, tmp_path_factory.mktemp("client")) as client:
        yield client


def test_a_client_works_as_an_officer(live_server: LiveServer, client: ModuleType) -> None:
    """The generated client can sign in, record a tip, and read a problem response."""
    models = get_client_module("models")
    with client.Client(base_url=live_server.url) as anonymous:
        session = get_client_module("api.session.sign_in").sync(
            client=anonymous, body=models.SignInByPassword(name=live_server.holder.name, password=PASSWORD)
        )
    walk_in = models.TipsRecordWalkInRequest(text="Có trộm xe máy ở chợ", unit="hoa-lu")
    with client.AuthenticatedClient(base_url=live_server.url, token=session.token) as authenticated:
        response = get_client_module("api.tips.tips_record_walk_in").sync_detailed(client=authenticated, body=walk_in)
        refused = get_client_module("api.tips.tips_get").sync_detailed(
            client=authenticated, body=models.TipsGetRequest(tip_id="nothing"), accept_language="vi"
        )

    assert response.status_code == 200
    assert [tip.text for tip in live_server.app.tips.list(person(live_server.holder.id)).items] == [
        "Có trộm xe máy ở chợ"
    ]
    assert (refused.parsed.code, refused.parsed.title) == ("not_found", "Không tìm thấy")


def test_every_operation_has_its_function(live_server: LiveServer, client: ModuleType) -> None:
    """The generated client has an importable function for every operation."""
    document = httpx.get(f"{live_server.url}/api/v1/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            module = get_client_module(f"api.{operation['tags'][0]}.{operation['operationId']}")
            assert callable(module.sync_detailed)
