"""`anninh eval redaction`: what is found, missed and hit without cause, on labelled texts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anninh_core.cli.evaluation.redaction import LABELLED_KINDS, judge_redaction, read_lines
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


def write(folder: Path, *lines: str) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    return write(tmp_path, *(json.dumps(line, ensure_ascii=False) for line in LINES))


def run(*args: str) -> Result:
    return CliRunner().invoke(anninh, ["eval", "redaction", *args])


def test_programs_get_figures_without_a_word_of_the_texts(labelled: Path) -> None:
    """Precision and recall of each kind, near misses, confusion; a label's full stop doesn't count, nor do links."""
    done = run(str(labelled), "--json")
    told = json.loads(done.stdout)

    assert (told["classes"]["phone"]["recall"], told["classes"]["phone"]["precision"]) == (1, 0.6667)
    assert (told["classes"]["plate"]["recall"], told["classes"]["plate"]["false_hits"]) == (0, 1)
    assert told["classes"]["passport"]["missed"] == 1
    assert told["near_misses"] == {"texts": 2, "hit": 1}
    assert told["confusion"] == [{"is": "passport", "taken_for": "plate", "labels": 1}]
    assert "0912" not in done.stdout


def test_people_see_a_table_and_on_demand_what_went_wrong(labelled: Path) -> None:
    """The lines themselves only for who asks: they may be real ones."""
    plain = run(str(labelled)).stdout
    full = run(str(labelled), "--misses").stdout

    assert "near misses: 1 of 2" in plain
    assert "passport taken for plate: 1" in plain
    assert "Lan" not in plain
    assert "missed plate '12-34': tôi tên Lan" in full
    assert "false phone '0912345678': lúc 0912345678" in full


def test_one_hit_finds_one_label(tmp_path: Path) -> None:
    """Two labels under one hit are one found and one missed."""
    line = {"text": "0912345678", "spans": [{"kind": "phone", "text": "0912345678"}, {"kind": "phone", "text": "345"}]}
    (figures,) = judge_redaction(read_lines(write(tmp_path, json.dumps(line)))).classes

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
def test_a_wrong_line_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    """With its number and what is wrong; nothing is measured."""
    done = run(str(write(tmp_path, json.dumps(LINES[0]), line)))

    assert done.exit_code == 1
    assert wrong in done.stderr


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Figures of nothing would look like figures."""
    done = run(str(write(tmp_path, "")))

    assert (done.exit_code, "is empty: write one JSON object per line." in done.stderr) == (1, True)


@pytest.mark.parametrize("name", ["dev", "opened_1", "opened_2"])
def test_no_change_makes_a_development_set_worse(pytestconfig: pytest.Config, name: str) -> None:
    """A regression test: the patterns were written from these strings, so this says nothing about others."""
    figures = judge_redaction(read_lines(pytestconfig.rootpath / f"training/redaction/{name}.jsonl"))
    worst = min(share.value or 0 for one in figures.classes for share in (one.precision, one.recall))

    assert {one.name for one in figures.classes} == set(LABELLED_KINDS)
    assert worst >= FLOOR
    assert figures.near_misses.hits == 0
    assert figures.near_misses.of > 0
