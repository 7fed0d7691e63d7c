"""The figures that the README promises of the main job."""

from pathlib import Path

import pytest
from tests.conftest import Played

from anninh_core.cli.running.demo import summary_facts

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.xdist_group("demo")
def test_the_demo_ends_as_the_readme_says(played: Played) -> None:
    """Whoever runs the first command sees the very numbers of the page."""
    text = README.read_text(encoding="utf-8")
    wrong = [f"{name:<17}{said}" for name, said in summary_facts(played.end) if f"{name:<17}{said}\n" not in text]
    assert not wrong
