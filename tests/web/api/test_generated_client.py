"""A client that somebody else's generator makes from the document works without a word about it."""

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
    """A server."""
    with live_api() as live:
        yield live


@pytest.fixture(scope="module")
def client(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client's package."""
    with generate_client(live.url, tmp_path_factory.mktemp("client")) as client:
        yield client


def test_a_client_works_as_an_officer(live: Live, client: ModuleType) -> None:
    """It signs in, notes a tip down and finds it again, and reads a problem as one."""
    models = part("models")
    with client.Client(base_url=live.url) as anonymous:
        begun = part("api.session.sign_in").sync(
            client=anonymous, body=models.SignInByPassword(name=live.holder.name, password=PASSWORD)
        )
    walk_in = models.TipsRecordWalkInRequest(text="Có trộm xe máy ở chợ", unit="hoa-lu")
    with client.AuthenticatedClient(base_url=live.url, token=begun.token) as known:
        answer = part("api.tips.tips_record_walk_in").sync_detailed(client=known, body=walk_in)
        refused = part("api.tips.tips_get").sync_detailed(
            client=known, body=models.TipsGetRequest(tip_id="nothing"), accept_language="vi"
        )

    assert answer.status_code == 200
    assert [tip.text for tip in live.app.tips.list(person(live.holder.id)).items] == ["Có trộm xe máy ở chợ"]
    assert (refused.parsed.code, refused.parsed.title) == ("not_found", "Không tìm thấy")


def test_every_operation_has_its_function(live: Live, client: ModuleType) -> None:
    """None was left out, and each module imports."""
    document = httpx.get(f"{live.url}/api/v1/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            module = part(f"api.{operation['tags'][0]}.{operation['operationId']}")
            assert callable(module.sync_detailed)
