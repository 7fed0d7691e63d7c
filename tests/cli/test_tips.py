"""`anninh tips`."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import GAMBLING, Read, Run, hear, mock, opened

from anninh_core.cli.records.deadlines import deadline_fact
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.profile import load_profile
from anninh_core.usecase.views import ViewContext


def test_tips_are_listed(run: Run) -> None:
    """One line each, newest first, no wider than 80 columns, an emergency marked."""
    lines = run("tips", "list").stdout.splitlines()

    assert lines[0].split() == ["receipt", "received", "state", "category", "unit", "text"]
    assert len(lines) == 3
    assert "triaged" in lines[1]
    assert "ninh-hoa" in lines[1]
    assert "(!) Cháy nhà" in lines[2]
    assert max(map(len, lines)) <= 80


def test_a_page_that_is_full_says_so(run: Run) -> None:
    """On stderr, so that a program reading the list isn't confused."""
    done = run("tips", "list", "--limit", "1")

    assert len(done.stdout.splitlines()) == 2
    assert "more than these 1" in done.stderr


def test_tips_are_filtered(read: Read) -> None:
    """By unit with all below it, by state, by category."""
    assert [tip["unit"] for tip in read("tips", "list", "--unit", "ninh-hoa")] == ["ninh-hoa"]
    assert [tip["state"] for tip in read("tips", "list", "--state", "received")] == ["received"]
    assert [tip["category"] for tip in read("tips", "list", "--category", "fire")] == ["fire"]


def test_due_ones_come_first(read: Read) -> None:
    """Open tips only, by the first limit that runs out."""
    found = read("tips", "list", "--due")
    dues = [min(limit["due"] for limit in tip["limits"] if limit["met_at"] is None) for tip in found]

    assert len(dues) == 2
    assert dues == sorted(dues)


def test_wrong_filters_are_told(run: Run) -> None:
    """With what there is instead."""
    assert "no incoming category" in run("tips", "list", "--category", "love").stderr
    assert "'verifying'" in run("tips", "list", "--state", "lost").stderr
    assert "has no unit 'atlantis': `anninh units` lists the units." in run("tips", "list", "--unit", "atlantis").stderr


def test_words_are_found_without_diacritics(run: Run, read: Read) -> None:
    """All words must be there."""
    assert [tip["text"] for tip in read("tips", "search", "danh", "bac")] == [GAMBLING]
    assert "đánh bạc" in run("tips", "search", "DANH BAC", env={"COLUMNS": "120"}).stdout
    assert run("tips", "search", "danh", "chay").stdout.startswith("No tip")


def test_a_message_does_not_steer_the_terminal(run: Run, read: Read, folder: Path) -> None:
    """What would clear the screen or turn words around is seen as such; the record has it as it was written."""
    written = "\x1b[2J\x1b[31mCó trộm chó\u202e ở xóm 5"
    with opened(folder) as (app, _):
        chat = mock(app).chat
        chat.says(chat.person("Anh Mẫu"), written)
        hear(app)
    (tip,) = read("tips", "search", "trom cho")

    shown = run("tips", "show", tip["id"]).stdout
    assert "␛[2J␛[31mCó trộm chó[U+202E] ở xóm 5" in shown
    assert not set(shown + run("tips", "list").stdout + run("tips", "search", "trom").stdout) & set("\x1b\u202e")
    assert read("tips", "show", tip["id"])["messages"][-1]["text"] == written
    assert "\\u001b[2J" in run("tips", "show", tip["id"], "--json").stdout


def test_a_tip_is_shown_by_receipt_or_id(run: Run, read: Read) -> None:
    """The receipt as a resident types it; the case with its limits, the reporter's words, and no name."""
    (tip,) = read("tips", "search", "danh bac")

    shown = run("tips", "show", tip["receipt"].lower()).stdout

    assert run("tips", "show", tip["id"]).stdout == shown
    assert "xã Ninh Hòa (ninh-hoa)" in shown
    assert "until end of 20" in shown
    assert shown.count("đánh bạc ở đầu làng") == 2  # the tip, and the message it began with
    assert "Anh Mẫu" not in shown
    assert read("tips", "show", tip["id"])["messages"][0]["text"] == GAMBLING


def test_a_settled_tip_says_how(run: Run, read: Read, folder: Path) -> None:
    """The outcome, the day, and whether that was in time."""
    (found,) = read("tips", "search", "danh bac")
    with opened(folder) as (app, me):
        app.tips.settle(me, found["id"], TipState.UNFOUNDED, answer="Chưa có căn cứ.", reason="checked")

    shown = run("tips", "show", found["id"]).stdout

    assert re.search(r"settled +unfounded 20\S+, in time", shown)
    assert re.search(r"answer +Chưa có căn cứ.", shown)


