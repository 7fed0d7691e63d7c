"""The wheel is the same, byte for byte, whoever builds it and when, and holds no more than it has to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("LICENSE", "README.md", "pyproject.toml")


def build(folder: Path, touched: int) -> Path:
    """Build the wheel out of a copy of its sources, all of them last changed at a moment."""
    tree = folder / "tree"
    shutil.copytree(ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in PARTS:
        shutil.copy(ROOT / name, tree / name)
    for path in tree.rglob("*"):
        os.utime(path, (touched, touched))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    done = subprocess.run(command, cwd=tree, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "dist").iterdir()
    return wheel


@pytest.mark.slow
def test_the_wheel_is_what_runs_and_its_licences(tmp_path: Path) -> None:
    """Three packages, each licence once, no sources of what is compiled, in a few megabytes."""
    pytest.importorskip("hatchling", reason="builds need the group `build`")
    wheel = build(tmp_path, 1_600_000_000)
    names = ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        *("anninh", "anninh_core", "anninh_storage", "anninh_zalo")
    }
    assert sum(name.endswith("/OFL.txt") for name in names) == 1
    assert not [name for name in names if name.endswith((".po", ".pyc")) or "/tests/" in name]
    assert wheel.stat().st_size < 6_000_000


@pytest.mark.slow
def test_two_builds_are_one_wheel(tmp_path: Path) -> None:
    """In two folders, of files with other times: what is released can be built again by whoever doubts it."""
    pytest.importorskip("hatchling", reason="builds need the group `build`")
    first, second = (build(tmp_path / name, touched) for name, touched in (("a", 1_600_000_000), ("b", 1_700_000_000)))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
