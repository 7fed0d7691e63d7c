"""`anninh leaks`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, opened

from anninh_core.domain.leaks.check import Outgoing
from anninh_core.testing.steps import run_step

TEXT = "Cảm ơn ông B., số 0912 345 678, đã báo"


@pytest.fixture
def held(folder: Path) -> str:
    """Return the code of a text that waits."""
    with opened(folder) as (app, me):
        exposure = app.internals.services.leaks.check.look(TEXT)
        outgoing = Outgoing(about="item:i1", unit="ninh-hoa", officer=me.id, exposure=exposure)
        return run_step(app.internals.services.leaks.hold, me, outgoing, exposure).code


def test_what_waits_is_shown_with_its_places(run: Run, held: str) -> None:
    """The list tells characters, the text itself only who asks for it."""
    listed = run("leaks", "list")
    shown = run("leaks", "show", held.lower())
    assert held in listed.stdout
    assert "0912" not in listed.stdout
    assert "19–30" in listed.stdout
    assert "số ⟦0912 345 678⟧, đã" in shown.stdout


@pytest.mark.parametrize(("verb", "state"), [("release", "released"), ("stop", "stopped")])
def test_a_person_decides(run: Run, read: Read, held: str, verb: str, state: str) -> None:
    """With a reason, once; the journal has it, and nothing waits any more."""
    assert run("leaks", verb, held).exit_code == 2
    assert run("leaks", verb, held, "--reason", "Ông B. đồng ý").exit_code == 0
    assert run("leaks", verb, held, "--reason", "lần nữa").exit_code == 1
    assert run("leaks", "list").stdout == "Nothing is held.\n"
    assert state in run("leaks", "list", "--state", "all").stdout
    assert "Ông B. đồng ý" in run("leaks", "show", held).stdout
    (line,) = read("audit", "trail", "--action", f"leaks.{verb}")
    assert "Ông B." not in str(line)


def test_hits_are_counted(run: Run, held: str) -> None:
    """By whose text it was."""
    assert held
    assert run("leaks", "counts").stdout.split()[-1] == "1"


def test_a_code_that_nobody_has(run: Run) -> None:
    """It is said where to look."""
    done = run("leaks", "show", "XXXXX")
    assert done.exit_code == 1
    assert "leaks list" in done.stderr
