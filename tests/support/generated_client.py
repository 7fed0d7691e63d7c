"""A client of the API that somebody else's generator makes from the document that a server shows."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

_PACKAGE = "anninh_client"
_CONFIG = "post_hooks: []\n"  # its formatter is no part of the client


@contextmanager
def generate_client(url: str, folder: Path) -> Iterator[ModuleType]:
    """Make a client of the server at `url` and import it inside a `with`; the generator must have nothing to say."""
    pytest.importorskip("openapi_python_client", reason="the generator is installed with the extra `dev`")
    (folder / "openapi.json").write_bytes(httpx.get(f"{url}/api/v1/openapi.json").content)
    (folder / "config.yml").write_text(_CONFIG)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    options = ["--config", "config.yml", "--meta", "none", "--output-path", _PACKAGE, "--fail-on-warning"]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield importlib.import_module(_PACKAGE)
        for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]


def part(name: str) -> Any:
    """Return a module of the client that was made last."""
    return importlib.import_module(f"{_PACKAGE}.{name}")
