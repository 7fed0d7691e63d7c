"""Tables and texts on a terminal."""

import io
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from anninh_core.cli.output import (
    TextTable,
    cut_text,
    echo_facts,
    format_iso,
    format_moment,
    make_one_line,
    make_printable,
    shorten_id,
    wrap_text,
)

TEXTS = st.text(max_size=60)
PLAIN_SIGNS = st.text(st.characters(exclude_categories=("C", "M")), max_size=60)
"""Random texts without combining characters, because the width of such characters depends on the terminal."""


def test_columns_are_aligned_by_width() -> None:
    """Columns are aligned by the display width of characters: an emoji takes two columns."""
    table = TextTable(
        headings=("unit", "n", "text"), rows=[("🔥", "7", "cháy"), ("ninh-hoa", "12", "")], right="n", empty=""
    )

    assert table.lines(80) == ["unit       n  text", "🔥         7  cháy", "ninh-hoa  12"]


def test_the_last_column_is_wrapped_under_itself() -> None:
    """A long text in the last column is wrapped inside this column."""
    table = TextTable(headings=("a", "note"), rows=[("x", "one two three four five six seven")], empty="")

    assert table.lines(26) == ["a  note", "x  one two three four five", "   six seven"]


def test_the_last_column_is_cut() -> None:
    """With `cut` the last column is shortened to one line with an ellipsis."""
    table = TextTable(headings=("a", "text"), rows=[("x", "one two three four\nfive six seven")], cut=True, empty="")

    assert table.lines(26) == ["a  text", "x  one two three four fiv…"]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4), st.integers(10, 200))
def test_cut_table_fits_the_width(rows: list[tuple[str, str, str]], width: int) -> None:
    """With `cut` each row is one line, and as wide as the terminal unless its fixed columns are wider, for any text."""
    lines = TextTable(headings=("a", "b", "c"), rows=rows, cut=True, empty="").lines(width)
    fixed = sum(max(1, *(cell_len(make_one_line(row[at])) for row in rows)) + 2 for at in (0, 1))

    assert len(lines) == len(rows) + 1
    assert max(map(cell_len, lines)) <= max(width, fixed + 20)


@given(TEXTS, st.integers(1, 80))
def test_a_cut_text_fits(text: str, room: int) -> None:
    """A cut text is the text itself, or its beginning and an ellipsis."""
    shortened = cut_text(text, room)

    assert cell_len(shortened) <= room or shortened == text
    assert shortened == text or shortened.endswith("…")


@given(st.text())
def test_printed_text_has_no_control_characters(text: str) -> None:
    """Control and bidi characters are replaced in printed text."""
    assert not set(make_printable(text)) & set("\x00\x07\x08\x1b\x7f\x9b\r\u202e\u2066")


def test_printable_keeps_what_is_harmless() -> None:
    """Printed text keeps line breaks, tabs, Vietnamese and joined emoji, and NFD is composed."""
    assert make_printable("Hoa\u0300\r\n\tLư 👨‍👩‍👧") == "Hoà\n\tLư 👨‍👩‍👧"


def test_a_terminal_gets_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets a table with a ruled heading, not wider than its width."""
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


def test_empty_table_prints_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty table prints its sentence."""
    TextTable(headings=("a",), rows=[], empty="There is none.").echo()

    assert capsys.readouterr().out == "There is none.\n"


def test_facts_are_aligned(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts are aligned: empty values are left out, long ones wrapped, line breaks kept."""
    monkeypatch.setenv("COLUMNS", "30")

    echo_facts([("state", "open"), ("place", ""), ("text", "one two three four five\nsix")])

    assert capsys.readouterr().out.splitlines() == ["state  open", "text   one two three four five", "       six"]


def test_times_are_in_vietnam_zone() -> None:
    """Times are in Vietnam's time zone: to the minute for people, with the offset for programs."""
    moment = datetime(2021, 9, 1, 18, 30, tzinfo=UTC)

    assert format_moment(moment) == "2021-09-02 01:30"
    assert format_iso(moment) == "2021-09-02T01:30:00+07:00"
    assert (format_moment(None), format_iso(None)) == ("", None)


def test_long_ids_are_shortened() -> None:
    """A long id is shortened to its random end, and a name stays whole."""
    assert shorten_id("router") == "router"
    assert shorten_id("0181421f-4310-79cc-bbe0-ce9a55236841") == "…55236841"


def test_a_long_word_stays_whole() -> None:
    """A long word such as a link or an id isn't broken, so that it can be copied."""
    assert wrap_text("see https://example.invalid/a-long-path now", 12) == [
        "see",
        "https://example.invalid/a-long-path",
        "now",
    ]


@given(st.lists(st.tuples(PLAIN_SIGNS, PLAIN_SIGNS, PLAIN_SIGNS), min_size=1, max_size=4))
def test_a_wrapped_table_fits_and_loses_nothing(rows: list[tuple[str, str, str]]) -> None:
    """A table wider than the terminal wraps its cells, and loses no character of the first columns."""
    lines = TextTable(headings=("a", "b", "c", "d"), rows=[(*row, "x") for row in rows], empty="").lines(80)

    assert max(map(cell_len, lines)) <= 80
    output_text = "".join("".join(lines[1:]).split())
    assert all(
        sign in output_text for row in rows for cell in row for sign in make_one_line(cell) if not sign.isspace()
    )


def test_zero_width_character_is_kept() -> None:
    """A character of width zero, such as a skin tone without its emoji, remains in the table."""
    lines = TextTable(headings=("a", "b"), rows=[("🏻", "x")], empty="").lines(80)

    assert "🏻" in lines[1]


def test_long_ids_fit_eighty_columns() -> None:
    """A table of three ids of 36 characters and a long note fits 80 columns."""
    id = "017c0f2e-8a5e-7c3b-9d54-2f6a7b8c9d0e"
    lines = TextTable(headings=("a", "b", "c", "note"), rows=[(id, id, id, "words " * 20)], empty="").lines(80)

    assert max(map(cell_len, lines)) <= 80
    assert "".join(line[: lines[0].index("b")].strip() for line in lines).endswith(id)


def test_id_column_stays_whole() -> None:
    """An id in the first column stays whole for copying, and the other columns are wrapped."""
    id = "017c0f2e-8a5e-7c3b-9d54-2f6a7b8c9d0e"
    row = (id, "Trung tá Nguyễn Văn Mẫu", "phuong-tay-hoa-lu", "steering_chair", "phuong-tay-hoa-lu", "in force")
    lines = TextTable(headings=("id", "name", "home", "role", "on", "state"), rows=[row], empty="").lines(80)

    assert lines[1].startswith(f"{id}  ")
    assert max(map(cell_len, lines)) <= 80
