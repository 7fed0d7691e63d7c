"""Tables and texts."""

import io
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from anninh_core.cli.output import TextTable, cut, echo_facts, iso, one_line, printable, short, when, wrap_text

TEXTS = st.text(max_size=60)
PLAIN_SIGNS = st.text(st.characters(exclude_categories=("C", "M")), max_size=60)
"""How wide a sign is that others join is a terminal's own business."""


def test_columns_stand_below_each_other() -> None:
    """By the room signs take on a screen: an emoji takes two columns."""
    table = TextTable(
        headings=("unit", "n", "text"), rows=[("🔥", "7", "cháy"), ("ninh-hoa", "12", "")], right="n", empty=""
    )

    assert table.lines(80) == ["unit       n  text", "🔥         7  cháy", "ninh-hoa  12"]


def test_the_last_column_is_wrapped_under_itself() -> None:
    """A long note goes on below where it began."""
    table = TextTable(headings=("a", "note"), rows=[("x", "one two three four five six seven")], empty="")

    assert table.lines(26) == ["a  note", "x  one two three four five", "   six seven"]


def test_the_last_column_is_cut() -> None:
    """Where one line is wanted, an ellipsis tells that there is more."""
    table = TextTable(headings=("a", "text"), rows=[("x", "one two three four\nfive six seven")], cut=True, empty="")

    assert table.lines(26) == ["a  text", "x  one two three four fiv…"]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4), st.integers(10, 200))
def test_a_cut_table_is_as_wide_as_there_is_room(rows: list[tuple[str, str, str]], width: int) -> None:
    """Whatever residents write, each row is one line, and no wider than the room or what can't be made narrower."""
    lines = TextTable(headings=("a", "b", "c"), rows=rows, cut=True, empty="").lines(width)
    fixed = sum(max(1, *(cell_len(one_line(row[at])) for row in rows)) + 2 for at in (0, 1))

    assert len(lines) == len(rows) + 1
    assert max(map(cell_len, lines)) <= max(width, fixed + 20)


@given(TEXTS, st.integers(1, 80))
def test_a_cut_text_fits(text: str, room: int) -> None:
    """It is the text itself, or its beginning and an ellipsis."""
    done = cut(text, room)

    assert cell_len(done) <= room or done == text
    assert done == text or done.endswith("…")


@given(st.text())
def test_no_text_steers_the_terminal(text: str) -> None:
    """Control signs and signs that turn words around are replaced."""
    assert not set(printable(text)) & set("\x00\x07\x08\x1b\x7f\x9b\r\u202e\u2066")


def test_printable_keeps_what_is_harmless() -> None:
    """Line breaks, tabs, Vietnamese and joined emoji stay; NFD is composed."""
    assert printable("Hoa\u0300\r\n\tLư 👨‍👩‍👧") == "Hoà\n\tLư 👨‍👩‍👧"


def test_a_terminal_gets_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a ruled heading, and not wider than the screen."""
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "dumb")

    TextTable(headings=("n", "text"), rows=[("1", "[red]cháy[/red] " * 10)], right="n", cut=True, empty="").echo()

    heading, rule, row = screen.getvalue().splitlines()
    assert heading.split() == ["n", "text"]
    assert set(rule) == {"─"}
    assert row.startswith("1  [red]cháy[/red]")
    assert row.rstrip().endswith("…")
    assert len(row) <= 60


def test_no_rows_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty table is a sentence."""
    TextTable(headings=("a",), rows=[], empty="There is none.").echo()

    assert capsys.readouterr().out == "There is none.\n"


def test_facts_are_aligned(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty ones are left out, long ones wrapped, line breaks kept."""
    monkeypatch.setenv("COLUMNS", "30")

    echo_facts([("state", "open"), ("place", ""), ("text", "one two three four five\nsix")])

    assert capsys.readouterr().out.splitlines() == ["state  open", "text   one two three four five", "       six"]


def test_times_are_vietnams() -> None:
    """For people to the minute, for programs with the offset."""
    moment = datetime(2021, 9, 1, 18, 30, tzinfo=UTC)

    assert when(moment) == "2021-09-02 01:30"
    assert iso(moment) == "2021-09-02T01:30:00+07:00"
    assert (when(None), iso(None)) == ("", None)


def test_long_ids_are_told_by_their_end() -> None:
    """A name stays; of an id, the random part is enough."""
    assert short("router") == "router"
    assert short("0181421f-4310-79cc-bbe0-ce9a55236841") == "…55236841"


def test_a_long_word_stays_whole() -> None:
    """A link or an id must be copied in one piece."""
    assert wrap_text("see https://example.invalid/a-long-path now", 12) == [
        "see",
        "https://example.invalid/a-long-path",
        "now",
    ]


@given(st.lists(st.tuples(PLAIN_SIGNS, PLAIN_SIGNS, PLAIN_SIGNS), min_size=1, max_size=4))
def test_a_wrapped_table_fits_and_loses_nothing(rows: list[tuple[str, str, str]]) -> None:
    """Where columns are too wide side by side, their cells go on below: every sign of the first ones is still there."""
    lines = TextTable(headings=("a", "b", "c", "d"), rows=[(*row, "x") for row in rows], empty="").lines(80)

    assert max(map(cell_len, lines)) <= 80
    said = "".join("".join(lines[1:]).split())
    assert all(sign in said for row in rows for cell in row for sign in one_line(cell) if not sign.isspace())


def test_a_sign_without_a_column_is_not_lost() -> None:
    """A tone of skin that stands alone takes no column, and is still in the table."""
    lines = TextTable(headings=("a", "b"), rows=[("🏻", "x")], empty="").lines(80)

    assert "🏻" in lines[1]


def test_long_ids_and_paths_stand_in_eighty_columns() -> None:
    """Three ids of 36 signs and a long note are no wider than the room."""
    id = "017c0f2e-8a5e-7c3b-9d54-2f6a7b8c9d0e"
    lines = TextTable(headings=("a", "b", "c", "note"), rows=[(id, id, id, "words " * 20)], empty="").lines(80)

    assert max(map(cell_len, lines)) <= 80
    assert "".join(line[: lines[0].index("b")].strip() for line in lines).endswith(id)


def test_what_names_a_record_is_whole_while_anything_else_can_give_way() -> None:
    """An id in the first column can be copied, and words beside it go on below."""
    id = "017c0f2e-8a5e-7c3b-9d54-2f6a7b8c9d0e"
    row = (id, "Trung tá Nguyễn Văn Mẫu", "phuong-tay-hoa-lu", "steering_chair", "phuong-tay-hoa-lu", "in force")
    lines = TextTable(headings=("id", "name", "home", "role", "on", "state"), rows=[row], empty="").lines(80)

    assert lines[1].startswith(f"{id}  ")
    assert max(map(cell_len, lines)) <= 80
