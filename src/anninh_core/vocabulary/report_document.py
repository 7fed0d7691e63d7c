"""A finished report as formatters receive it: words, tables, charts and the frame of the official layout."""

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen


@frozen(kw_only=True)
class Letterhead:
    """The frame of an administrative document (Nghị định 30/2020/NĐ-CP, Appendix I).

    Attributes:
        superior, agency: agency block, top left, already in capitals as the profile gives them.
        number: number and symbol such as `05/BC-BCĐ138`; "" while it is a draft leaves dots.
        place: place name before the date.
        date: day of issue; None while it is a draft leaves dots.
        title: name of type in capitals, such as `BÁO CÁO`.
        subject: subject line under the title.
        addressee: who it is sent up to ("" for none).
        grounds: legal bases, one a line, without closing marks.
        recipients: lines of the recipients' list, without dashes and closing marks.
        signer_capacity: such as `TM. BAN CHỈ ĐẠO`.
        signer_titles: title in the committee first, then in the agency.
        signer_name: "" leaves the space for the name empty.
        draft: whether the page carries the mark that it is a draft.
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
    """Running text."""

    text: str


@frozen
class Table:
    """A table with a heading row. Cells are text, already formatted; `numeric` columns are set right.

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
    """A bar chart: labels and one value each.

    Attributes:
        unit: unit of measure shown beside the axis.
        caption: what it shows.
        labels: what each bar is of.
        values: how long each bar is.
    """

    caption: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    unit: str = ""


Block = Paragraph | Table | Chart


@frozen
class Section:
    """A heading with what stands below it.

    Attributes:
        level: 1 for `I.`, 2 for `1.`, 3 for `a)`; numbering is the formatter's.
        blocks: what stands below the heading.
        heading: the heading.
    """

    heading: str
    level: int
    blocks: tuple[Block, ...] = ()


@frozen
class Figure:
    """One indicator's number, for formats that programs read.

    Attributes:
        value: None where there is nothing to compute from.
        previous: the same period before, None for "no basis".
        by_unit: unit id -> value; empty where it wasn't asked for.
        definition: what is counted, in a sentence.
        unit_of_measure: in what it is counted.
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
    """Everything a formatter needs; it computes nothing.

    Attributes:
        closing: the sentence after which the end mark `./.` stands.
        unit_names: unit id -> name, for figures by unit.
        wording: captions of the formats, by key.
        snapshot_hash: hash of the frozen figures, printed small where a format allows.
        landscape: whether pages lie on their long side, for tables of many columns, where a format has pages.
        figures: its figures, as data.
        letterhead: what stands above the title.
        period_start, period_end: the days that it is about, both inclusive.
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
