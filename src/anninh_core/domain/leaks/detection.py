"""Looking for what a text gives away: patterns of personal data, case numbers, and whoever is known here.

All that is told is where in the text. A name that leads to somebody looks the same as a number that leads to nobody, so
that the answer tells little about who is known here; and who asks is written down and counted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from attrs import field, frozen

from anninh_core.domain.leaks.model import Span
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import fold, nfc
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.indexing.identifiers import find_known

_PIECE = 16  # letters of a keyed hash
_PUBLIC = frozenset({"link"})  # an address on the web leads to nobody; whether it is official, a gate asks


@frozen
class Exposure:
    """What a text gives away.

    Attributes:
        text: what was looked at; NFC.
        found: where, in order; they may overlap.
        pieces: keyed hashes of what stands there, in the order of `found`.
    """

    text: str = field(repr=False)
    found: tuple[Span, ...]
    pieces: tuple[str, ...]

    def without(self, cleared: Collection[str]) -> "Exposure":
        """Return it without what a person has cleared."""
        kept = [(span, piece) for span, piece in zip(self.found, self.pieces, strict=True) if piece not in cleared]
        return Exposure(self.text, tuple(span for span, _ in kept), tuple(piece for _, piece in kept))

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where it gives something away, none overlapping."""
        return tuple(_merge(self.found))

    def __bool__(self) -> bool:
        return bool(self.found)


def find_exposure(
    context: UseCaseContext, text: str, kinds: Collection[str], counts: Callable[[Ref], bool]
) -> Exposure:
    """Return what a text gives away.

    Args:
        context: where the index is.
        text: what is about to leave.
        kinds: kinds of record whose people are looked for.
        counts: tells of a record that was found whether it counts.
    """
    written = nfc(text)
    known = find_known(context, written, kinds, counts)
    found = sorted({*_find_patterns(written), *((mention.start, mention.end) for mention in known)})
    return Exposure(written, tuple(found), tuple(hash_piece(context, written[start:end]) for start, end in found))


def hash_piece(context: UseCaseContext, piece: str) -> str:
    """Return the keyed hash by which a piece of text is known again, whatever its case and diacritics."""
    return context.keys.blind("leak", " ".join(fold(piece).split()))[:_PIECE]


def find_public_pieces(context: UseCaseContext) -> Iterator[str]:
    """Yield what the profile itself publishes, such as the number of a duty room in a text for groups."""
    for wording in context.district.wording.values():
        yield from (hash_piece(context, nfc(wording)[start:end]) for start, end in _find_patterns(nfc(wording)))


def _find_patterns(text: str) -> Iterator[Span]:
    yield from ((hit.start, hit.end) for hit in find_personal_data(text) if hit.kind not in _PUBLIC)
    yield from (match.span() for match in RECEIPT.finditer(text))


def _merge(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in sorted(spans):
        if current is not None and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current
