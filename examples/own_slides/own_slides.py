"""Reports as slides, for a conference about a half-year."""

from collections.abc import Sequence

from anninh_core.formatters.archive import repack
from anninh_core.formatters.layout import printable
from anninh_core.plugins import hookimpl
from anninh_core.vocabulary import Ability, Capabilities, ReportDocument, Support


class SlidesFormatter:
    """A formatter that renders a report as a deck: a cover, slides for each heading with its paragraphs, tables and
    charts, and the signature.
    """

    name = "pptx"
    suffix = ".pptx"
    media_type = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

    @property
    def capabilities(self) -> Capabilities:
        """Return which parts of a report the format supports."""
        full = Ability(Support.FULL)
        layout = Ability(Support.PARTIAL, "slides have all its words, and not the layout of an official paper")
        figures = Ability(Support.IMPOSSIBLE, "a slide is for people; take XLSX, CSV or JSON")
        return Capabilities("the PPTX format", {"layout": layout, "tables": full, "charts": full, "figures": figures})

    def render(self, document: ReportDocument) -> bytes:
        """Return the deck as bytes, which are always the same: it contains the day of issue and no creation time."""
        from own_slides_deck import write_deck  # noqa: PLC0415  python-pptx takes half a second to load

        return repack(write_deck(printable(document)))


@hookimpl
def anninh_formatters() -> Sequence[type]:
    """Register the format."""
    return [SlidesFormatter]
