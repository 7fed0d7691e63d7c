"""The figures of redaction, for people and for programs."""

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
    TextTable(
        headings=("kind", "precision", "hits", "interval", "recall", "labels", "interval"),
        rows=rows,
        empty="No text has a label, and nothing was hit.",
    ).echo()
    near = figures.near_misses
    echo(f"near misses: {near.hits} of {near.of} texts without personal data were hit")
    for (real, found), number in sorted(figures.confusion.items()):
        echo(f"{real} taken for {found}: {number}")


def print_misses(figures: RedactionFigures) -> None:
    """Print the texts where something was missed or hit without cause, for somebody who may read them."""
    for one in figures.wrong:
        text = one.labelled.text
        missed = [f"missed {span.kind} {text[span.start : span.end]!r}" for span, _ in one.missed]
        false = [f"false {hit.kind} {hit.text!r}" for hit in one.false]
        echo(printable(f"{'; '.join([*missed, *false])}: {text}"))
