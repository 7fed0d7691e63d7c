"""Plugins of an earlier version, installed; their own tests are run by `test_kits.py`."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.installing import install

collect_ignore_glob = ["*/test_*.py"]

Install = Callable[..., None]
PACKAGES = Path(__file__).parent


@pytest.fixture
def install_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that installs packages of this folder."""

    def install_packages(*names: str) -> None:
        site = tmp_path / "site"
        for name in names:
            project = tomllib.loads((PACKAGES / name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
            install(site, project["name"], project["entry-points"])
            monkeypatch.syspath_prepend(str(PACKAGES / name))
        monkeypatch.syspath_prepend(str(site))

    return install_packages
