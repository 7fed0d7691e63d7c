"""`anninh eval`: accuracy of the suggestions on labelled messages of a district."""

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
def labelled_messages(tmp_path: Path) -> Path:
    return write_lines(tmp_path, *(json.dumps(message, ensure_ascii=False) for message in MESSAGES))


def write_lines(folder: Path, *lines: str) -> Path:
    path = folder / "judged.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_json_has_nested_figures(read: Read, labelled_messages: Path) -> None:
    """JSON has the figures for kind, category and emergency, each with its confidence interval."""
    figures = read("eval", "triage", str(labelled_messages))

    assert figures["messages"] == len(MESSAGES)
    assert figures["kind"]["macro_f1"] == 1
    assert 0 < figures["category"]["macro_f1"] < 1
    assert figures["category"]["classes"]["wanted"]["recall"] == 0
    assert figures["emergency"]["recall"] == figures["emergency"]["look_first_recall"] == 1
    assert figures["emergency"]["false_alarm_rate"] == 0
    assert figures["emergency"]["recall_interval"][0] < 0.3
    assert {"is": "tip", "taken_for": "tip", "messages": 3} in figures["kind"]["confusion"]


def test_evaluation_runs_without_folder(tmp_path: Path, labelled_messages: Path) -> None:
    """Without a folder the evaluation uses the shipped profile and plugins."""
    result = CliRunner().invoke(anninh, ["eval", "triage", str(labelled_messages), "--json", "--at", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["kind"]["macro_f1"] == 1


def test_text_output_shows_tables(run: Run, labelled_messages: Path) -> None:
    """The text output shows precision, recall and confusion of each class, and the size of small samples."""
    output = run("eval", "triage", str(labelled_messages)).stdout

    assert "kind: 5 messages, macro F1 100.0%" in output
    assert "is ↓ taken for →" in output
    assert "alarm: recall" in output
    assert "1 of 1" in output


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
def test_invalid_message_line_is_reported(run: Run, tmp_path: Path, line: str, wrong: str) -> None:
    """An invalid line is reported with its number and error, and nothing is measured."""
    result = run("eval", "triage", str(write_lines(tmp_path, json.dumps(MESSAGES[0]), line)))

    assert result.exit_code == 1
    assert wrong in result.stderr


def test_an_empty_file_is_refused(run: Run, tmp_path: Path) -> None:
    """An empty file is refused, because its figures would be meaningless."""
    result = run("eval", "triage", str(write_lines(tmp_path, "")))

    assert (result.exit_code, "is empty: write one JSON object per line." in result.stderr) == (1, True)


def test_agreement_compares_suggestion_with_choice(run: Run, read: Read) -> None:
    """The agreement compares the suggested with the chosen category of each triaged tip."""
    days = ("--from", "2021-01-01", "--to", "2099-12-31")
    figures = read("eval", "agreement", *days)
    (pair,) = figures["pairs"]

    assert (figures["tips"], pair["chosen"], pair["tips"]) == (1, "crime", 1)
    assert figures["agreement"] == (pair["suggested"] == "crime")
    assert "of 1 tips with a suggestion" in run("eval", "agreement", *days).stdout
    assert "No tip with a suggestion" in run("eval", "agreement", "--from", "2001-01-01", "--to", "2001-12-31").stdout
