"""A finished report as formatters receive it: texts, tables, charts and the letterhead of the official layout."""

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen


@frozen(kw_only=True)
class Letterhead:
    """The first and last parts of an administrative document, around its text (Nghị định 30/2020/NĐ-CP, Appendix I).

    Attributes:
        superior, agency: agency block, top left, already in capitals as the profile gives them.
        number: number and symbol such as `05/BC-BCĐ138`; "" (a draft) is printed as dots.
        place: place name before the date.
        date: day of issue; None (a draft) is printed as dots.
        title: name of type in capitals, such as `BÁO CÁO`.
        subject: subject line under the title.
        addressee: superior recipient of the report ("" for none).
        grounds: legal bases, one per line, without closing marks.
        recipients: lines of the recipients' list, without dashes and closing marks.
        signer_capacity: capacity in which the signer signs, such as `TM. BAN CHỈ ĐẠO`.
        signer_titles: title in the committee first, then in the agency.
        signer_name: name of the signer; "" leaves the space for the name empty.
        draft: whether the page is marked as a draft.
        motto: the line below the national title.
        national_title: the first line.
    """

    national_title: str
    motto: str
    superior: str
    agency: str
    number: str
    place: str
    date: date | None
    title: str
    subject: str
    addressee: str = ""
    grounds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signer_capacity: str = ""
    signer_titles: tuple[str, ...] = ()
    signer_name: str = ""
    draft: bool = False


@frozen
class Paragraph:
    """A paragraph of running text in a report."""

    text: str


@frozen
class Table:
    """A table with a heading row. Cells are formatted text; `numeric` columns are right-aligned.

    Attributes:
        caption: one line above the table.
        total: whether the last row is a total, set bold.
        columns: the heading row.
        rows: the cells, row by row.
        numeric: numbers of the columns with figures, from 0.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    total: bool = False


@frozen
class Chart:
    """A bar chart: each bar has a label and a value.

    Attributes:
        unit: unit of measure, for the axis.
        caption: title of the chart.
        labels: label of each bar.
        values: length of each bar.
    """

    caption: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    unit: str = ""


Block = Paragraph | Table | Chart


@frozen
class Section:
    """A section of a report: a heading with its content.

    Attributes:
        level: 1 for `I.`, 2 for `1.`, 3 for `a)`; the formatter adds the numbers.
        blocks: content below the heading.
        heading: the heading.
    """

    heading: str
    level: int
    blocks: tuple[Block, ...] = ()


@frozen
class Figure:
    """The value of one indicator, for machine-readable formats.

    Attributes:
        value: None if no data exist.
        previous: value of the previous period, None for "no basis".
        by_unit: unit id -> value; empty if not requested.
        definition: definition of the indicator, in a sentence.
        unit_of_measure: unit of the value.
    """

    indicator: str
    name: str
    definition: str
    unit_of_measure: str
    value: float | None
    previous: float | None = None
    by_unit: Mapping[str, float] = field(factory=dict)


@frozen(kw_only=True)
class ReportDocument:
    """A report with everything that a formatter needs; the formatter computes nothing.

    Attributes:
        closing: last sentence, before the end mark `./.`.
        unit_names: unit id -> name, for figures by unit.
        wording: captions of the formats, by key.
        snapshot_hash: hash of the frozen figures, printed small if a format allows.
        landscape: whether pages are in landscape, for tables of many columns, in formats with pages.
        figures: its figures, as data.
        letterhead: agency block, title and the other official parts around the text.
        period_start, period_end: first and last day of the report's period, both inclusive.
        unit_name: name of the unit.
    """

    id: str
    kind: str
    letterhead: Letterhead
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    period_start: date
    period_end: date
    unit: str
    unit_name: str
    closing: str = ""
    unit_names: Mapping[str, str] = field(factory=dict)
    wording: Mapping[str, str] = field(factory=dict)
    snapshot_hash: str = ""
    landscape: bool = False
