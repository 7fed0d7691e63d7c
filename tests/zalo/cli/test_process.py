"""The command `anninh zalo` in separate processes over HTTP, from the first login to the status."""

import json
import os
import socket
import sys
from subprocess import Popen, run

import httpx
import pytest
from tests.cli.conftest import start_process
from tests.zalo.cli.conftest import AccountFolder

pytestmark = pytest.mark.slow

WITHOUT = "import sys; sys.modules['httpx'] = None; from anninh_core.cli import main; main()"
PATIENCE = 60  # Seconds within which a process must end.


@pytest.fixture
def loopback_folder(office: AccountFolder) -> AccountFolder:
    """The account's folder with a callback on this machine and a new verifier for each login."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    office.app.callback = f"http://127.0.0.1:{port}/zalo/callback"
    office.write_settings("zalo", verifier="")
    return office


def read_page_address(login: Popen[str]) -> str:
    """Return the address of the consent page that a login prints."""
    assert login.stdout is not None
    return next(line.strip() for line in login.stdout if line.startswith("http"))


def test_login_through_the_browser(loopback_folder: AccountFolder) -> None:
    """A consent in the browser completes the waiting login, and the status is healthy afterwards."""
    with start_process("zalo", "login", at=loopback_folder.folder) as login:
        response = httpx.get(read_page_address(login), follow_redirects=True)
        out, error = login.communicate(timeout=PATIENCE)
    with start_process("zalo", "status", "--json", at=loopback_folder.folder) as status:
        output, _ = status.communicate(timeout=PATIENCE)

    assert (login.returncode, error) == (0, "")
    assert response.status_code == 200
    assert "is logged in as 'zalo'" in out
    assert status.returncode == 0
    assert json.loads(output)["name"] == "Công an xã Thử"


def test_login_by_paste(loopback_folder: AccountFolder) -> None:
    """With `--paste` the callback address is read from the input, and no port is opened."""
    with start_process("zalo", "login", "--paste", at=loopback_folder.folder) as login:
        callback = httpx.get(read_page_address(login)).headers["location"]
        with pytest.raises(httpx.ConnectError):
            httpx.get(callback)
        out, _ = login.communicate(f"{callback}\n", timeout=PATIENCE)

    assert login.returncode == 0
    assert "is logged in as 'zalo'" in out


def test_stale_consent_page_is_refused(loopback_folder: AccountFolder) -> None:
    """The consent page of an earlier login can't complete a later login."""
    with start_process("zalo", "login", at=loopback_folder.folder) as first:
        stale_page = read_page_address(first)
    with start_process("zalo", "login", at=loopback_folder.folder) as second:
        read_page_address(second)
        httpx.get(stale_page, follow_redirects=True)
        _, error = second.communicate(timeout=PATIENCE)

    assert second.returncode == 1
    assert error == (
        "anninh: The callback belongs to another login: begin the login again, and use the newest address.\n"
    )
    assert loopback_folder.tokens() is None


def test_sandbox_prints_its_address() -> None:
    """The sandbox prints its address and credentials in its first line, and ends when it is terminated."""
    with start_process("zalo", "sandbox", "--app-id", "77") as sandbox:
        assert sandbox.stdout is not None
        description = json.loads(sandbox.stdout.readline())
        account = httpx.get(f"{description['sandbox']}/").json()
        sandbox.terminate()

    assert description["app_id"] == "77"
    assert account


def test_missing_extra_names_the_install_command() -> None:
    """Without the HTTP client the command prints how to install it, and the help and the sandbox work."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    status, overview, sandbox = (
        run(
            [sys.executable, "-c", WITHOUT, *words], capture_output=True, encoding="utf-8", env=environment, check=False
        )
        for words in (["zalo", "status"], ["--help"], ["zalo", "sandbox", "--help"])
    )

    assert (status.returncode, overview.returncode, sandbox.returncode) == (2, 0, 0)
    assert status.stderr == (
        "anninh: the Zalo adapter needs an optional dependency; install it with: pip install 'anninh[zalo]'\n"
    )
    assert "zalo" in overview.stdout
    assert "--proxy" in sandbox.stdout
