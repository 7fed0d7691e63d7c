"""The figures of redaction, for people and for programs."""

from gettext import gettext as _

from anninh_core.cli.evaluation.redaction import RedactionFigures
from anninh_core.cli.evaluation.shares import describe_share, share_cells
from anninh_core.cli.output import TextTable, echo, printable


def describe_judgement(figures: RedactionFigures) -> dict[str, object]:
    """Return the figures for programs: nothing of the texts is in them."""
    return {
        "texts": figures.texts,
        "classes": {
            one.name: {
                "labels": one.recall.of,
                "missed": one.recall.of - one.recall.hits,
                "false_hits": one.precision.of - one.precision.hits,
                **describe_share("precision", one.precision),
                **describe_share("recall", one.recall),
            }
            for one in figures.classes
        },
        "near_misses": {"texts": figures.near_misses.of, "hit": figures.near_misses.hits},
        "confusion": [
            {"is": real, "taken_for": found, "labels": number}
            for (real, found), number in sorted(figures.confusion.items())
        ],
    }


def print_judgement(figures: RedactionFigures) -> None:
    """Print the figures for people."""
    rows = [(one.name, *share_cells(one.precision), *share_cells(one.recall)) for one in figures.classes]
    interval = _("interval")
    headings = (_("kind"), _("precision"), _("hits"), interval, _("recall"), _("labels"), interval)
    TextTable(headings=headings, rows=rows, empty=_("No text has a label, and nothing was hit.")).echo()
    near = figures.near_misses
    words = _("near misses: {hits} of {number} texts without personal data were hit")
    echo(words.format(hits=near.hits, number=near.of))
    for (real, found), number in sorted(figures.confusion.items()):
        echo(_("{real} taken for {found}: {number}").format(real=real, found=found, number=number))


def print_misses(figures: RedactionFigures) -> None:
    """Print the texts where something was missed or hit without cause, for somebody who may read them."""
    for one in figures.wrong:
        text = one.labelled.text
        missed = [
            _("missed {kind} {text!r}").format(kind=s.kind, text=text[s.start : s.end]) for s, _kind in one.missed
        ]
        false = [_("false {kind} {text!r}").format(kind=hit.kind, text=hit.text) for hit in one.false]
        echo(printable(f"{'; '.join([*missed, *false])}: {text}"))
