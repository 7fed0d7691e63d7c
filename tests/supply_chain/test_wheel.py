"""The wheel is the same, byte for byte, whoever builds it and when."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
def test_two_builds_are_one_wheel(tmp_path: Path) -> None:
    """In two folders, of files with other times: what is released can be built again by whoever doubts it."""
    pytest.importorskip("hatchling", reason="builds need the group `build`")
    first, second = (build(tmp_path / name, touched) for name, touched in (("a", 1_600_000_000), ("b", 1_700_000_000)))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
