"""Unmodified third-party clients can use the simulated Zalo."""

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
def test_zalo_sdk_matches_its_stored_results() -> None:
    """Through the proxy, with its hosts unchanged, zalo-sdk gets its stored results; it is the only client that is
    installed for tests.
    """
    assert run_client("zalo-sdk", sys.executable) == read_results()["zalo-sdk"]


@pytest.fixture
def npm_client_folder(tmp_path: Path) -> str:
    """A folder into which npm has installed zalo-api, which consists of two small packages."""
    if not (npm := shutil.which("npm")):
        pytest.skip("npm is not installed")
    package = f"zalo-api@{FOREIGN_CLIENTS['npm:zalo-api'].version}"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--fetch-retries=0"]
    completed = subprocess.run(
        [npm, "install", *options, package], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    if completed.returncode:
        pytest.skip(f"npm can't install {package} here: {completed.stderr.strip().splitlines()[-1]}")
    return str(tmp_path)


@pytest.mark.slow
def test_npm_client_matches_its_stored_results(npm_client_folder: str) -> None:
    """Through the proxy a JavaScript client gets its stored results, although its axios requests no tunnel."""
    assert run_client("npm:zalo-api", npm_client_folder) == read_results()["npm:zalo-api"]


def test_every_client_was_run() -> None:
    """The notes, the calls and the stored results are all about the same clients."""
    assert [*read_results()] == [*FOREIGN_CLIENTS]
    assert [client for client in FOREIGN_CLIENTS if not client.startswith(NPM)] == [*CLIENTS]
    npm_calls = (Path(__file__).parent / "calls.mjs").read_text(encoding="utf-8")
    assert all(f'"{client}"' in npm_calls for client in FOREIGN_CLIENTS if client.startswith(NPM))


def test_every_failure_has_its_reason() -> None:
    """A reason is given for exactly those calls that fail."""
    failed = {(client, call) for client, calls in read_results().items() for call, result in calls.items() if result}

    assert failed == {*REASONS}
