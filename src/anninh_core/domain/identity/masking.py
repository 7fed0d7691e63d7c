"""Functions that mask text that identifies its author: data in the vault, patterns of personal data, and
self-introductions.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.identifiers.forms import SAYS_NAME
from anninh_core.kernel.identifiers.owners import Span, find_own_data, find_own_names
from anninh_core.kernel.redact import MaskedText, Normalized, extract_digits, find_personal_data, normalize
from anninh_core.kernel.text import fold, nfc

MASK = "…"
_WORD = re.compile(r"[^\W_]+")
_MIN_DIGITS = 6
_OF_THE_MATTER = ("plate", "link")


def mask_identity(text: str, identity: Identity | None, others: Iterable[Span] = ()) -> tuple[str, tuple[str, ...]]:
    """Return a text with its author's identifying data masked, and the kinds of the masked data, each once.

    Args:
        text: the author's text.
        identity: the author's identity, None if unknown.
        others: spans of other known people in `text` (NFC), with their kinds.
    Masked are patterns of personal data (see `kernel.redact`), a name after words that introduce one, and of a known
    identity its name, with or without diacritics, its numbers with any spacing, its address and its conversation id.
    Number plates and links stay: they belong to the matter. A name that is encrypted to custodians isn't known here,
    and comes with `others`; writing style isn't masked.

    The text is normalized before the search, so that invisible characters, other digits, letters in place of digits and
    numbers spelled in words hide nothing.
    """
    written = nfc(text)
    normal = normalize(written)
    by_shape = ((hit.start, hit.end, hit.kind) for hit in find_personal_data(written) if hit.kind not in _OF_THE_MATTER)
    names = ((*normal.span(*match.span("hit")), "name") for match in SAYS_NAME.finditer(normal.text))
    return _mask_spans(written, (*by_shape, *names, *_find_identity_spans(normal, identity), *others))


def mask_own_data(text: str, identity: Identity | None) -> MaskedText:
    """Return a text with the data masked that identifies its author.

    For a body that takes over the case: accounts, numbers, plates and names of other people in the text are evidence,
    and stay. Masked are the author's known data, and their name, numbers, accounts and home as stated in the text (see
    `owners`).

    Args:
        text: the author's text.
        identity: the author's identity, None if unknown.
    """
    written = nfc(text)
    normal = normalize(written)
    matches = [hit for hit in find_personal_data(written) if hit.kind not in _OF_THE_MATTER]
    names = ((*span, "name") for span in find_own_names(normal))
    own = [(*normal.span(start, end), kind) for start, end, kind in (*names, *find_own_data(normal, matches))]
    spans = (*own, *_find_identity_spans(normal, identity))
    remaining_kinds = [
        hit.kind for hit in matches if not any(start < hit.end and hit.start < end for start, end, _ in spans)
    ]
    return MaskedText(*_mask_spans(written, spans), tuple(dict.fromkeys(remaining_kinds)))


def _mask_spans(written: str, spans: Iterable[Span]) -> tuple[str, tuple[str, ...]]:
    """Return a text with the spans masked, and their kinds, each once."""
    parts = []
    end = 0
    kinds = []
    for start, stop, kind in sorted(spans):
        kinds.append(kind)
        if stop <= end:
            continue
        parts += [written[end:start], MASK] if start >= end else []
        end = stop
    return "".join((*parts, written[end:])), tuple(dict.fromkeys(kinds))


def _find_identity_spans(normal: Normalized, identity: Identity | None) -> Iterator[Span]:
    """Yield the spans of an identity's data in a normalized text, as positions in the original text."""
    for start, end, kind in () if identity is None else _find_identity_in_normalized(normal.text, identity):
        yield *normal.span(start, end), kind


def _find_identity_in_normalized(text: str, identity: Identity) -> Iterator[Span]:
    yield from _find_name_spans(text, identity.name)
    for number in identity.numbers:
        yield from _find_number_spans(text, number, "number")
    for secret in (identity.address.id, identity.conversation):
        if len(secret) >= _MIN_DIGITS:
            yield from ((*match.span(), "address") for match in re.finditer(re.escape(secret), text, re.IGNORECASE))
            yield from _find_number_spans(text, secret, "address")


def _find_name_spans(text: str, name: str) -> Iterator[Span]:
    """Yield the spans of a name; a name of a single word, which may be a common word, only if spelled exactly."""
    name_words = [fold(match[0]) for match in _WORD.finditer(nfc(name))]
    if not name_words:
        return
    text_words = [*_WORD.finditer(text)]
    for first in range(len(text_words) - len(name_words) + 1):
        run = text_words[first : first + len(name_words)]
        if [fold(match[0]) for match in run] != name_words or not _are_adjacent(text, run):
            continue
        if len(name_words) > 1 or run[0][0] == nfc(name).strip():
            yield run[0].start(), run[-1].end(), "name"


def _are_adjacent(text: str, run: list[re.Match[str]]) -> bool:
    return all(text[left.end() : right.start()].strip(" \t\n.,-_") == "" for left, right in pairwise(run))


def _find_number_spans(text: str, number: str, kind: str) -> Iterator[Span]:
    """Yield the spans of a number with any spacing, with or without the country code."""
    if re.search(r"[^\W\d]", number):
        return
    digits = re.sub(r"^(?:84|0)", "", extract_digits(number))
    if len(digits) >= _MIN_DIGITS:
        pattern = r"(?:\+?(?:84|0)[\W_]*)?" + r"[\W_]*".join(digits)
        yield from ((*match.span(), kind) for match in re.finditer(pattern, text))
