"""Rules shared by all formats: the numbering of a report's parts, and the lines above and below its text.

Rules of layout: Nghị định 30/2020/NĐ-CP, Appendix I.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from attrs import asdict, evolve, fields_dict, frozen, has

from anninh_core.kernel.dates import document_date, short_date
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Section, Table

_MANY_COLUMNS = 10
END_MARK = "./."
OPEN = "…"

# Offices count points with the letters that carry no mark, and đ: there is no ă â ê ô ơ ư, and no f j w z.
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@frozen
class Heading:
    """A heading of a report with its number in front."""

    text: str
    level: int


Item = Heading | Paragraph | Table | Chart


def say(wording: Mapping[str, str], key: str, **facts: object) -> str:
    """Return a caption of the profile's wording with its placeholders filled.

    Raises:
        NotFound: the profile lacks the caption, or the caption has an unknown placeholder.
    """
    try:
        return wording[key].format(**facts)
    except KeyError as missing:
        raise NotFound(
            "Wording {key!r} can't be used because {name} is undefined: correct [wording] in the profile.",
            key=key,
            name=missing,
        ) from None


def printable(value: Any) -> Any:
    """Return a value with all its texts in NFC and without characters that hide something (see `kernel.hidden`).

    Raises:
        BadInput: a number in it is infinite or not a number.
    """
    return map_texts(lambda text: drop_hidden(text.replace("\r\n", "\n")), value)


def map_texts(change: Callable[[str], str], value: Any) -> Any:
    """Return a value with `change` applied to every text in it.

    Raises:
        BadInput: a number in it is infinite or not a number.
    """
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(map_texts(change, item) for item in value)
    if isinstance(value, Mapping):
        return {map_texts(change, key): map_texts(change, item) for key, item in value.items()}
    if isinstance(value, float) and not isfinite(value):
        raise BadInput(
            "The number {number} can't be shown in a report: use None where there is nothing to compute from.",
            number=value,
        )
    if has(type(value)):
        return evolve(value, **{name: map_texts(change, getattr(value, name)) for name in fields_dict(type(value))})
    return value


def flow(document: ReportDocument) -> tuple[Item, ...]:
    """Return the body of a report as a list in reading order: numbered headings, text, tables and charts with captions,
    and the end mark after the last sentence.

    Raises:
        BadInput: a heading of unknown level, or a table row or chart with a wrong number of cells or values.
        NotFound: a caption is missing from the document's wording.
    """
    items = [*_numbered_items(document)]
    if document.closing:
        items += _split_paragraphs(document.closing)
    if items and isinstance(items[-1], Paragraph):
        items[-1] = Paragraph(add_end_mark(items[-1].text))
    else:
        items.append(Paragraph(END_MARK))
    return tuple(items)


def _numbered_items(document: ReportDocument) -> Iterator[Item]:
    counts = [0, 0, 0]
    captions = {"report.table": 0, "report.chart": 0}
    for section in document.sections:
        if section.heading:
            yield Heading(f"{_next_heading_number(section, counts)} {section.heading}", section.level)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from _split_paragraphs(block.text)
                continue
            key = "report.table" if isinstance(block, Table) else "report.chart"
            _check_block(block)
            captions[key] += bool(block.caption)
            caption = block.caption and say(document.wording, key, n=captions[key], caption=block.caption)
            yield evolve(block, caption=caption)


def _check_block(block: Table | Chart) -> None:
    if isinstance(block, Chart):
        if len(block.labels) != len(block.values):
            raise BadInput(
                "Chart {caption!r} has {label_count} labels and {value_count} values: give one value for each label.",
                caption=block.caption,
                label_count=len(block.labels),
                value_count=len(block.values),
            )
        return
    for n, row in enumerate(block.rows, 1):
        if len(row) != len(block.columns):
            raise BadInput(
                "Row {row} of table {caption!r} has {cell_count} cells for {column_count} columns: give one "
                "cell for each column.",
                row=n,
                caption=block.caption,
                cell_count=len(row),
                column_count=len(block.columns),
            )


def _next_heading_number(section: Section, counts: list[int]) -> str:
    if not 1 <= section.level <= len(counts):
        raise BadInput(
            "Section {heading!r} has the invalid level {level}: use 1 for I., 2 for 1., or 3 for a).",
            heading=section.heading,
            level=section.level,
        )
    counts[section.level - 1] += 1
    counts[section.level :] = [0] * (len(counts) - section.level)
    n = counts[section.level - 1]
    return (f"{roman(n)}.", f"{n}.", f"{letter(n)})")[section.level - 1]


def _split_paragraphs(text: str) -> list[Paragraph]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def roman(n: int) -> str:
    """Return a number from 1 to 89 as a Roman numeral; no document has more parts."""
    text = ""
    for value, sign in _ROMAN:
        count, n = divmod(n, value)
        text += sign * count
    return text


def letter(n: int) -> str:
    """Return the letter of the n-th point, counted from 1: a b c d đ e g …; after y come aa, bb and so on."""
    repeats, index = divmod(n - 1, len(_LETTERS))
    return _LETTERS[index] * (repeats + 1)


def add_end_mark(text: str) -> str:
    """Return the last sentence of a document with the end mark."""
    return text if text.endswith(END_MARK) else text.rstrip(" .;") + END_MARK


def punctuate_list(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of a list, each ended with `;`, the last with `.`."""
    stripped = [line.strip().rstrip(" .;") for line in lines if line.strip()]
    return tuple(line + (";" if n < len(stripped) else ".") for n, line in enumerate(stripped, 1))


