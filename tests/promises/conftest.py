"""The whole demo, played once: what the plan promised is looked up in what it left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from anninh_core.demo.cast import appoint_all, officer
from anninh_core.demo.play import run
from anninh_core.demo.stage import Stage, set_up
from anninh_core.demo.summary import Summary
from anninh_core.work.actor import Actor


@frozen
class Played:
    """The stage after the play, and officers by the script's key."""

    stage: Stage
    summary: Summary
    out: Path

    def officer(self, key: str) -> Actor:
        """Return an officer of the play."""
        return officer(self.stage, key)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the plan from August 2021 to June 2022."""
    out = tmp_path_factory.mktemp("demo")
    summary = run(out)
    stage = set_up(out)
    appoint_all(stage)  # finds everybody again by name
    yield Played(stage, summary, out)
    stage.app.close()
