"""Evaluation of labelled texts with personal data: they are read from a file and compared with the hits in them, and
the figures are printed.
"""

import json
from collections import Counter
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from attrs import field, frozen

from anninh_core.cli.evaluation.figures import ClassFigures, Share, build_share_data, format_share_cells
from anninh_core.cli.output import TextTable, echo, make_printable
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.redact import PERSONAL_KINDS, PersonalDataMatch, find_personal_data
from anninh_core.kernel.text import nfc

LABELLED_KINDS = tuple(kind for kind in PERSONAL_KINDS if kind != "link")
SEPARATORS = " \u00a0\t.,;:()[]{}<>-–—/_\"'"
"""Characters that are left out at the ends of a label."""


@frozen
class LabelledSpan:
    """Kind and position of personal data in a text, without separators at its ends."""

    kind: str
    start: int
    end: int


@frozen
class LabelledText:
    """A text and a person's labels in it, in the order of the text."""

    text: str = field(repr=False)
    spans: tuple[LabelledSpan, ...]


@frozen
class JudgedText:
    """Comparison of the labels and the hits in one text.

    Attributes:
        missed: labels without a hit of their kind, each with the other kinds that hit a part of it.
        false: hits without a label.
    """

    labelled: LabelledText
    found: tuple[LabelledSpan, ...]
    missed: tuple[tuple[LabelledSpan, tuple[str, ...]], ...]
    false: tuple[PersonalDataMatch, ...]


@frozen
class RedactionFigures:
    """Figures of the hits and misses in all texts.

    Attributes:
        classes: figures of each kind that was labelled or hit, in the order of `LABELLED_KINDS`.
        near_misses: texts without a label in which something was hit, of all texts without one.
        confusion: (kind of the label, kind of the hit) -> number of labels.
        wrong: texts with a missed label or a false hit.
    """

    texts: int
    classes: Sequence[ClassFigures]
    near_misses: Share
    confusion: Counter[tuple[str, str]]
    wrong: Sequence[JudgedText]


def read_labelled_texts(path: Path) -> list[LabelledText]:
    """Return the texts of a file of JSON lines with `text` and `spans`, each span with `kind` and `text`.

    Raises:
        BadInput: the file is empty, or a line isn't a labelled text; the error has the line's number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput("{file} isn't UTF-8 text ({reason}): save it as UTF-8.", file=path, reason=error) from error
    texts = [_parse_text(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not texts:
        raise BadInput("{file} is empty: write one JSON object per line.", file=path)
    return texts


def judge_texts(texts: Sequence[LabelledText]) -> RedactionFigures:
    """Compare the labels and hits of all texts, and return the figures."""
    judged = [judge_text(text) for text in texts]
    right = Counter(span.kind for result in judged for span in result.found)
    missed = Counter(span.kind for result in judged for span, _ in result.missed)
    false = Counter(hit.kind for result in judged for hit in result.false)
    near = [result for result in judged if not result.labelled.spans]
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
        near_misses=Share(sum(bool(result.false) for result in near), len(near)),
        confusion=Counter((span.kind, kind) for result in judged for span, kinds in result.missed for kind in kinds),
        wrong=[result for result in judged if result.missed or result.false],
    )


def judge_text(labelled: LabelledText) -> JudgedText:
    """Compare the labels and hits of one text."""
    hits = [hit for hit in find_personal_data(labelled.text) if hit.kind != "link"]
    unused = list(hits)
    matched = []
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
            matched.append(span)
    return JudgedText(labelled, tuple(matched), tuple(missed), tuple(unused))


def build_judgement_data(figures: RedactionFigures) -> dict[str, object]:
    """Return the figures of all texts as JSON data, without anything from the texts."""
    return {
        "texts": figures.texts,
        "classes": {
            each_class.name: {
                "labels": each_class.recall.of,
                "missed": each_class.recall.of - each_class.recall.hits,
                "false_hits": each_class.precision.of - each_class.precision.hits,
                **build_share_data("precision", each_class.precision),
                **build_share_data("recall", each_class.recall),
            }
            for each_class in figures.classes
        },
        "near_misses": {"texts": figures.near_misses.of, "hit": figures.near_misses.hits},
        "confusion": [
            {"is": real, "taken_for": hit_kind, "labels": number}
            for (real, hit_kind), number in sorted(figures.confusion.items())
        ],
    }


def print_judgement(figures: RedactionFigures) -> None:
    """Print the figures of all texts for people."""
    rows = [
        (each_class.name, *format_share_cells(each_class.precision), *format_share_cells(each_class.recall))
        for each_class in figures.classes
    ]
    interval = _("interval")
    headings = (_("kind"), _("precision"), _("hits"), interval, _("recall"), _("labels"), interval)
    TextTable(headings=headings, rows=rows, empty=_("No text has a label, and nothing was hit.")).echo()
    near = figures.near_misses
    words = _("near misses: {hits} of {number} texts without personal data were hit")
    echo(words.format(hits=near.hits, number=near.of))
    for (real, hit_kind), number in sorted(figures.confusion.items()):
        echo(_("{real} taken for {found}: {number}").format(real=real, found=hit_kind, number=number))


def print_misses(figures: RedactionFigures) -> None:
    """Print the texts with a missed label or a false hit, for people who may read them."""
    for judged in figures.wrong:
        text = judged.labelled.text
        missed = [
            _("missed {kind} {text!r}").format(kind=s.kind, text=text[s.start : s.end]) for s, _kind in judged.missed
        ]
        false = [_("false {kind} {text!r}").format(kind=hit.kind, text=hit.text) for hit in judged.false]
        echo(make_printable(f"{'; '.join([*missed, *false])}: {text}"))


def _covers(hit: PersonalDataMatch, span: LabelledSpan) -> bool:
    return hit.start <= span.start and span.end <= hit.end


def _parse_text(line: str, number: int) -> LabelledText:
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
        labelled = _locate_span(text, span, number, end)
        spans.append(labelled)
        end = labelled.end
    return LabelledText(text, tuple(spans))


def _locate_span(text: str, span: object, number: int, after: int) -> LabelledSpan:
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
        # The spans of the line aren't in the order of the text, so this one is searched from the beginning.
        start = text.find(piece)
    if start < 0 or not core:
        raise BadInput(
            "Line {line} has a span that isn't in its text: copy it from the text of the line, character by character.",
            line=number,
        )
    start += piece.index(core)
    return LabelledSpan(span["kind"], start, start + len(core))
