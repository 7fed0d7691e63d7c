"""`anninh inquiries` for signed-in officers."""

from pathlib import Path

import pytest
from tests.cli.conftest import open_folder
from tests.cli.daily.conftest import Appoint, Person

pytestmark = pytest.mark.slow


@pytest.fixture
def lan(person: Appoint) -> Person:
    """An officer who answers the inquiries of a commune."""
    return person("ninh-hoa", "tip_officer")


@pytest.fixture
def short_inquiry_id(folder: Path) -> str:
    """The last characters of an inquiry's id, as the list shows them."""
    with open_folder(folder) as (app, me):
        id = app.inquiries.record_walk_in(me, "Làm căn cước ở đâu?", unit="ninh-hoa").id
    return id[-8:]


def test_command_answers_by_hand_without_chat(lan: Person, short_inquiry_id: str) -> None:
    """An inquiry is found by the end of its id, and one without a chat is answered by hand."""
    (line,) = (line for line in lan.run("inquiries", "list", "--state", "received").stdout.splitlines() if "…" in line)
    assert line.split()[0] == f"…{short_inquiry_id}"
    assert "Làm căn cước ở đâu?" in lan.run("inquiries", "show", short_inquiry_id).stdout
    no_chat = lan.read_refusal("inquiries", "answer", short_inquiry_id, "--text", "Ở xã", "--yes")
    assert "no chat" in no_chat["message"]
    done = lan.read("inquiries", "answer", f"…{short_inquiry_id}", "--by-hand", "nói tại quầy", "--yes")
    assert done["state"] == "answered"


def test_answer_prompt_shows_the_question(lan: Person, short_inquiry_id: str, terminal: None) -> None:
    """The prompt for an answer shows the question first."""
    result = lan.run("inquiries", "answer", short_inquiry_id, typed="Đến công an xã.\n\nn\n", ok=False)
    assert "Làm căn cước" in result.stderr
    assert "Đến công an xã." in result.stderr


def test_inquiries_need_permission_for_unit(person: Appoint, short_inquiry_id: str) -> None:
    """An officer without permission can't list inquiries, and one of another commune can't find them."""
    assert person("hoa-lu", "auditor").read_refusal("inquiries", "list")["code"] == "Refused"
    assert person("ninh-van", "tip_officer").read_refusal("inquiries", "show", short_inquiry_id)["code"] == "NotFound"
    assert "too short" in person("ninh-hoa", "tip_officer").read_refusal("inquiries", "show", "abc")["message"]
