"""`anninh eval`: how often the suggestions are right, on words of a district's own."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Read, Run

from anninh_core.cli.root import anninh

MESSAGES: list[dict[str, Any]] = [
    {"text": "Cháy nhà ở xóm 3, đến ngay các anh ơi", "kind": "tip", "category": "fire", "emergency": True},
    {"text": "Tối qua nhà tôi bị trộm mất cái xe máy", "kind": "tip", "category": "crime", "emergency": False},
    {"text": "Làm lại căn cước thì cần giấy tờ gì ạ", "kind": "question", "category": "", "emergency": False},
    {"text": "Em cảm ơn các anh nhiều ạ", "kind": "chatter", "category": None, "emergency": False, "id": "more"},
    {"text": "Xe tải đổ đất đầy đường", "kind": "tip", "category": "wanted", "emergency": False},
]


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    return write(tmp_path, *(json.dumps(message, ensure_ascii=False) for message in MESSAGES))


def write(folder: Path, *lines: str) -> Path:
    path = folder / "judged.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_programs_get_nested_figures(read: Read, judged: Path) -> None:
    """Kind, category and emergency, each with its interval."""
    told = read("eval", "triage", str(judged))

    assert told["messages"] == len(MESSAGES)
    assert told["kind"]["macro_f1"] == 1
    assert 0 < told["category"]["macro_f1"] < 1
    assert told["category"]["classes"]["wanted"]["recall"] == 0
    assert told["emergency"]["recall"] == told["emergency"]["look_first_recall"] == 1
    assert told["emergency"]["false_alarm_rate"] == 0
    assert told["emergency"]["recall_interval"][0] < 0.3
    assert {"is": "tip", "taken_for": "tip", "messages": 3} in told["kind"]["confusion"]


def test_it_runs_where_no_authority_is(tmp_path: Path, judged: Path) -> None:
    """Whoever wants to know first how good it is needs no folder: shipped profile and plugins then."""
    done = CliRunner().invoke(anninh, ["eval", "triage", str(judged), "--json", "--at", str(tmp_path)])

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["kind"]["macro_f1"] == 1


def test_people_get_tables(run: Run, judged: Path) -> None:
    """Precision, recall and confusion of each class, and what a few messages prove."""
    shown = run("eval", "triage", str(judged)).stdout

    assert "kind: 5 messages, macro F1 100.0%" in shown
    assert "is ↓ taken for →" in shown
    assert "alarm: recall" in shown
    assert "1 of 1" in shown


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("no json", "Line 2 isn't JSON (Expecting value: "),
        ("[1]", 'Line 2 isn\'t a JSON object: write {"text": …, "kind": …, "category": …, "emergency": …}.'),
        ('{"kind": "tip"}', "Line 2 has no `text`: add the text of the message."),
        (
            '{"text": "a", "kind": "news"}',
            "Line 2 has the unknown kind 'news': choose one of tip, question, chatter, unsuitable.",
        ),
        (
            '{"text": "a", "kind": "tip", "category": "weather"}',
            "Line 2 has the category 'weather', which isn't in the profile: choose one of situation, crime, ",
        ),
        ('{"text": "a", "kind": "tip", "emergency": "yes"}', "Line 2 has 'yes' as `emergency`: write true or false."),
        (
            '{"text": "a", "kind": "chatter", "emergency": true}',
            "Line 2 has the kind 'chatter', but only a tip can be an emergency: correct `kind`",
        ),
    ],
)
def test_a_wrong_line_is_named(run: Run, tmp_path: Path, line: str, wrong: str) -> None:
    """With its number and what is wrong; nothing is measured."""
    done = run("eval", "triage", str(write(tmp_path, json.dumps(MESSAGES[0]), line)))

    assert done.exit_code == 1
    assert wrong in done.stderr


def test_an_empty_file_is_refused(run: Run, tmp_path: Path) -> None:
    """Figures of nothing would look like figures."""
    done = run("eval", "triage", str(write(tmp_path, "")))

    assert (done.exit_code, "is empty: write one JSON object per line." in done.stderr) == (1, True)


def test_agreement_of_officers_is_shown(run: Run, read: Read) -> None:
    """The one tip that an officer triaged: what was suggested, and what they chose."""
    days = ("--from", "2021-01-01", "--to", "2099-12-31")
    told = read("eval", "agreement", *days)
    (pair,) = told["pairs"]

    assert (told["tips"], pair["chosen"], pair["tips"]) == (1, "crime", 1)
    assert told["agreement"] == (pair["suggested"] == "crime")
    assert "of 1 tips with a suggestion" in run("eval", "agreement", *days).stdout
    assert "No tip with a suggestion" in run("eval", "agreement", "--from", "2001-01-01", "--to", "2001-12-31").stdout
