"""On a full disk, webhook posts fail and `/readyz` names the reason, until there is space again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.small_disk import mount_small_disk

pytestmark = pytest.mark.slow

PROGRAM = """
import json, os, resource, signal, sys
from pathlib import Path
import anyio, httpx
from anninh_core.app import Parts, Settings, open_app
from anninh_core.app.health import REST
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.testing import MockChat, MockMessenger
from anninh_core.web import create_asgi
from tests.support.small_disk import fill_disk
from datetime import datetime, UTC

folder, how = Path(sys.argv[1]), sys.argv[2]
clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
chat = MockChat(clock)
numbers = iter(range(100_000))

async def ask(method, path, **rest):
    transport = httpx.ASGITransport(asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        return await client.request(method, path, **rest)

def post():
    chat.says(chat.person(f"Resident {next(numbers)}"), "x" * 3000)
    event = list(chat.webhooks())[-1]
    return anyio.run(lambda: ask("POST", "/hook/oa", content=event.body, headers=event.headers)).status_code

def ready():
    clock.advance(REST)
    answer = anyio.run(lambda: ask("GET", "/readyz"))
    return answer.status_code, answer.json()["checks"]["writing"]

def fill():
    if how == "limit":  # no file may grow beyond what the log holds by now
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = max(path.stat().st_size for path in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, resource.RLIM_INFINITY))
        return
    fill_disk(folder)

def make_room():
    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        (folder / "filler").unlink()

parts = Parts(clock=clock, messengers={"oa": MockMessenger.on(chat)})
with open_app(load_profile("hoa_lu_2021"), Settings().resolve_paths(folder), parts) as app:
    asgi = create_asgi(app)
    seen = [post(), ready()]
    fill()
    posts = [post() for _ in range(400)]
    seen += [posts[-1], ready(), post(), ready()]
    make_room()
    seen += [post(), ready()]
print(json.dumps(seen))
"""


def run_program(folder: Path, how: str) -> list[object]:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), how], check=True, capture_output=True, text=True
    )
    seen: list[object] = json.loads(result.stdout)
    return seen


READY = [200, "ok"]


def expected_results(reason: str) -> list[object]:
    """Return the expected results of posts and `/readyz`, in turn: one pair before, two pairs without space, and one
    pair with space again.
    """
    down = [503, reason]
    return [200, READY, 503, down, 503, down, 200, READY]


def test_file_size_limit_makes_posts_fail(tmp_path: Path) -> None:
    """If the system lets no file grow, webhook posts fail and `/readyz` shows that writing fails."""
    assert run_program(tmp_path, "limit") == expected_results("failed")


def test_full_disk_makes_posts_fail(tmp_path: Path) -> None:
    """On a full disk, webhook posts fail and `/readyz` shows that the disk is full."""
    with mount_small_disk(tmp_path, 8) as disk:
        assert run_program(disk, "disk") == expected_results("disk full")