@pytest.mark.parametrize(
    ("met", "words"), [(None, "running"), (0, "kept 2021-09-02 07:00"), (1, "missed 2021-09-03 07:00")]
)
def test_a_limit_says_whether_it_was_kept(met: int | None, words: str) -> None:
    """Once what it asks for was done."""
    due = datetime(2021, 9, 2, tzinfo=UTC)
    clock = Deadline(rule="resolve", due=due, met_at=None if met is None else due + timedelta(days=met))

    shown = clock.to_view(ViewContext(load_profile("hoa_lu_2021"), due - timedelta(days=10)), TipState.TRIAGED, "")

    assert deadline_fact(shown) == ("limit resolve", f"until 2021-09-02 07:00, {words}")


def test_an_unknown_receipt_is_told(run: Run) -> None:
    """With the command that lists those there are."""
    done = run("tips", "show", "00000-00000")

    assert done.exit_code == 1
    assert "`anninh tips list`" in done.stderr


def test_every_look_leaves_its_line(run: Run, read: Read) -> None:
    """The trail tells who looked."""
    run("tips", "list")

    assert read("audit", "trail", "--action", "tips.list")[-1]["facts"]["opened"] == 2


def test_a_search_needs_a_word(run: Run) -> None:
    """Nothing asked for is not everything found."""
    done = run("tips", "search", " ?! ")

    assert done.exit_code == 2
    assert "The search has no word to look for: write at least one." in done.stderr


def test_words_are_excluded_and_phrases_kept(read: Read, run: Run) -> None:
    """A word with a minus is no option; a mistyped option is no word."""
    assert [tip["text"] for tip in read("tips", "search", "đánh", "-cháy")] == [GAMBLING]
    assert read("tips", "search", "đánh", "-bạc") == []
    assert [tip["text"] for tip in read("tips", "search", '"danh bac" OR chay', "--limit", "5", "-ngay")] == [GAMBLING]
    assert read("tips", "search", '"bac danh"') == []
    assert "--limt" in run("tips", "search", "danh", "--limt", "5").stderr


def test_a_search_goes_on_behind_its_cursor(run: Run, read: Read) -> None:
    """Which the page before names, on stderr."""
    first = run("tips", "search", "chay OR bac", "--limit", "1", "--json")
    cursor = first.stderr.rpartition("--after ")[2].strip()
    rest = read("tips", "search", "chay OR bac", "--after", cursor)

    assert len(json.loads(first.stdout)) == 1
    assert len({tip["id"] for tip in [*json.loads(first.stdout), *rest]}) == 2


def test_what_is_never_searched_is_told(run: Run) -> None:
    """A number beside a word is left out, and that is said."""
    done = run("tips", "search", "danh bac 113", env={"COLUMNS": "120"})

    assert "đánh bạc" in done.stdout
    assert done.stderr == "Never searched for, and left out: 113\n"


RULES = """
[[routing]]
id = "own"
to = "own"
reason = "Địa bàn tự xử lý"
"""


def test_other_routing_rules_are_tried(run: Run, read: Read, tmp_path: Path) -> None:
    """A table says how many tips would go elsewhere, and which; nothing changes."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    before = read("tips", "list")
    found = read("tips", "simulate-routing", str(rules))
    assert found["tips"] == len(before)
    assert sum(row["tips"] for row in found["table"]) == found["tips"]
    assert {change["rule_then"] for change in found["changes"]} == {"own"}
    assert (
        f"{found['tips']} tips, of which {found['moved']} would go elsewhere"
        in run("tips", "simulate-routing", str(rules), "--since", "2000-01-01").stdout
    )
    assert read("tips", "simulate-routing", str(rules), "--until", "2000-01-01")["tips"] == 0
    assert read("tips", "list") == before


def test_mistakes_in_routing_rules_are_told(run: Run, tmp_path: Path) -> None:
    """With the file and the rule, before any tip is opened."""
    rules = tmp_path / "rules.toml"
    for text, said in (
        (
            RULES.replace('to = "own"', 'to = "atlantis"'),
            "routing.own.to: this profile has no unit 'atlantis'; choose one of ban-tuyen-giao",
        ),
        (RULES + 'areas = ["ninh-hoa"]\n', "the last rule has conditions"),
        (RULES + 'hours = ["25:00"]\n', "write hours such as"),
        ("[[routing", "can't be read as TOML"),
        ("", "routing"),
    ):
        rules.write_text(text, encoding="utf-8")
        failed = run("tips", "simulate-routing", str(rules))
        assert failed.exit_code
        assert said in " ".join(failed.stderr.split())