def grounds(document: ReportDocument) -> tuple[str, ...]:
    """Return the legal bases of a document, one per line, with `;` and a final `.`."""
    return punctuate_list(document.letterhead.grounds)


def recipients(document: ReportDocument) -> tuple[str, ...]:
    """Return the list of recipients, each line with a leading dash and closed with `;` or a final `.`."""
    return tuple(f"- {line}" for line in punctuate_list(document.letterhead.recipients))


def addressees(document: ReportDocument) -> tuple[str, ...]:
    """Return the addressees: a single addressee follows the salutation, several are listed below it with dashes."""
    lines = punctuate_list(document.letterhead.addressee.splitlines())
    return lines if len(lines) == 1 else tuple(f"- {line}" for line in lines)


def salutation(document: ReportDocument) -> str:
    """Return the words of address before the addressee, such as "Kính gửi:"."""
    return say(document.wording, "report.addressee")


def number_line(document: ReportDocument) -> str:
    """Return the line with a document's number and symbol, with dots for a number not given yet (a number may be a bare
    symbol, `/BC-…`).
    """
    number = document.letterhead.number or f"/{OPEN}"
    return say(document.wording, "report.number", number=f"{OPEN}{number}" if number.startswith("/") else number)


def date_line(document: ReportDocument) -> str:
    """Return the line with place and date, `Hoa Lư, ngày 15 tháng 6 năm 2021`; day and month stay open until the day of
    issue.
    """
    head = document.letterhead
    day = document_date(head.date) if head.date else say(document.wording, "report.date_open", year=year(document))
    return f"{head.place}, {day}"


def year(document: ReportDocument) -> int:
    """Return the year of issue, or the year in which the period ends if the day of issue is open."""
    return (document.letterhead.date or document.period_end).year


def period_line(document: ReportDocument) -> str:
    """Return a report's period in words."""
    start, end = short_date(document.period_start), short_date(document.period_end)
    return say(document.wording, "report.period", start=start, end=end)


def snapshot_line(document: ReportDocument) -> str:
    """Return the line with the hash of the frozen figures, or "" if there are none."""
    return document.snapshot_hash and say(document.wording, "report.snapshot", hash=document.snapshot_hash)


def full_title(document: ReportDocument) -> str:
    """Return the name of a document's type and its subject in one line, for a file's properties."""
    return " - ".join(filter(None, (document.letterhead.title, document.letterhead.subject.replace("\n", " "))))


def alignments(table: Table) -> tuple[str, ...]:
    """Return the alignment of each column of a table: `right` for numbers, `center` for a first column of serial
    numbers or the like, else `left`.
    """
    return tuple(
        "right" if column in table.numeric else "center" if _is_short_column(table, column) else "left"
        for column in range(len(table.columns))
    )


def _is_short_column(table: Table, column: int) -> bool:
    return column == 0 and all(len(row[column]) <= 3 for row in table.rows)


def type_size(table: Table) -> int:
    """Return the size of the type in a table in points: 13, or less if many columns leave little room."""
    return 13 if len(table.columns) <= 6 else 12 if len(table.columns) <= _MANY_COLUMNS else 8


def text_width(document: ReportDocument) -> float:
    """Return the width of the text area of a page in millimetres."""
    return 252.0 if document.landscape else 165.0


def to_plain_data(item: Item) -> dict[str, Any]:
    """Return an item of a report's body as plain data, with the item's kind as `type`."""
    table = {"numeric": sorted(item.numeric)} if isinstance(item, Table) else {}
    return {"type": type(item).__name__.lower(), **asdict(item), **table}
