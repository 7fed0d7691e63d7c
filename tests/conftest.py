"""The whole demo, played once for all tests that look at what it left behind; mark them `xdist_group("demo")`."""

import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import frozen

if TYPE_CHECKING:
    from anninh_core.demo.stage import Stage
    from anninh_core.demo.summary import Summary
    from anninh_core.work.actor import Actor


@frozen
class Played:
    """The stage after the play, officers by the script's key, and everything that was logged meanwhile."""

    stage: "Stage"
    summary: "Summary"
    out: Path
    log: str

    def officer(self, key: str) -> "Actor":
        """Return an officer of the play."""
        from anninh_core.demo.cast import officer  # noqa: PLC0415  only tests of the demo import it

        return officer(self.stage, key)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the plan from August 2021 to June 2022, with every logger at its most talkative."""
    from anninh_core.demo.cast import appoint_all  # noqa: PLC0415
    from anninh_core.demo.play import run  # noqa: PLC0415
    from anninh_core.demo.stage import set_up  # noqa: PLC0415

    out = tmp_path_factory.mktemp("demo")
    logged, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(logged), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        summary = run(out)
        stage = set_up(out)
        appoint_all(stage)  # finds everybody again by name
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    yield Played(stage, summary, out, logged.getvalue())
    stage.app.close()
