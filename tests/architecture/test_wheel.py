"""The wheel is reproducible byte for byte, and contains no more than necessary."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("LICENSE", "README.md", "pyproject.toml")


def build_wheel(folder: Path, modified_at: int) -> Path:
    """Build the wheel from a copy of its sources, all with the modification time `modified_at`."""
    tree = folder / "tree"
    shutil.copytree(ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in PARTS:
        shutil.copy(ROOT / name, tree / name)
    for path in tree.rglob("*"):
        os.utime(path, (modified_at, modified_at))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    result = subprocess.run(command, cwd=tree, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    (wheel,) = (folder / "dist").iterdir()
    return wheel


@pytest.mark.slow
def test_wheel_contains_packages_and_licences_only(tmp_path: Path) -> None:
    """The wheel contains three packages and each licence once, no sources of compiled files, and is smaller than 6
    MB.
    """
    pytest.importorskip("hatchling", reason="builds need the group `build`")
    wheel = build_wheel(tmp_path, 1_600_000_000)
    names = ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        *("anninh", "anninh_core", "anninh_storage", "anninh_zalo")
    }
    assert sum(name.endswith("/OFL.txt") for name in names) == 1
    assert not [name for name in names if name.endswith((".po", ".pyc")) or "/tests/" in name]
    assert wheel.stat().st_size < 6_000_000


@pytest.mark.slow
def test_wheel_builds_are_reproducible(tmp_path: Path) -> None:
    """Two builds in different folders, from files with different times, give the same bytes."""
    pytest.importorskip("hatchling", reason="builds need the group `build`")
    first, second = (
        build_wheel(tmp_path / name, touched) for name, touched in (("a", 1_600_000_000), ("b", 1_700_000_000))
    )
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
