"""Modules are loaded only when a program uses them."""

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


def list_loaded_modules(code: str) -> list[str]:
    """Run code in a new interpreter; return the modules that it printed."""
    command = [sys.executable, "-W", "error", "-c", code]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout))


def test_importing_open_app_loads_little() -> None:
    """Importing `open_app` loads no domain, worker, settings or plugin module."""
    ours = [name for name in list_loaded_modules(DOOR) if name.startswith(("anninh", "pydantic", "pluggy"))]

    assert set(ours) == {
        "anninh_core",
        "anninh_core._lazy",
        "anninh_core.app",
        "anninh_core.app.factory",
        "anninh_core.app.injected_ports",
    }


def test_listing_tips_loads_few_services() -> None:
    """Listing tips loads only the services of tips, units and conversations, and no worker."""
    modules = list_loaded_modules(LISTING)

    opened = {
        name.split(".")[2] for name in modules if name.startswith("anninh_core.domain.") and name.endswith(".service")
    }
    assert opened == {"conversations", "tips", "units"}
    assert not {"anninh_core.worker", "anninh_core.app.bootstrap.messaging"} & set(modules)


def test_app_has_one_worker() -> None:
    """Threads that request the worker at the same time get the same one."""
    with memory_app() as app, ThreadPoolExecutor(8) as pool:
        workers = list(pool.map(lambda _: app.worker, range(32)))

    assert len({id(worker) for worker in workers}) == 1
