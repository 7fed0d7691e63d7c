"""Taking out of a text what gives its author away: what the vault knows, what looks like it, how people say a name."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.identifiers.forms import SAYS_NAME
from anninh_core.kernel.identifiers.owners import Span, find_own_data, find_own_names
from anninh_core.kernel.redact import MaskedText, Normalized, find_personal_data, normal_digits, normalize
from anninh_core.kernel.text import fold, nfc

MASK = "…"
_WORD = re.compile(r"[^\W_]+")
_MIN_DIGITS = 6
_OF_THE_MATTER = ("plate", "link")


def mask_identity(text: str, identity: Identity | None, others: Iterable[Span] = ()) -> tuple[str, tuple[str, ...]]:
    """Return a text without what leads to its author, and what was masked, each kind once.

    Args:
        text: somebody's words.
        identity: theirs, None where it isn't known.
        others: where others stand in it (NFC) who are known here, and as what.

    Masked is what looks like personal data (see `kernel.redact`), a name behind words that introduce one, and of an
    identity that is known its name, with or without diacritics, its numbers with any spacing, its address and its
    conversation id. Number plates and links stay: they belong to the matter. A name that was sealed to custodians isn't
    known here, and comes with `others`; writing style isn't masked by anything.

    The text is read as it is meant: neither invisible characters nor other digits, letters in the place of digits or
    numbers spelled in words hide anything.
    """
    written = nfc(text)
    normal = normalize(written)
    by_shape = ((hit.start, hit.end, hit.kind) for hit in find_personal_data(written) if hit.kind not in _OF_THE_MATTER)
    names = ((*normal.span(*match.span("hit")), "name") for match in SAYS_NAME.finditer(normal.text))
    return _mask(written, (*by_shape, *names, *_find_known(normal, identity), *others))


def mask_own_data(text: str, identity: Identity | None) -> MaskedText:
    """Return a text without what identifies the person who wrote it.

    For a body that goes on with the matter: accounts, numbers, plates and names of other people in the text are
    evidence, and stay. Masked are what is known of its author, and what the text says of them: their name, numbers,
    accounts and where they live (see `owners`).

    Args:
        text: somebody's words.
        identity: theirs, None where it isn't known.
    """
    written = nfc(text)
    normal = normalize(written)
    matches = [hit for hit in find_personal_data(written) if hit.kind not in _OF_THE_MATTER]
    names = ((*span, "name") for span in find_own_names(normal))
    own = [(*normal.span(start, end), kind) for start, end, kind in (*names, *find_own_data(normal, matches))]
    spans = (*own, *_find_known(normal, identity))
    left = [hit.kind for hit in matches if not any(start < hit.end and hit.start < end for start, end, _ in spans)]
    return MaskedText(*_mask(written, spans), tuple(dict.fromkeys(left)))


def _mask(written: str, spans: Iterable[Span]) -> tuple[str, tuple[str, ...]]:
    """Return a text with pieces of it masked, and their kinds, each once."""
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


def _find_known(normal: Normalized, identity: Identity | None) -> Iterator[Span]:
    """Find what is known of somebody in a text as it is meant; positions are those of the text as written."""
    for start, end, kind in () if identity is None else _find_meant(normal.text, identity):
        yield *normal.span(start, end), kind


def _find_meant(text: str, identity: Identity) -> Iterator[Span]:
    yield from _name_spans(text, identity.name)
    for number in identity.numbers:
        yield from _number_spans(text, number, "number")
    for secret in (identity.address.id, identity.conversation):
        if len(secret) >= _MIN_DIGITS:
            yield from ((*match.span(), "address") for match in re.finditer(re.escape(secret), text, re.IGNORECASE))
            yield from _number_spans(text, secret, "address")


def _name_spans(text: str, name: str) -> Iterator[Span]:
    """Find a name by its words; one of a single word, which may be any word, only as it is written."""
    wanted = [fold(match[0]) for match in _WORD.finditer(nfc(name))]
    if not wanted:
        return
    found = [*_WORD.finditer(text)]
    for first in range(len(found) - len(wanted) + 1):
        run = found[first : first + len(wanted)]
        if [fold(match[0]) for match in run] != wanted or not _stand_together(text, run):
            continue
        if len(wanted) > 1 or run[0][0] == nfc(name).strip():
            yield run[0].start(), run[-1].end(), "name"


def _stand_together(text: str, run: list[re.Match[str]]) -> bool:
    return all(text[one.end() : other.start()].strip(" \t\n.,-_") == "" for one, other in pairwise(run))


def _number_spans(text: str, number: str, kind: str) -> Iterator[Span]:
    """Find a number with any spacing, with or without the country code."""
    if re.search(r"[^\W\d]", number):
        return
    digits = re.sub(r"^(?:84|0)", "", normal_digits(number))
    if len(digits) >= _MIN_DIGITS:
        pattern = r"(?:\+?(?:84|0)[\W_]*)?" + r"[\W_]*".join(digits)
        yield from ((*match.span(), kind) for match in re.finditer(pattern, text))
