"""Clients that others wrote, unchanged, against the pretend Zalo."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.zalo.clients.calls import CLIENTS
from tests.zalo.clients.notes import FOREIGN_CLIENTS, REASONS
from tests.zalo.clients.runs import NPM, read_results, run_client

pytest.importorskip("zalo_sdk", reason="zalo-sdk is not installed; `pip install -e .[dev]` brings it")


@pytest.mark.slow
def test_zalo_sdk_does_as_is_written_down() -> None:
    """The one client that is installed for tests makes all its calls through the proxy, its hosts unchanged."""
    assert run_client("zalo-sdk", sys.executable) == read_results()["zalo-sdk"]


@pytest.fixture
def npm_client(tmp_path: Path) -> str:
    """A folder into which npm has installed zalo-api, whose two packages are small."""
    if not (npm := shutil.which("npm")):
        pytest.skip("npm is not installed")
    wanted = f"zalo-api@{FOREIGN_CLIENTS['npm:zalo-api'].version}"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--fetch-retries=0"]
    done = subprocess.run([npm, "install", *options, wanted], cwd=tmp_path, capture_output=True, check=False, text=True)
    if done.returncode:
        pytest.skip(f"npm can't install {wanted} here: {done.stderr.strip().splitlines()[-1]}")
    return str(tmp_path)


@pytest.mark.slow
def test_a_client_from_npm_does_as_is_written_down(npm_client: str) -> None:
    """A client in another language, whose axios asks the proxy for no tunnel, is answered through it all the same."""
    assert run_client("npm:zalo-api", npm_client) == read_results()["npm:zalo-api"]


def test_every_client_was_run() -> None:
    """What is told of clients, what calls they make and what was written down name the same ones."""
    assert [*read_results()] == [*FOREIGN_CLIENTS]
    assert [client for client in FOREIGN_CLIENTS if not client.startswith(NPM)] == [*CLIENTS]
    npm_calls = (Path(__file__).parent / "calls.mjs").read_text(encoding="utf-8")
    assert all(f'"{client}"' in npm_calls for client in FOREIGN_CLIENTS if client.startswith(NPM))


def test_every_failure_has_its_reason() -> None:
    """A call that fails is explained, and nothing else is."""
    failed = {(client, call) for client, calls in read_results().items() for call, result in calls.items() if result}

    assert failed == {*REASONS}
