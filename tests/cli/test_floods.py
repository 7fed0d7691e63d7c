"""`anninh tips floods`, `sort-flood`, `mark-false`, `confirm-false`, `clear-false`, `false-before`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, get_mock_messenger, open_folder, process_chat_events

pytestmark = pytest.mark.slow

KARAOKE = "nhà bên mở karaoke ầm ĩ suốt đêm không ngủ được"


@pytest.fixture
def flooding_sender(folder: Path, read: Read) -> str:
    """The name under which officers see a sender with six messages over the limit."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        for text in (KARAOKE, *["trợ giúp"] * 35):
            chat.says(chat.person("Bác Mẫu"), text)
        process_chat_events(app)
    (flood,) = read("tips", "floods")
    assert len(flood["messages"]) == 6
    return str(flood["person"])


def test_flood_is_sorted_into_tip_or_dismissed(run: Run, read: Read, flooding_sender: str) -> None:
    """Messages over a limit are sorted into an existing tip or dismissed with a reason, a given number at a time."""
    assert flooding_sender in run("tips", "floods", env={"COLUMNS": "200"}).stdout
    (receipt,) = read("tips", "floods")[0]["candidates"]
    assert "4 messages belong to" in run("tips", "sort-flood", flooding_sender, "--seen", "4", "--to", receipt).stdout
    assert len(read("tips", "floods")[0]["messages"]) == 2
    assert (
        "give exactly one of --to TIP, --new and --nothing CODE."
        in run("tips", "sort-flood", flooding_sender, "--seen", "2").stderr
    )
    rest = ("tips", "sort-flood", flooding_sender, "--seen", "2", "--nothing", "prank", "--note", "Trẻ nghịch máy")
    assert "each keeps its record" in run(*rest).stdout
    assert "wait over a limit: `anninh tips floods` lists the people whose messages do." in run(*rest).stderr
    assert run("tips", "floods").stdout == "No person is over a limit.\n"


def test_flood_becomes_one_tip(run: Run, read: Read, flooding_sender: str) -> None:
    """All messages over a limit can become one new tip."""
    assert "of 6 messages" in run("tips", "sort-flood", flooding_sender, "--seen", "6", "--new").stdout
    assert read("tips", "floods") == []


def test_false_mark_needs_unfounded_tip(run: Run, read: Read) -> None:
    """Only a tip settled as unfounded can be marked as false, and only a marked one confirmed or cleared."""
    receipt = read("tips", "list")[0]["receipt"]
    words = ("--note", "Người báo nhận là đùa")
    assert "settle it as unfounded" in run("tips", "mark-false", receipt, "--reason", "prank", *words).stderr
    for order in ("confirm-false", "clear-false"):
        assert "isn't marked" in run("tips", order, receipt, *words).stderr
    assert "0 earlier tips" in run("tips", "false-before", receipt).stdout
