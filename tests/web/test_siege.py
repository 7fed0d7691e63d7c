"""Under a crowd of hostile connections a real server accepts honest events, and its memory stays small.

These tests don't check how long honest events take; `python -m benchmarks --only siege` measures that.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from tests.support.hostile_clients import MANNERS
from tests.web.conftest import Event

from anninh_core.app import Settings, open_app
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import WebhookRequest

MEGABYTES = 136
HONEST = 40
PROGRAM = """
import sys
from pathlib import Path
from anninh_core.app import Parts, Settings, open_app
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.profile import load_profile
from anninh_core.testing import MockMessenger
from anninh_core.testing.services import memory_services
from anninh_core.web import serve
parts = Parts(messengers={"oa": MockMessenger("oa", {}, memory_services())})
with open_app(load_profile("hoa_lu_2021"), Settings().resolve_paths(Path(sys.argv[1])), parts) as app:
    tune_gc()
    serve(app, port=0, ready=lambda url: print(url, flush=True))
"""


HELD_ON_BEFORE = ("half_heads", "dripping_heads", "half_bodies", "idle", "large_bodies")
"""Kinds of hostile clients that earlier could block the server with 600 connections."""


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty store to copy, so that the measured process needn't load the modules that create one."""
    folder = tmp_path_factory.mktemp("made")
    open_app(load_profile("hoa_lu_2021"), Settings().resolve_paths(folder)).close()
    return folder


@contextmanager
def serve_store(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Serve an existing store in a process of its own; yield its address and the process."""
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        try:
            yield program.stdout.readline().strip(), psutil.Process(program.pid)
        finally:
            program.terminate()
            program.wait(60)


@contextmanager
def run_hostile_clients(url: str, manner: str, count: int) -> Iterator[None]:
    """Let a crowd of hostile clients hold connections while the `with` block runs."""
    command = [sys.executable, "-m", "tests.support.hostile_clients", url, manner, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
        assert crowd.stdin is not None
        assert crowd.stdout is not None
        try:
            if not crowd.stdout.readline():
                pytest.skip(f"{count} connections at once aren't permitted here")
            yield
        finally:
            crowd.communicate(timeout=60)


def post_event(url: str, event: WebhookRequest) -> int:
    """Send an event over a new connection, and return the status of its response."""
    return httpx.post(f"{url}/hook/oa", content=event.body, headers=event.headers, timeout=60).status_code


@pytest.mark.slow
@pytest.mark.parametrize(
    ("manner", "count"), [*((manner, 1500) for manner in MANNERS), *((manner, 600) for manner in HELD_ON_BEFORE)]
)
def test_siege_stores_every_honest_event(
    empty_store: Path, tmp_path: Path, event_function: Event, manner: str, count: int
) -> None:
    """However many hostile connections are open, each honest event is stored, and the server needs at most 136 MB."""
    events = [event_function(f"Tin số {number}") for number in range(HONEST)]
    with serve_store(Path(shutil.copytree(empty_store, tmp_path / "at"))) as (url, process):
        post_event(url, event_function("Tin đầu tiên"))
        with run_hostile_clients(url, manner, count):
            statuses = []
            peak = 0
            for honest in events:
                statuses.append(post_event(url, honest))
                peak = max(peak, process.memory_info().rss)

    assert statuses == [200] * HONEST
    assert peak < MEGABYTES * 1_000_000
