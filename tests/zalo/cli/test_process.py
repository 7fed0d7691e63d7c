"""`anninh zalo` as processes of their own, over HTTP, from the first login to the status."""

import json
import os
import socket
import sys
from subprocess import Popen, run

import httpx
import pytest
from tests.cli.conftest import process
from tests.zalo.cli.conftest import Office

pytestmark = pytest.mark.slow

WITHOUT = "import sys; sys.modules['httpx'] = None; from anninh_core.cli import main; main()"
PATIENCE = 60  # seconds for a process that is expected to end


@pytest.fixture
def loopback(office: Office) -> Office:
    """The office, whose callback is on this machine, with a verifier made for each login."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    office.app.callback = f"http://127.0.0.1:{port}/zalo/callback"
    office.configure("zalo", verifier="")
    return office


def page(started: Popen[str]) -> str:
    """Return the page that a login tells to open."""
    assert started.stdout is not None
    return next(line.strip() for line in started.stdout if line.startswith("http"))


def test_a_login_through_the_browser(loopback: Office) -> None:
    """Opened, the page consents and comes back to the waiting command; then the status is a healthy one."""
    with process("zalo", "login", at=loopback.folder) as login:
        back = httpx.get(page(login), follow_redirects=True)
        out, error = login.communicate(timeout=PATIENCE)
    with process("zalo", "status", "--json", at=loopback.folder) as status:
        shown, _ = status.communicate(timeout=PATIENCE)

    assert (login.returncode, error) == (0, "")
    assert back.status_code == 200
    assert "is logged in as 'zalo'" in out
    assert status.returncode == 0
    assert json.loads(shown)["name"] == "Công an xã Thử"


def test_a_login_by_paste(loopback: Office) -> None:
    """On a machine without a browser the address is typed in; nobody listens then."""
    with process("zalo", "login", "--paste", at=loopback.folder) as login:
        back = httpx.get(page(login)).headers["location"]
        with pytest.raises(httpx.ConnectError):
            httpx.get(back)
        out, _ = login.communicate(f"{back}\n", timeout=PATIENCE)

    assert login.returncode == 0
    assert "is logged in as 'zalo'" in out


def test_a_stale_page(loopback: Office) -> None:
    """The page of an earlier login, opened by mistake, stores nothing."""
    with process("zalo", "login", at=loopback.folder) as first:
        old = page(first)
    with process("zalo", "login", at=loopback.folder) as second:
        page(second)
        httpx.get(old, follow_redirects=True)
        _, error = second.communicate(timeout=PATIENCE)

    assert second.returncode == 1
    assert error == (
        "anninh: The callback belongs to another login: begin the login again, and use the newest address.\n"
    )
    assert loopback.tokens() is None


def test_sandbox_prints_its_address() -> None:
    """It says in its first line where it is and what it takes to speak to it, and ends when it is told to."""
    with process("zalo", "sandbox", "--app-id", "77") as started:
        assert started.stdout is not None
        told = json.loads(started.stdout.readline())
        account = httpx.get(f"{told['sandbox']}/").json()
        started.terminate()

    assert told["app_id"] == "77"
    assert account


def test_a_missing_extra_is_one_sentence() -> None:
    """Whoever installed the library without its HTTP client reads which line installs it; the pretend Zalo works."""
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
