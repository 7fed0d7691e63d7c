"""A client generated from the document by a third-party generator works without adaptation."""

from collections.abc import Iterator
from types import ModuleType

import httpx
import pytest
from tests.support.generated_client import generate_client, part
from tests.support.sign_in import PASSWORD
from tests.web.api.live import Live, live_api

from anninh_core.usecase import person

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("generated_client")]


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with live_api() as live:
        yield live


@pytest.fixture(scope="module")
def client(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Generate the client, and yield its package."""
    with generate_client(live.url, tmp_path_factory.mktemp("client")) as client:
        yield client


def test_a_client_works_as_an_officer(live: Live, client: ModuleType) -> None:
    """The client can sign in, record a tip, and read a problem."""
    models = part("models")
    with client.Client(base_url=live.url) as anonymous:
        session = part("api.session.sign_in").sync(
            client=anonymous, body=models.SignInByPassword(name=live.holder.name, password=PASSWORD)
        )
    walk_in = models.TipsRecordWalkInRequest(text="Có trộm xe máy ở chợ", unit="hoa-lu")
    with client.AuthenticatedClient(base_url=live.url, token=session.token) as authenticated:
        response = part("api.tips.tips_record_walk_in").sync_detailed(client=authenticated, body=walk_in)
        refused = part("api.tips.tips_get").sync_detailed(
            client=authenticated, body=models.TipsGetRequest(tip_id="nothing"), accept_language="vi"
        )

    assert response.status_code == 200
    assert [tip.text for tip in live.app.tips.list(person(live.holder.id)).items] == ["Có trộm xe máy ở chợ"]
    assert (refused.parsed.code, refused.parsed.title) == ("not_found", "Không tìm thấy")


def test_every_operation_has_its_function(live: Live, client: ModuleType) -> None:
    """The client has an importable function for every operation."""
    document = httpx.get(f"{live.url}/api/v1/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            module = part(f"api.{operation['tags'][0]}.{operation['operationId']}")
            assert callable(module.sync_detailed)
