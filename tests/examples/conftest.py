"""A fixture that installs the packages under `examples/` for a test."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

Installer = Callable[[str], list[str]]
EXAMPLES = Path(__file__).parents[2] / "examples"


NEEDS = {"own_rss": "feedparser", "own_slides": "pptx"}
"""Name of an example -> module that only this example needs; the extra `dev` installs the modules."""


def require_libraries(example: str) -> None:
    """Skip the test of `example` if the library that it needs isn't installed."""
    if example in NEEDS:
        pytest.importorskip(
            NEEDS[example], reason=f"{NEEDS[example]} is not installed; `pip install -e .[dev]` brings it"
        )


@pytest.fixture
def install(tmp_path: Path) -> Installer:
    """Return a function that installs an example for a fresh interpreter and returns the paths to add to
    `PYTHONPATH`.
    """

    def install_example(name: str) -> list[str]:
        project = tomllib.loads((EXAMPLES / name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = tmp_path / "site" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
        points = (f"{point} = {module}\n" for point, module in project["entry-points"]["anninh"].items())
        (info / "entry_points.txt").write_text("[anninh]\n" + "".join(points))
        return [str(EXAMPLES / name), str(info.parent)]

    return install_example
