"""`anninh content` for officers who write, review and publish."""

from pathlib import Path

import pytest
from tests.cli.conftest import open_folder
from tests.cli.daily.conftest import Appoint, Person

from anninh_core.ports import CollectedPiece
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system

pytestmark = pytest.mark.slow

WRITE = (
    *("content", "write", "--unit", "ninh-hoa", "--title", "Cảnh báo lừa đảo", "--body", "Không chuyển tiền."),
    *("--category", "crime_warning", "--source", "Công an huyện", "--for", "ninh-hoa"),
)


@pytest.fixture
def editor(person: Appoint) -> Person:
    return person("ninh-hoa", "editor")


def list_gate_options(folder: Path) -> list[str]:
    """Return the command-line options that pass every gate of a review."""
    with open_folder(folder) as (app, _):
        return [word for gate in app.district.gates for word in ("--gate", f"{gate.id}=đúng")]


def test_item_goes_from_draft_to_withdrawal(person: Appoint, editor: Person, folder: Path) -> None:
    """An item is written by one officer, reviewed by another, published by a third, corrected and withdrawn."""
    reviewer = person("ninh-hoa", "reviewer")
    board = person("ninh-hoa", "board_admin")
    item = editor.read(*WRITE)
    id = item["id"]
    assert editor.run("content", "submit", id[-8:]).output == f"Cảnh báo lừa đảo: submitted ({id}).\n"
    missing = reviewer.read_refusal("content", "review", id)
    assert "--gate" in missing["message"]
    findings = reviewer.read("content", "show", id)["findings"]
    answers = [word for finding in findings for word in ("--finding", f"{finding['number']}=đã xem")]
    assert reviewer.read("content", "review", id, *list_gate_options(folder), *answers)["state"] == "approved"
    assert "--yes" in board.run("content", "publish", id, ok=False).stderr
    assert board.read("content", "publish", id, "--yes")["state"] == "published"
    corrected = editor.read("content", "correct", id, "--body", "Không chuyển tiền cho ai.")
    assert (corrected["replaces"], corrected["title"]) == (id, "Cảnh báo lừa đảo")
    assert board.read("content", "withdraw", id, "--reason", "hết hạn", "--ended", "--yes")["state"] == "withdrawn"
    listed = board.run("content", "list").stdout.splitlines()
    assert len(listed) == 3
    assert max(map(len, listed)) <= 80


def test_command_needs_an_audience(editor: Person) -> None:
    """An item needs an audience, and one for another commune is refused."""
    assert "--for" in editor.read_refusal(*WRITE[:-2])["message"]
    assert editor.read_refusal(*WRITE[:-1], "ninh-van")["code"] == "BadInput"
    assert editor.read("content", "list")["items"] == []


def test_reviewer_answers_each_gate(person: Appoint, editor: Person, terminal: None) -> None:
    """A reviewer answers the gates one by one, and an item that fails a gate can be rejected."""
    reviewer = person("ninh-hoa", "reviewer")
    id = editor.read(*WRITE)["id"]
    editor.run("content", "submit", id)
    result = reviewer.run("content", "review", id, typed="đã xem\nn\nn\n", ok=False)
    assert "--reject" in result.stderr
    rejected = reviewer.run("content", "review", id, "--reject", "Thiếu nguồn")
    assert "rejected" in rejected.stdout
    assert "Thiếu nguồn" in editor.run("content", "show", id).stdout


def test_editor_cannot_publish(editor: Person) -> None:
    """An editor can neither publish the own item nor write for another unit."""
    id = editor.read(*WRITE)["id"]
    assert editor.read_refusal("content", "publish", id, "--yes")["code"] == "Refused"
    assert editor.read_refusal("content", "write", "--unit", "ninh-van", *WRITE[4:])["code"] == "Refused"


def test_editor_is_prompted_for_everything(editor: Person, terminal: None) -> None:
    """An editor at a terminal is prompted for every value, without a default audience, so that no one accepts it
    unread.
    """
    typed = "Ninh Hòa\nTiêu đề\nDòng một\nDòng hai\n\n3\n\nNinh Hòa\nCông an xã\n"
    output = editor.run("content", "write", typed=typed).stdout
    id = output.rpartition("(")[2].partition(")")[0]
    item = editor.read("content", "show", id)
    assert item["versions"][-1]["content"]["body"] == "Dòng một\nDòng hai"
    assert item["versions"][-1]["content"]["units"] == ["ninh-hoa"]
    assert item["category"] == "order_results"


def test_collected_piece_is_used_or_passed_over(editor: Person, folder: Path) -> None:
    """An editor lists collected pieces, turns one into a draft, and passes another over."""
    with open_folder(folder) as (app, _):
        pieces = [CollectedPiece(id=name, title=f"Tin {name}", words="Không chuyển tiền.") for name in "ab"]
        take_in = app.internals.services.content.found.take_in
        run_step(take_in, system("collector"), "ninh-hoa", "province", "Công an tỉnh", pieces)
    assert len(editor.run("content", "found").stdout.splitlines()) == 3
    first, second = (piece["id"] for piece in editor.read("content", "found")["items"])
    item = editor.read("content", "take-up", first[-8:], "--category", "crime_warning")
    assert (item["state"], item["unit"]) == ("draft", "ninh-hoa")
    assert "Công an tỉnh" in editor.run("content", "found-piece", second).stdout
    passed = editor.read("content", "pass-over", second[-8:], "--reason", "Không liên quan")
    assert (passed["state"], passed["reason"]) == ("passed_over", "Không liên quan")
    assert "đã bỏ qua" in editor.run_in_vietnamese("content", "found")
    refusal = editor.read_refusal("content", "pass-over", first)["message"]
    assert f"was made into item {item['id']}: it can't become passed_over." in refusal
