"""`anninh tips`."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import GAMBLING, Read, Run, get_mock_messenger, open_folder, process_chat_events

from anninh_core.cli.records.deadlines import build_deadline_fact
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.profile import load_profile
from anninh_core.usecase.views import ViewContext


def test_tips_are_listed(run: Run) -> None:
    """Tips are listed on one line each, newest first, within 80 columns, with emergencies marked."""
    lines = run("tips", "list").stdout.splitlines()

    assert lines[0].split() == ["receipt", "received", "state", "category", "unit", "text"]
    assert len(lines) == 3
    assert "triaged" in lines[1]
    assert "ninh-hoa" in lines[1]
    assert "(!) Cháy nhà" in lines[2]
    assert max(map(len, lines)) <= 80


def test_full_page_is_announced_on_stderr(run: Run) -> None:
    """A full page prints on stderr that there is more, so that programs can parse stdout."""
    result = run("tips", "list", "--limit", "1")

    assert len(result.stdout.splitlines()) == 2
    assert "more than these 1" in result.stderr


def test_tips_are_filtered(read: Read) -> None:
    """Tips can be filtered by unit with its lower units, by state and by category."""
    assert [tip["unit"] for tip in read("tips", "list", "--unit", "ninh-hoa")] == ["ninh-hoa"]
    assert [tip["state"] for tip in read("tips", "list", "--state", "received")] == ["received"]
    assert [tip["category"] for tip in read("tips", "list", "--category", "fire")] == ["fire"]


def test_due_tips_are_sorted_by_deadline(read: Read) -> None:
    """`--due` lists only open tips, by their first deadline."""
    tips = read("tips", "list", "--due")
    dues = [min(limit["due"] for limit in tip["limits"] if limit["met_at"] is None) for tip in tips]

    assert len(dues) == 2
    assert dues == sorted(dues)


def test_invalid_tip_filter_is_reported(run: Run) -> None:
    """An invalid filter is reported with the valid values."""
    assert "no incoming category" in run("tips", "list", "--category", "love").stderr
    assert "'verifying'" in run("tips", "list", "--state", "lost").stderr
    assert "has no unit 'atlantis': `anninh units` lists the units." in run("tips", "list", "--unit", "atlantis").stderr


def test_search_ignores_diacritics(run: Run, read: Read) -> None:
    """A search ignores diacritics, and all words must match."""
    assert [tip["text"] for tip in read("tips", "search", "danh", "bac")] == [GAMBLING]
    assert "đánh bạc" in run("tips", "search", "DANH BAC", env={"COLUMNS": "120"}).stdout
    assert run("tips", "search", "danh", "chay").stdout.startswith("No tip")


def test_message_control_characters_are_visible(run: Run, read: Read, folder: Path) -> None:
    """Control and bidi characters of a message are printed as visible symbols, and the record keeps the text as
    written.
    """
    message_text = "\x1b[2J\x1b[31mCó trộm chó\u202e ở xóm 5"
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Anh Mẫu"), message_text)
        process_chat_events(app)
    (tip,) = read("tips", "search", "trom cho")

    output = run("tips", "show", tip["id"]).stdout
    assert "␛[2J␛[31mCó trộm chó[U+202E] ở xóm 5" in output
    assert not set(output + run("tips", "list").stdout + run("tips", "search", "trom").stdout) & set("\x1b\u202e")
    assert read("tips", "show", tip["id"])["messages"][-1]["text"] == message_text
    assert "\\u001b[2J" in run("tips", "show", tip["id"], "--json").stdout


def test_a_tip_is_shown_by_receipt_or_id(run: Run, read: Read) -> None:
    """A tip is shown by its id or by the receipt in any case, with deadlines and the reporter's text but no name."""
    (tip,) = read("tips", "search", "danh bac")

    output = run("tips", "show", tip["receipt"].lower()).stdout

    assert run("tips", "show", tip["id"]).stdout == output
    assert "xã Ninh Hòa (ninh-hoa)" in output
    assert "until end of 20" in output
    # The text occurs twice: as the tip's text and as that of its first message.
    assert output.count("đánh bạc ở đầu làng") == 2
    assert "Anh Mẫu" not in output
    assert read("tips", "show", tip["id"])["messages"][0]["text"] == GAMBLING


def test_settled_tip_shows_its_outcome(run: Run, read: Read, folder: Path) -> None:
    """A settled tip shows the outcome, the day, and whether it was in time."""
    (match,) = read("tips", "search", "danh bac")
    with open_folder(folder) as (app, me):
        app.tips.settle(me, match["id"], TipState.UNFOUNDED, answer="Chưa có căn cứ.", reason="checked")

    output = run("tips", "show", match["id"]).stdout

    assert re.search(r"settled +unfounded 20\S+, in time", output)
    assert re.search(r"answer +Chưa có căn cứ.", output)


