"""Documents that the formatter kit renders: full, empty, hostile, large. All names and numbers are made up."""

from collections.abc import Mapping
from datetime import date

from attrs import evolve

from anninh_core.vocabulary.report_document import (
    Block,
    Chart,
    Figure,
    Letterhead,
    Paragraph,
    ReportDocument,
    Section,
    Table,
)

UNITS = {"xa-thu": "Xakitthu", "thi-tran-thu": "Trankitthu"}
HOSTILE = (
    "=kitformula(1)",
    "<kitelement onload='x'>&amp;\"</kitelement>",
    "]]> --> {{kitbraces}} #kithash $kitdollar$ \\kitmacro{x}",
    "| kitpipe | *kitstars* [kitlink](javascript:x)",
    "kitcontrol \x00\x08\x0b\x1b\ufffe \u202e \u200b end",
    "kitdecomposed e\u0302\u0301 👨‍👩‍👧 🔥",
    "kitlines\n\n\tand\r\nmore\rend",
)
"""Texts that a format could take for more than words; each has a part that begins with `kit`."""

LETTERHEAD = Letterhead(
    national_title="KITNATION",
    motto="Kitmotto",
    superior="KITSUPERIOR",
    agency="KITAGENCY",
    number="05/KITNUMBER",
    place="Kitplace",
    date=date(2022, 6, 14),
    title="KITTITLE",
    subject="Kitsubject",
    addressee="Kitaddressee",
    grounds=("Kitground",),
    recipients=("Kitrecipient",),
    signer_capacity="KITCAPACITY",
    signer_titles=("KITSIGNERTITLE",),
    signer_name="Kitsigner",
)
LETTERHEAD_WORDS = (
    *("KITNATION", "Kitmotto", "KITSUPERIOR", "KITAGENCY", "KITNUMBER", "Kitplace", "KITTITLE", "Kitsubject"),
    *("Kitaddressee", "Kitground", "Kitrecipient", "KITCAPACITY", "KITSIGNERTITLE", "Kitsigner"),
)
BLOCKS: Mapping[str, Block] = {
    "paragraph": Paragraph("kitparagraph of several words"),
    "table": Table(
        "kitcaption",
        ("kitheadone", "kitheadtwo"),
        (("kitcellone", "1"), ("kitcelltwo", "2"), ("kittotal", "3")),
        numeric=frozenset({1}),
        total=True,
    ),
    "chart": Chart("kitchart", ("kitlabelone", "kitlabeltwo"), (17.0, 28.0), "kitunit"),
}
BLOCK_WORDS: Mapping[str, tuple[str, ...]] = {
    "paragraph": ("kitparagraph",),
    "table": ("kitcaption", "kitheadone", "kitheadtwo", "kitcellone", "kitcelltwo", "kittotal"),
    "chart": ("kitchart", "kitlabelone", "kitlabeltwo", "17", "28"),
}
FIGURES = (
    Figure("kit_first", "kitfigurefirst", "kitdefinition", "kitmeasure", 4321.0, 1234.0, {"xa-thu": 4321.0}),
    Figure("kit_second", "kitfiguresecond", "kitdefinition", "%", 97.5),
)
FIGURE_WORDS = ("kitfigurefirst", "kitfiguresecond")


def full_document(wording: Mapping[str, str]) -> ReportDocument:
    """Return a report document with every kind of content."""
    return ReportDocument(
        id="kit-1",
        kind="half-year",
        letterhead=LETTERHEAD,
        sections=(Section("kitsection", 1, (*BLOCKS.values(),)), Section("kitbelow", 2, (Paragraph("kitlast"),))),
        figures=FIGURES,
        period_start=date(2021, 12, 1),
        period_end=date(2022, 5, 31),
        unit="huyen-thu",
        unit_name="Kitdistrict",
        closing="Kitclosing.",
        unit_names=UNITS,
        wording=wording,
        snapshot_hash="9f2b" * 16,
    )


def bare_document(wording: Mapping[str, str]) -> ReportDocument:
    """Return a draft of a report document without any optional part."""
    head = Letterhead(
        national_title="KITNATION",
        motto="",
        superior="",
        agency="",
        number="",
        place="",
        date=None,
        title="KITTITLE",
        subject="",
        draft=True,
    )
    return evolve(
        full_document(wording), letterhead=head, sections=(), figures=(), closing="", unit_names={}, snapshot_hash=""
    )


def numberless_document(wording: Mapping[str, str]) -> ReportDocument:
    """Return a report document with unknown numbers, and with tables and charts without rows."""
    figures = (Figure("kit_first", "kitfigurefirst", "kitdefinition", "kitmeasure", None, None),)
    blocks = (Table("kitcaption", ("kitheadone", "kitheadtwo"), ()), Chart("kitchart", (), ()), Paragraph(""))
    return evolve(full_document(wording), sections=(Section("kitsection", 1, blocks),), figures=figures)


def hostile_document(wording: Mapping[str, str]) -> ReportDocument:
    """Return a report document with hostile words in every text."""
    rows = tuple((text, text) for text in HOSTILE)
    everything = " ".join(HOSTILE)
    blocks: tuple[Block, ...] = (
        *map(Paragraph, HOSTILE),
        Table(everything, (everything, "kitheadtwo"), rows),
        Chart(everything, HOSTILE, tuple(map(float, range(len(HOSTILE)))), everything),
    )
    figures = tuple(
        Figure(f"kit_{at}", text, text, text, 1.0, None, {"xa-thu": 1.0}) for at, text in enumerate(HOSTILE)
    )
    head = evolve(LETTERHEAD, subject=everything, recipients=HOSTILE, signer_name=everything, addressee=everything)
    return evolve(
        full_document(wording),
        letterhead=head,
        sections=(Section(everything, 1, blocks),),
        figures=figures,
        closing=everything,
        unit_names={"xa-thu": everything},
    )


def large_document(wording: Mapping[str, str], rows: int) -> ReportDocument:
    """Return a report document with a table and a chart of many rows, over many pages."""
    names = tuple(f"kitrow{number:04}" for number in range(rows))
    table = Table("kitcaption", ("kitheadone", "kitheadtwo"), tuple((name, "1") for name in names))
    chart = Chart("kitchart", names[:40], (1.0,) * len(names[:40]))
    return evolve(full_document(wording), sections=(Section("kitsection", 1, (table, chart)),))
