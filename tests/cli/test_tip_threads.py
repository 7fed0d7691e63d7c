"""`anninh tips unassigned`, `assign-message`, `split`, `join`, `withdrawal`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, get_mock_messenger, open_folder, process_chat_events

pytestmark = pytest.mark.slow

THEFT = "mất trộm xe máy đêm qua ở xóm 2"
KARAOKE = "nhà bên mở karaoke ầm ĩ"
PLATE = "Biển số 35B1-123.45"


def send_messages(folder: Path, *texts: str) -> None:
    """Send messages of one resident."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        for text in texts:
            chat.says(chat.person("Bác Mẫu"), text)
            process_chat_events(app)


@pytest.fixture
def receipts(folder: Path, read: Read) -> list[str]:
    """Receipts of two concurrent tips of one resident, the older one first."""
    send_messages(folder, THEFT, "việc khác", KARAOKE)
    return [read("tips", "search", f'"{words}"')[0]["receipt"] for words in ("xe máy", "karaoke")]


def test_doubtful_message_is_assigned(run: Run, read: Read, folder: Path, receipts: list[str]) -> None:
    """A doubtful message is listed with the receipts it may belong to, and after assigning it is part of the tip."""
    send_messages(folder, PLATE)
    (message,) = read("tips", "unassigned")
    assert sorted(message["candidates"]) == sorted(receipts)
    assert PLATE in run("tips", "unassigned", env={"COLUMNS": "200"}).stdout
    assert receipts[0] in run("tips", "assign-message", message["id"], "--to", receipts[0]).stdout
    assert PLATE in run("tips", "show", receipts[0]).stdout
    assert run("tips", "unassigned").stdout == "Nothing is in doubt.\n"
    assert "isn't in doubt" in run("tips", "assign-message", message["id"], "--to", receipts[0]).stderr


def test_doubtful_message_becomes_a_tip(run: Run, read: Read, folder: Path, receipts: list[str]) -> None:
    """A doubtful message that belongs to no tip becomes a new one."""
    send_messages(folder, PLATE)
    (message,) = read("tips", "unassigned")
    assert message["candidates"]
    assert "New tip" in run("tips", "assign-message", message["id"], "--category", "crime").stdout
    assert [tip["text"] for tip in read("tips", "search", "bien so")] == [PLATE]
    assert receipts


def test_tips_are_joined_and_split(run: Run, read: Read, receipts: list[str]) -> None:
    """A mistaken join of tips is undone by a split, and joining needs a reason."""
    first, second = receipts
    assert run("tips", "join", first, "--into", second).exit_code != 0
    assert f"{second} goes on" in run("tips", "join", first, "--into", second, "--reason", "Cùng một việc").stdout
    tip = read("tips", "show", first)
    assert (tip["receipt"], len(tip["messages"])) == (second, 2)
    theft = next(message["id"] for message in tip["messages"] if message["text"] == THEFT)
    assert "New tip" in run("tips", "split", second, theft, "--reason", "Hai việc", "--category", "crime").stdout
    assert read("tips", "show", second)["text"] == KARAOKE


def test_requested_withdrawal_is_decided(run: Run, folder: Path, receipts: list[str]) -> None:
    """A withdrawal is declined with an answer for the reporter, or accepted, only if it was requested."""
    first, second = receipts
    send_messages(folder, f"HUY {first}", f"HUY {second}")
    assert (
        "write in `answer` what to reply"
        in run("tips", "withdrawal", first, "--decline", "--reason", "Trộm cắp").stderr
    )
    answer_option = ("--answer", "Vẫn được làm rõ.")
    assert (
        f"{first} is received"
        in run("tips", "withdrawal", first, "--decline", *answer_option, "--reason", "Trộm cắp").stdout
    )
    assert f"{second} is withdrawn" in run("tips", "withdrawal", second, "--accept", "--reason", "Đã hết ồn").stdout
    assert "has no open request to withdraw it." in run("tips", "withdrawal", first, "--accept", "--reason", "x").stderr