@pytest.mark.parametrize(
    ("met", "words"), [(None, "running"), (0, "kept 2021-09-02 07:00"), (1, "missed 2021-09-03 07:00")]
)
def test_deadline_shows_whether_it_was_kept(met: int | None, words: str) -> None:
    """A deadline is shown as running, kept or missed."""
    due = datetime(2021, 9, 2, tzinfo=UTC)
    clock = Deadline(rule="resolve", due=due, met_at=None if met is None else due + timedelta(days=met))

    view = clock.to_view(ViewContext(load_profile("hoa_lu_2021"), due - timedelta(days=10)), TipState.TRIAGED, "")

    assert build_deadline_fact(view) == ("limit resolve", f"until 2021-09-02 07:00, {words}")


def test_unknown_receipt_is_refused(run: Run) -> None:
    """An unknown receipt is refused, and the error mentions the command that lists tips."""
    result = run("tips", "show", "00000-00000")

    assert result.exit_code == 1
    assert "`anninh tips list`" in result.stderr


def test_listing_leaves_a_journal_entry(run: Run, read: Read) -> None:
    """Listing tips leaves a journal entry with their number."""
    run("tips", "list")

    assert read("audit", "trail", "--action", "tips.list")[-1]["facts"]["opened"] == 2


def test_a_search_needs_a_word(run: Run) -> None:
    """A search without a word is refused."""
    result = run("tips", "search", " ?! ")

    assert result.exit_code == 2
    assert "The search has no word to look for: write at least one." in result.stderr


def test_search_excludes_words_and_keeps_phrases(read: Read, run: Run) -> None:
    """A word with a minus is excluded and isn't taken for an option, quotes keep a phrase, and an unknown option is
    refused.
    """
    assert [tip["text"] for tip in read("tips", "search", "đánh", "-cháy")] == [GAMBLING]
    assert read("tips", "search", "đánh", "-bạc") == []
    assert [tip["text"] for tip in read("tips", "search", '"danh bac" OR chay', "--limit", "5", "-ngay")] == [GAMBLING]
    assert read("tips", "search", '"bac danh"') == []
    assert "--limt" in run("tips", "search", "danh", "--limt", "5").stderr


def test_search_continues_with_cursor(run: Run, read: Read) -> None:
    """A search continues with the cursor printed on stderr."""
    first = run("tips", "search", "chay OR bac", "--limit", "1", "--json")
    cursor = first.stderr.rpartition("--after ")[2].strip()
    rest = read("tips", "search", "chay OR bac", "--after", cursor)

    assert len(json.loads(first.stdout)) == 1
    assert len({tip["id"] for tip in [*json.loads(first.stdout), *rest]}) == 2


def test_search_reports_ignored_numbers(run: Run) -> None:
    """Numbers are left out of a search, and this is reported."""
    result = run("tips", "search", "danh bac 113", env={"COLUMNS": "120"})

    assert "đánh bạc" in result.stdout
    assert result.stderr == "Never searched for, and left out: 113\n"


RULES = """
[[routing]]
id = "own"
to = "own"
reason = "Địa bàn tự xử lý"
"""


def test_routing_simulation_changes_nothing(run: Run, read: Read, tmp_path: Path) -> None:
    """A simulation of routing rules shows which tips would be routed elsewhere, and changes nothing."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    before = read("tips", "list")
    simulation = read("tips", "simulate-routing", str(rules))
    assert simulation["tips"] == len(before)
    assert sum(row["tips"] for row in simulation["table"]) == simulation["tips"]
    assert {change["rule_then"] for change in simulation["changes"]} == {"own"}
    assert (
        f"{simulation['tips']} tips; {simulation['moved']} of them would go to another unit"
        in run("tips", "simulate-routing", str(rules), "--since", "2000-01-01").stdout
    )
    assert read("tips", "simulate-routing", str(rules), "--until", "2000-01-01")["tips"] == 0
    assert read("tips", "list") == before


def test_routing_mistakes_are_reported(run: Run, tmp_path: Path) -> None:
    """Mistakes in routing rules are reported with file and rule."""
    rules = tmp_path / "rules.toml"
    for text, complaint in (
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
        result = run("tips", "simulate-routing", str(rules))
        assert result.exit_code
        assert complaint in " ".join(result.stderr.split())
