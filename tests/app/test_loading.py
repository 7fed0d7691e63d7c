"""What is loaded when: a program waits only for what it uses."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from anninh_core.testing import memory_app

DOOR = """
import json, sys
from anninh_core import open_app
print(json.dumps(sorted(sys.modules)))
"""
LISTING = """
import json, sys
from anninh_core.testing import memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
with memory_app() as app:
    app.tips.list(UnsafeLocalUsers(app).appoint("Officer", app.district.root, "tip_officer"))
print(json.dumps(sorted(sys.modules)))
"""


def loaded(code: str) -> list[str]:
    """Run code in an interpreter of its own; return the modules that it printed."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_naming_the_door_opens_nothing() -> None:
    """Importing `open_app` loads no room, no process, no settings and no plugin."""
    ours = [name for name in loaded(DOOR) if name.startswith(("anninh", "pydantic", "pluggy"))]

    assert set(ours) == {
        "anninh_core",
        "anninh_core._lazy",
        "anninh_core.app",
        "anninh_core.app.factory",
        "anninh_core.app.injected_ports",
    }


def test_a_room_opens_when_it_is_asked_for() -> None:
    """Whoever lists tips waits for tips, officers and what masks a resident, for no other room and no worker."""
    modules = loaded(LISTING)

    opened = {
        name.split(".")[2] for name in modules if name.startswith("anninh_core.domain.") and name.endswith(".service")
    }
    assert opened == {"conversations", "tips", "units"}
    assert not {"anninh_core.worker", "anninh_core.app.bootstrap.messaging"} & set(modules)


def test_there_is_one_worker() -> None:
    """Threads that ask for the worker at once get the same one: whoever stops it stops the work."""
    with memory_app() as app, ThreadPoolExecutor(8) as pool:
        workers = list(pool.map(lambda _: app.worker, range(32)))

    assert len({id(worker) for worker in workers}) == 1
