"""Install plugins of an earlier version; `test_kits.py` runs their own tests."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.installing import write_metadata

collect_ignore_glob = ["*/test_*.py"]

Install = Callable[..., None]
PACKAGES = Path(__file__).parent


@pytest.fixture
def install_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that installs the named plugin packages from the folder `earlier_plugins`."""

    def install_packages(*names: str) -> None:
        site = tmp_path / "site"
        for name in names:
            project = tomllib.loads((PACKAGES / name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
            write_metadata(site, project["name"], project["entry-points"])
            monkeypatch.syspath_prepend(str(PACKAGES / name))
        monkeypatch.syspath_prepend(str(site))

    return install_packages
