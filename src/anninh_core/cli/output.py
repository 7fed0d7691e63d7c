"""Output of a command: tables drawn by rich on a terminal, aligned text in a pipe, and JSON."""

import json
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from gettext import gettext as _
from textwrap import wrap

import click
from attrs import frozen
from rich.cells import cell_len, chop_cells, set_cell_size

from anninh_core.cli.language.speaking import find_output_language
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.hidden import escape_hidden, show_hidden
from anninh_core.kernel.limits import find_day_ending_at
from anninh_core.kernel.refs import Ref

_GAP = 2
_SHORT = 8
_NARROW = 8  # Least width of a wrapped cell in columns, however narrow the terminal is.
_MIN_WIDTH = 20  # Least width of the last cell in columns, however narrow the terminal is.


def on_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout.isatty()


def make_printable(text: str) -> str:
    """Return text that is safe on a terminal, with its line breaks; hidden characters are shown (see
    `kernel.hidden`).
    """
    return show_hidden(text.replace("\r\n", "\n"))


def echo(message: str | bytes = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text without anything in it that controls a terminal; every command prints through this function.

    Args:
        message: text, or the bytes of a finished file, which are printed as they are.
        err: whether it goes to standard error.
        nl: whether a line break follows.
    """
    click.echo(show_hidden(message) if isinstance(message, str) else message, err=err, nl=nl)


def make_one_line(text: str) -> str:
    """Return text as one line, without its line breaks."""
    return " ".join(make_printable(text).split())


def shorten_id(id: str) -> str:
    """Return the end of a long id, which is enough to distinguish ids, or a short id as it is."""
    return id if len(id) <= _SHORT else f"…{id[-_SHORT:]}"


def shorten_ref(text: str) -> str:
    """Return a reference (`kind:id`) with its id shortened."""
    ref = Ref.parse(text)
    return str(Ref(ref.kind, shorten_id(ref.id)))


def format_moment(moment: datetime | None) -> str:
    """Return a moment in Vietnam's time zone, in the form of the output's language; "" for None."""
    pattern = "%Y-%m-%d %H:%M" if find_output_language() == "en" else "%d/%m/%Y %H:%M"
    return "" if moment is None else f"{vietnam_time(moment):{pattern}}"


def format_deadline(moment: datetime | None) -> str:
    """Return a deadline as a moment in the form of the output's language; a deadline at midnight is shown as the end of
    the day before.
    """
    ended = find_day_ending_at(moment) if moment else None
    return _("end of {day}").format(day=format_day(ended)) if ended else format_moment(moment)


def format_day(value: date | None) -> str:
    """Return a day in the form of the output's language; "" for None and for `date.max`."""
    if value is None or value == date.max:
        return ""
    return value.isoformat() if find_output_language() == "en" else f"{value:%d/%m/%Y}"


def format_iso(moment: datetime | None) -> str | None:
    """Return a moment in ISO format, with Vietnam's offset."""
    return None if moment is None else vietnam_time(moment).isoformat()


def echo_json(data: object) -> None:
    """Print data as JSON."""
    echo(to_json(data, indent=2))


def to_json(data: object, *, indent: int | None = None) -> str:
    """Return data as readable JSON; hidden characters are escaped, which doesn't change the meaning."""
    return escape_hidden(json.dumps(data, ensure_ascii=False, indent=indent))


def echo_facts(facts: Sequence[tuple[str, str]], *, err: bool = False) -> None:
    """Print names and values below each other, without empty values; long values are wrapped."""
    filled = [(name, value) for name, value in facts if value.strip()]
    width = max((cell_len(name) for name, _ in filled), default=0) + _GAP
    for name, value in filled:
        lines = [
            part for line in make_printable(value).splitlines() for part in wrap_text(line, _available_width(width))
        ]
        echo(f"{set_cell_size(name, width)}{lines[0]}", err=err)
        for line in lines[1:]:
            echo(" " * width + line, err=err)


@frozen(kw_only=True)
class TextTable:
    """A table no wider than the terminal; its last column takes the remaining width.

    Attributes:
        right: headings of the columns that are aligned to the right.
        shrinks: headings of the columns whose cells are cut if the last one would get too little room. If that isn't
            enough, the cells of the widest others are wrapped.
        cut: whether the last column is cut to one line instead of being wrapped; then no other is wrapped either.
        empty: sentence to print instead of a table without rows.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Collection[str] = ()
    shrinks: Collection[str] = ()
    cut: bool = False
    empty: str

    def echo(self) -> None:
        """Print the table: by rich on a terminal, else as lines of text."""
        if not self.rows:
            echo(self.empty)
        elif on_terminal():
            self._print_rich()
        else:
            for line in self.lines():
                echo(line)

    def lines(self, width: int | None = None) -> list[str]:
        """Return the table as lines of plain text.

        Args:
            width: number of columns; by default that of the terminal, or 80 without a terminal.
        """
        widths = self._compute_widths(width)
        lines: list[str] = []
        for row in [self._headings(width), *self._fit_rows(width)]:
            parts = [cell.splitlines() or [""] for cell in row]
            for number in range(max(map(len, parts))):
                *head, last = (part[number] if number < len(part) else "" for part in parts)
                padded = "".join(self._pad_cell(column, cell, widths[column]) for column, cell in enumerate(head))
                lines.append(f"{padded}{last}".rstrip())
        return lines

    def _headings(self, width: int | None = None) -> list[str]:
        *first, last = self.headings
        fitted = (self._fit_cell(column, head, most) for column, (head, most) in self._pair_with_widths(first, width))
        return [*fitted, self._fit_last_cell(last, _available_width(sum(self._compute_widths(width)), width))]

    def _pair_with_widths(self, cells: Sequence[str], width: int | None) -> "enumerate[tuple[str, int]]":
        return enumerate(zip(cells, self._compute_widths(width), strict=True))

    def _fit_cell(self, column: int, text: str, most: int) -> str:
        """Return a cell's text, cut if its column may be cut, else wrapped."""
        if self.cut or self.headings[column] in self.shrinks:
            return cut_text(text, most - _GAP)
        return "\n".join(chop for line in wrap_text(text, most - _GAP) for chop in _chop_line(line, most - _GAP))

    def _fit_rows(self, width: int | None = None) -> list[list[str]]:
        widths = self._compute_widths(width)
        room = _available_width(sum(widths), width)
        return [
            [
                *(
                    self._fit_cell(column, make_one_line(cell), most)
                    for column, (cell, most) in self._pair_with_widths(row[:-1], width)
                ),
                self._fit_last_cell(make_one_line(row[-1]), room),
            ]
            for row in self.rows
        ]

    def _fit_last_cell(self, text: str, room: int) -> str:
        return cut_text(text, room) if self.cut else "\n".join(wrap_text(text, room))

    def _compute_widths(self, width: int | None = None) -> list[int]:
        """Return the widths of all columns but the last; the widest columns that may be cut are narrowed to make room
        for the last.
        """
        rows = [[make_one_line(cell) for cell in row] for row in [self.headings, *self.rows]]
        columns = [*zip(*rows, strict=True)]
        widths = [max(map(cell_len, column)) + _GAP for column in columns[:-1]]
        room = _find_width(width)
        whole = max(map(cell_len, columns[-1]))
        for least, floors in self._iter_least_widths(columns):
            _narrow_widest(widths, room - min(least, whole), floors)
        return widths

    def _iter_least_widths(self, columns: Sequence[Sequence[str]]) -> Iterator[tuple[int, Mapping[int, int]]]:
        """Yield the least width of the last column, and the least widths of the columns that may be narrowed to make
        room for it.

        First these are the columns that are cut, then the others, with whole words first. The first column identifies
        the row's record, so its words are broken last.
        """
        heads = {at: cell_len(head) + _GAP for at, head in enumerate(self.headings[:-1]) if head in self.shrinks}
        yield _MIN_WIDTH, {at: max(least, _SHORT) for at, least in heads.items()}
        if not self.cut:
            whole = {at: max(_longest_word(column) + _GAP, _NARROW) for at, column in enumerate(columns[:-1])}
            least = max(_longest_word(columns[-1]), _NARROW)
            yield _MIN_WIDTH, whole
            yield least, dict.fromkeys(range(1, len(columns) - 1), _NARROW)
            yield least, {0: _NARROW}

    def _pad_cell(self, at: int, cell: str, width: int) -> str:
        if self.headings[at] in self.right:
            return " " * (width - _GAP - cell_len(cell)) + cell + " " * _GAP
        return cell + " " * (width - cell_len(cell))

    def _print_rich(self) -> None:
        from rich import box  # noqa: PLC0415  a pipe doesn't need it
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table as RichTable  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP - 1, 0, 0), show_edge=False)
        for heading, fitted in zip(self.headings, self._headings(), strict=True):
            table.add_column(fitted, justify="right" if heading in self.right else "left", no_wrap=True)
        for row in self._fit_rows():
            table.add_row(*map(Text, row))
        Console().print(table)


def _narrow_widest(widths: list[int], room: int, floors: Mapping[int, int]) -> None:
    """Narrow the widest columns until all columns fit into `room`, none below its least width in `floors`."""
    while sum(widths) > room:
        wide = [at for at, floor in floors.items() if at < len(widths) and widths[at] > floor]
        if not wide:
            return
        widths[max(wide, key=widths.__getitem__)] -= 1


def _longest_word(cells: Sequence[str]) -> int:
    return max((cell_len(word) for cell in cells for word in cell.split()), default=0)


def cut_text(text: str, room: int) -> str:
    """Return text of at most `room` columns, with an ellipsis if it is cut."""
    return text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"


def wrap_text(text: str, room: int) -> list[str]:
    """Return text in lines of at most `room` columns; a longer word stays whole."""
    return wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]


def _chop_line(line: str, room: int) -> list[str]:
    """Return a line in pieces of `room` columns; a line of characters without width is one piece."""
    return chop_cells(line, room) or [line]


def _available_width(taken: int, width: int | None = None) -> int:
    return max(_NARROW, _find_width(width) - taken)


def _find_width(width: int | None = None) -> int:
    return width or shutil.get_terminal_size().columns
