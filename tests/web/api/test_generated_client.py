"""A client that somebody else's generator makes from the document works without a word about it."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest
from tests.support.sign_in import PASSWORD
from tests.web.api.live import Live, live_api

from anninh_core.usecase import person

pytestmark = pytest.mark.slow

CONFIG = "post_hooks: []\n"  # its formatter is no part of the client


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """A server."""
    with live_api() as live:
        yield live


@pytest.fixture(scope="module")
def client(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client's package, made from the served document; the generator must have nothing to say."""
    pytest.importorskip("openapi_python_client", reason="the generator is installed with the extra `dev`")
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_bytes(httpx.get(f"{live.url}/api/v1/openapi.json").content)
    (folder / "config.yml").write_text(CONFIG)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    options = ["--config", "config.yml", "--meta", "none", "--output-path", "anninh_client", "--fail-on-warning"]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield importlib.import_module("anninh_client")
        for name in [name for name in sys.modules if name.partition(".")[0] == "anninh_client"]:
            del sys.modules[name]


def part(name: str) -> Any:
    return importlib.import_module(f"anninh_client.{name}")


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
