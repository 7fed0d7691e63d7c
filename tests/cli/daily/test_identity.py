"""`anninh identity ask`, `decide` and `reveal` need two officers and reveal once."""

from pathlib import Path

import pytest
from tests.cli.conftest import open_folder
from tests.cli.daily.conftest import Appoint

pytestmark = pytest.mark.slow


@pytest.fixture
def receipt(folder: Path) -> str:
    """Receipt of a tip that came by chat."""
    with open_folder(folder) as (app, me):
        (tip,) = (tip for tip in app.tips.list(me).items if tip.emergency)
    return tip.receipt


@pytest.mark.slow
def test_approved_name_is_revealed_once_by_command(person: Appoint, receipt: str) -> None:
    """A name is revealed once, after another officer's approval; both officers need a second factor."""
    handler = person("hoa-lu", "tip_officer")
    custodian = person("hoa-lu", "identity_custodian")
    ask = ("identity", "ask", receipt, "--field", "name", "--purpose", "Xác minh", "--ground", "Điều 9")
    id = handler.read(*ask)["id"]
    assert handler.read_refusal("identity", "decide", id, "--approve", "--reason", "x", "--yes")["code"] == "Refused"
    decide = ("identity", "decide", id[-8:], "--approve", "--minutes", "10", "--reason", "Cần", "--yes")
    assert custodian.read_refusal(*decide)["code"] == "StepUpNeeded"
    custodian.add_second_factor()
    assert custodian.read(*decide)["state"] == "approved"
    handler.add_second_factor()
    assert "--yes" in handler.read_refusal("identity", "reveal", id)["message"]
    assert "Chị Mẫu" in handler.run("identity", "reveal", id, "--yes").stdout
    assert handler.read_refusal("identity", "reveal", id, "--yes")["code"] in ("Refused", "WrongStep")


def test_refusing_needs_no_second_factor(person: Appoint, receipt: str) -> None:
    """A custodian refuses a request without a second factor, but must choose between approval and refusal."""
    handler = person("hoa-lu", "tip_officer")
    custodian = person("hoa-lu", "identity_custodian")
    id = handler.read("identity", "ask", receipt, "--field", "name", "--purpose", "x", "--ground", "y")["id"]
    assert "--approve/--refuse" in custodian.read_refusal("identity", "decide", id, "--reason", "x", "--yes")["message"]
    assert custodian.run("identity", "decide", id, "--refuse", "--reason", "x", "--yes").stdout.endswith(": refused.\n")
