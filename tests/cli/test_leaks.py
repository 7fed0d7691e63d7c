"""`anninh leaks`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.domain.leaks.check import Outgoing
from anninh_core.testing.steps import run_step

TEXT = "Cảm ơn ông B., số 0912 345 678, đã báo"


@pytest.fixture
def quarantined_code(folder: Path) -> str:
    """Code of a quarantined text."""
    with open_folder(folder) as (app, me):
        exposure = app.internals.services.leaks.check.find_exposure(TEXT)
        outgoing = Outgoing(about="item:i1", unit="ninh-hoa", officer=me.id, exposure=exposure)
        return run_step(app.internals.services.leaks.hold, me, outgoing, exposure).code


def test_list_shows_positions_only(run: Run, quarantined_code: str) -> None:
    """The list shows only the positions of personal data, and `show` the text itself."""
    listed = run("leaks", "list")
    details = run("leaks", "show", quarantined_code.lower())
    assert quarantined_code in listed.stdout
    assert "0912" not in listed.stdout
    assert "19–30" in listed.stdout
    assert "số ⟦0912 345 678⟧, đã" in details.stdout


@pytest.mark.parametrize(("verb", "state"), [("release", "released"), ("stop", "stopped")])
def test_quarantined_text_is_decided_once(run: Run, read: Read, quarantined_code: str, verb: str, state: str) -> None:
    """A quarantined text is released or stopped once, with a reason; the journal has the act without the reason."""
    assert run("leaks", verb, quarantined_code).exit_code == 2
    assert run("leaks", verb, quarantined_code, "--reason", "Ông B. đồng ý").exit_code == 0
    assert run("leaks", verb, quarantined_code, "--reason", "lần nữa").exit_code == 1
    assert run("leaks", "list").stdout == "Nothing is held.\n"
    assert state in run("leaks", "list", "--state", "all").stdout
    assert "Ông B. đồng ý" in run("leaks", "show", quarantined_code).stdout
    (line,) = read("audit", "trail", "--action", f"leaks.{verb}")
    assert "Ông B." not in str(line)


def test_hits_are_counted_by_officer(run: Run, quarantined_code: str) -> None:
    """Hits are counted by the officer who wrote the text."""
    assert quarantined_code
    assert run("leaks", "counts").stdout.split()[-1] == "1"


def test_unknown_leak_code_is_refused(run: Run) -> None:
    """An unknown code is refused, and the error mentions the command that lists codes."""
    result = run("leaks", "show", "XXXXX")
    assert result.exit_code == 1
    assert "leaks list" in result.stderr
