"""The figures that the README promises of the main job."""

import pytest
from tests.conftest import Played
from tests.docs.pages import ROOT, blocks

from anninh_core.cli.running.demo import summary_facts


@pytest.mark.xdist_group("demo")
def test_the_demo_ends_as_the_readme_says(played: Played) -> None:
    """Whoever runs the first command sees the very lines of the page, and no others."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = [block.text for block in blocks(page) if block.argument == "output of the command above"]
    assert shown.splitlines() == [f"{name:<17}{said}" for name, said in summary_facts(played.end)]
