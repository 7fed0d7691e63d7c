"""`anninh eval redaction`: personal data that is found, missed and falsely found in labelled texts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anninh_core.cli.evaluation.redaction import LABELLED_KINDS, judge_texts, read_labelled_texts
from anninh_core.cli.root import anninh

FLOOR = 0.97
LINES = [
    {
        "text": "gọi 0912 345 678. hoặc 0987654321",
        "spans": [{"kind": "phone", "text": "0912 345 678."}, {"kind": "phone", "text": "0987654321"}],
    },
    {"text": "tôi tên Lan, mã 12-34", "spans": [{"kind": "plate", "text": "12-34"}]},
    {"text": "xe 35A-123.45 của ông", "spans": [{"kind": "passport", "text": "35A-123.45"}]},
    {"text": "lúc 0912345678", "spans": []},
    {"text": "xem https://example.vn/a", "spans": []},
]


def write_lines(folder: Path, *lines: str) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def labelled_texts(tmp_path: Path) -> Path:
    return write_lines(tmp_path, *(json.dumps(line, ensure_ascii=False) for line in LINES))


def run_evaluation(*args: str) -> Result:
    return CliRunner().invoke(anninh, ["eval", "redaction", *args])


def test_json_figures_contain_no_text(labelled_texts: Path) -> None:
    """JSON has precision and recall of each kind, near misses and confusion, without any of the texts; trailing full
    stops and links don't count.
    """
    result = run_evaluation(str(labelled_texts), "--json")
    figures = json.loads(result.stdout)

    assert (figures["classes"]["phone"]["recall"], figures["classes"]["phone"]["precision"]) == (1, 0.6667)
    assert (figures["classes"]["plate"]["recall"], figures["classes"]["plate"]["false_hits"]) == (0, 1)
    assert figures["classes"]["passport"]["missed"] == 1
    assert figures["near_misses"] == {"texts": 2, "hit": 1}
    assert figures["confusion"] == [{"is": "passport", "taken_for": "plate", "labels": 1}]
    assert "0912" not in result.stdout


def test_lines_are_shown_only_on_demand(labelled_texts: Path) -> None:
    """The text output shows lines of the file only with `--misses`, because they may be real messages."""
    plain = run_evaluation(str(labelled_texts)).stdout
    full = run_evaluation(str(labelled_texts), "--misses").stdout

    assert "near misses: 1 of 2" in plain
    assert "passport taken for plate: 1" in plain
    assert "Lan" not in plain
    assert "missed plate '12-34': tôi tên Lan" in full
    assert "false phone '0912345678': lúc 0912345678" in full


def test_one_hit_counts_for_one_label(tmp_path: Path) -> None:
    """One hit counts for one label; a second label inside it counts as missed."""
    line = {"text": "0912345678", "spans": [{"kind": "phone", "text": "0912345678"}, {"kind": "phone", "text": "345"}]}
    (figures,) = judge_texts(read_labelled_texts(write_lines(tmp_path, json.dumps(line)))).classes

    assert (figures.recall.hits, figures.recall.of) == (1, 2)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("no json", "Line 2 isn't JSON (Expecting value: "),
        ('{"text": "a"}', 'Line 2 isn\'t a labelled text: write {"text": …, "spans": [{"kind": …, "text": …}]}.'),
        (
            '{"text": "a", "spans": [{"kind": "phone"}]}',
            "Line 2 has a span without `text`: copy it from the text of the line",
        ),
        (
            '{"text": "a", "spans": [{"kind": "name", "text": "a"}]}',
            "Line 2 has the unknown kind 'name': choose one of email, bank_account, cccd, phone, ",
        ),
        (
            '{"text": "a", "spans": [{"kind": "phone", "text": "b"}]}',
            "Line 2 has a span that isn't in its text: copy it",
        ),
    ],
)
def test_invalid_labelled_line_is_reported(tmp_path: Path, line: str, wrong: str) -> None:
    """An invalid line is reported with its number and error, and nothing is measured."""
    result = run_evaluation(str(write_lines(tmp_path, json.dumps(LINES[0]), line)))

    assert result.exit_code == 1
    assert wrong in result.stderr


def test_empty_labelled_file_is_refused(tmp_path: Path) -> None:
    """An empty file is refused, because its figures would be meaningless."""
    result = run_evaluation(str(write_lines(tmp_path, "")))

    assert (result.exit_code, "is empty: write one JSON object per line." in result.stderr) == (1, True)


@pytest.mark.parametrize("name", ["dev", "opened_1", "opened_2"])
def test_development_sets_stay_above_floor(pytestconfig: pytest.Config, name: str) -> None:
    """No figure of a development set falls below the floor; the patterns were written from these strings, so this
    proves nothing about others.
    """
    figures = judge_texts(read_labelled_texts(pytestconfig.rootpath / f"training/redaction/{name}.jsonl"))
    worst = min(share.value or 0 for figure in figures.classes for share in (figure.precision, figure.recall))

    assert {figure.name for figure in figures.classes} == set(LABELLED_KINDS)
    assert worst >= FLOOR
    assert figures.near_misses.hits == 0
    assert figures.near_misses.of > 0
