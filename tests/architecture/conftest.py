"""Fixtures with the source tree, which is read once."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Trees = Mapping[str, ast.Module]
Run = Callable[[str], str]

ROOT = Path(__file__).parents[2]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the syntax trees in one process: parsing a thousand files takes longer than checking them."""
    for item in items:
        if "trees" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("trees"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def trees() -> Trees:
    """Path below `src` -> syntax tree, for every shipped module."""
    source = ROOT / "src"
    return {
        path.relative_to(source).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(source.rglob("*.py"))
    }


@pytest.fixture(scope="session")
def modules(trees: Trees) -> list[str]:
    """Dotted names of every shipped module and package."""
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in trees]


@pytest.fixture(scope="session")
def packages(trees: Trees) -> list[str]:
    """Dotted names of the shipped packages."""
    return [path.removesuffix("/__init__.py").replace("/", ".") for path in trees if path.endswith("/__init__.py")]


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs code in a new interpreter and returns its output; a failure shows both streams."""

    def run_in_new_interpreter(code: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-W", "error", "-c", code]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run_in_new_interpreter
