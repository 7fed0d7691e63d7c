"""A client of the API that a third-party tool generates from a server's OpenAPI document."""

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
_CONFIG = "post_hooks: []\n"  # the generator's formatter isn't part of the client


@contextmanager
def generate_client(url: str, folder: Path) -> Iterator[ModuleType]:
    """Generate a client of the server at `url` and import it inside a `with`; fail on any warning of the generator."""
    pytest.importorskip("openapi_python_client", reason="the generator is installed with the extra `dev`")
    (folder / "openapi.json").write_bytes(httpx.get(f"{url}/api/v1/openapi.json").content)
    (folder / "config.yml").write_text(_CONFIG)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    options = ["--config", "config.yml", "--meta", "none", "--output-path", _PACKAGE, "--fail-on-warning"]
    result = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Warning" not in result.stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield importlib.import_module(_PACKAGE)
        for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]


def get_client_module(name: str) -> Any:
    """Return the module `name` of the client generated last."""
    return importlib.import_module(f"{_PACKAGE}.{name}")
