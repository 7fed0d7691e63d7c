"""The figures in the README about the system's main job are those of the demo."""

import pytest
from tests.conftest import PlayedDemo
from tests.docs.pages import ROOT, parse_blocks

from anninh_core.cli.running.demo import summary_facts


@pytest.mark.xdist_group("demo")
def test_readme_shows_the_demos_output(played: PlayedDemo) -> None:
    """The README shows exactly the output of its first command."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (output,) = [block.text for block in parse_blocks(page) if block.argument == "output of the command above"]
    assert output.splitlines() == [f"{name:<17}{value}" for name, value in summary_facts(played.end)]
