"""The README's figures about the main job."""

import pytest
from tests.conftest import Played
from tests.docs.pages import ROOT, blocks

from anninh_core.cli.running.demo import summary_facts


@pytest.mark.xdist_group("demo")
def test_readme_shows_the_demos_output(played: Played) -> None:
    """The README shows exactly the output of its first command."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (output,) = [block.text for block in blocks(page) if block.argument == "output of the command above"]
    assert output.splitlines() == [f"{name:<17}{value}" for name, value in summary_facts(played.end)]
