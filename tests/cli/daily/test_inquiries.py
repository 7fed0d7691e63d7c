"""`anninh inquiries`, as officers who signed in work with them."""

from pathlib import Path

import pytest
from tests.cli.conftest import opened
from tests.cli.daily.conftest import Appoint, Person

pytestmark = pytest.mark.slow


@pytest.fixture
def lan(person: Appoint) -> Person:
    """Answers the questions of a commune."""
    return person("ninh-hoa", "tip_officer")


@pytest.fixture
def question(folder: Path) -> str:
    """The end of a question's id, as the list shows it."""
    with opened(folder) as (app, me):
        id = app.inquiries.record_walk_in(me, "Làm căn cước ở đâu?", unit="ninh-hoa").id
    return id[-8:]


def test_a_question_is_listed_shown_and_answered(lan: Person, question: str) -> None:
    """By the end of its id; who has no chat is told by hand."""
    (line,) = (line for line in lan.run("inquiries", "list", "--state", "received").stdout.splitlines() if "…" in line)
    assert line.split()[0] == f"…{question}"
    assert "Làm căn cước ở đâu?" in lan.run("inquiries", "show", question).stdout
    no_chat = lan.refused("inquiries", "answer", question, "--text", "Ở xã", "--yes")
    assert "no chat" in no_chat["message"]
    done = lan.read("inquiries", "answer", f"…{question}", "--by-hand", "nói tại quầy", "--yes")
    assert done["state"] == "answered"


def test_the_answer_is_asked_for(lan: Person, question: str, terminal: None) -> None:
    """The question is shown before."""
    asked = lan.run("inquiries", "answer", question, typed="Đến công an xã.\n\nn\n", ok=False)
    assert "Làm căn cước" in asked.stderr
    assert "Đến công an xã." in asked.stderr


def test_who_may_not_sees_nothing(person: Appoint, question: str) -> None:
    """The auditor is refused the list; another commune's officer finds no such question."""
    assert person("hoa-lu", "auditor").refused("inquiries", "list")["code"] == "Refused"
    assert person("ninh-van", "tip_officer").refused("inquiries", "show", question)["code"] == "NotFound"
    assert "too short" in person("ninh-hoa", "tip_officer").refused("inquiries", "show", "abc")["message"]
