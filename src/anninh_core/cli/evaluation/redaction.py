"""Judged texts with personal data: read from a file, compared with what is found in them, and the figures printed."""

import json
from collections import Counter
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from attrs import field, frozen

from anninh_core.cli.evaluation.figures import ClassFigures, Share, describe_share, share_cells
from anninh_core.cli.output import TextTable, echo, printable
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.redact import PERSONAL_KINDS, PersonalDataMatch, find_personal_data
from anninh_core.kernel.text import nfc

LABELLED_KINDS = tuple(kind for kind in PERSONAL_KINDS if kind != "link")
SEPARATORS = " \u00a0\t.,;:()[]{}<>-–—/_\"'"
"""What is left out at the ends of a label."""


@frozen
class LabelledSpan:
    """Where personal data stands in a text, and of which kind; separators at its ends are left out."""

    kind: str
    start: int
    end: int


@frozen
class LabelledText:
    """A text and what a person found in it, in the order of the text."""

    text: str = field(repr=False)
    spans: tuple[LabelledSpan, ...]


@frozen
class JudgedText:
    """What was right and wrong about one text.

    Attributes:
        missed: labels that weren't, each with the kinds that hit some of it instead.
        false: hits that no label asks for.
    """

    labelled: LabelledText
    found: tuple[LabelledSpan, ...]
    missed: tuple[tuple[LabelledSpan, tuple[str, ...]], ...]
    false: tuple[PersonalDataMatch, ...]


@frozen
class RedactionFigures:
    """Figures of all texts.

    Attributes:
        classes: of each kind that was labelled or hit, in the order of `LABELLED_KINDS`.
        near_misses: texts without a label in which something was hit, of all texts without one.
        confusion: (what it is, what it was taken for) -> number of labels.
        wrong: the texts with something missed or hit without cause.
    """

    texts: int
    classes: Sequence[ClassFigures]
    near_misses: Share
    confusion: Counter[tuple[str, str]]
    wrong: Sequence[JudgedText]


def read_lines(path: Path) -> list[LabelledText]:
    """Return the texts of a file of JSON lines with `text` and `spans`, each span with `kind` and `text`.

    Raises:
        BadInput: a line that is no such text, with its number, or none at all.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput("{file} isn't UTF-8 text ({reason}): save it as UTF-8.", file=path, reason=error) from error
    texts = [_parse(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not texts:
        raise BadInput("{file} is empty: write one JSON object per line.", file=path)
    return texts


def judge_redaction(texts: Sequence[LabelledText]) -> RedactionFigures:
    """Return the figures of what is found in texts."""
    judged = [judge_text(text) for text in texts]
    right = Counter(span.kind for one in judged for span in one.found)
    missed = Counter(span.kind for one in judged for span, _ in one.missed)
    false = Counter(hit.kind for one in judged for hit in one.false)
    near = [one for one in judged if not one.labelled.spans]
    return RedactionFigures(
        texts=len(judged),
        classes=[
            ClassFigures(
                kind,
                precision=Share(right[kind], right[kind] + false[kind]),
                recall=Share(right[kind], right[kind] + missed[kind]),
            )
            for kind in LABELLED_KINDS
            if right[kind] + missed[kind] + false[kind]
        ],
        near_misses=Share(sum(bool(one.false) for one in near), len(near)),
        confusion=Counter((span.kind, kind) for one in judged for span, kinds in one.missed for kind in kinds),
        wrong=[one for one in judged if one.missed or one.false],
    )


def judge_text(labelled: LabelledText) -> JudgedText:
    """Return what is right and wrong about the hits in one text."""
    hits = [hit for hit in find_personal_data(labelled.text) if hit.kind != "link"]
    unused = list(hits)
    found = []
    missed = []
    for span in labelled.spans:
        hit = next((hit for hit in unused if hit.kind == span.kind and _covers(hit, span)), None)
        if hit is None:
            others = (
                hit.kind for hit in hits if hit.kind != span.kind and hit.start < span.end and span.start < hit.end
            )
            missed.append((span, tuple(dict.fromkeys(others))))
        else:
            unused.remove(hit)
            found.append(span)
    return JudgedText(labelled, tuple(found), tuple(missed), tuple(unused))


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


def _covers(hit: PersonalDataMatch, span: LabelledSpan) -> bool:
    return hit.start <= span.start and span.end <= hit.end


def _parse(line: str, number: int) -> LabelledText:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadInput(
            "Line {line} isn't JSON ({reason}): write one JSON object per line.", line=number, reason=error
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str) or not isinstance(raw.get("spans"), list):
        raise BadInput(
            'Line {line} isn\'t a labelled text: write {{"text": …, "spans": [{{"kind": …, "text": …}}]}}.', line=number
        )
    text = nfc(raw["text"])
    spans = []
    end = 0
    for span in raw["spans"]:
        labelled = _locate(text, span, number, end)
        spans.append(labelled)
        end = labelled.end
    return LabelledText(text, tuple(spans))


def _locate(text: str, span: object, number: int, after: int) -> LabelledSpan:
    if not isinstance(span, dict) or not isinstance(span.get("text"), str):
        raise BadInput(
            "Line {line} has a span without `text`: copy it from the text of the line, character by character.",
            line=number,
        )
    if span.get("kind") not in LABELLED_KINDS:
        raise BadInput(
            "Line {line} has the unknown kind {kind!r}: choose one of {allowed}.",
            line=number,
            kind=span.get("kind"),
            allowed=tuple(LABELLED_KINDS),
        )
    piece = nfc(span["text"])
    core = piece.strip(SEPARATORS)
    start = text.find(piece, after)
    if start < 0:
        start = text.find(piece)  # in another order
    if start < 0 or not core:
        raise BadInput(
            "Line {line} has a span that isn't in its text: copy it from the text of the line, character by character.",
            line=number,
        )
    start += piece.index(core)
    return LabelledSpan(span["kind"], start, start + len(core))
