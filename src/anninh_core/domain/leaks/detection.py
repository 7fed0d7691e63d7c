"""Search for identifying content in a text: patterns of personal data, case numbers, and people known to the system.

Only positions are returned. A known person's name looks the same as a number that identifies no one, so that the result
reveals little about which people are known; and each search is recorded and counted by officer.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from attrs import field, frozen

from anninh_core.domain.leaks.model import Span
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import fold, nfc
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.indexing.identifiers import find_known_mentions

_PIECE = 16  # Number of hexadecimal digits of the keyed hash of a piece.
_PUBLIC = frozenset({"link"})  # A web address identifies no one; a gate checks whether it is official.


@frozen
class Exposure:
    """Identifying content of a text.

    Attributes:
        text: the checked text; NFC.
        found: positions, in order; they may overlap.
        pieces: keyed hashes of the text at these positions, in the order of `found`.
    """

    text: str = field(repr=False)
    found: tuple[Span, ...]
    pieces: tuple[str, ...]

    def without(self, cleared: Collection[str]) -> "Exposure":
        """Return the identifying content without the pieces that a person has cleared."""
        kept = [(span, piece) for span, piece in zip(self.found, self.pieces, strict=True) if piece not in cleared]
        return Exposure(self.text, tuple(span for span, _ in kept), tuple(piece for _, piece in kept))

    @property
    def spans(self) -> tuple[Span, ...]:
        """Positions of the content, merged so that none overlap."""
        return tuple(_merge_spans(self.found))

    def __bool__(self) -> bool:
        return bool(self.found)


def find_exposure(
    context: UseCaseContext, text: str, kinds: Collection[str], is_relevant: Callable[[Ref], bool]
) -> Exposure:
    """Return the identifying content of a text.

    Args:
        context: context with the index.
        text: the outgoing text.
        kinds: kinds of record whose people are looked for.
        is_relevant: returns whether a matching record counts.
    """
    normalized = nfc(text)
    mentions = find_known_mentions(context, normalized, kinds, is_relevant)
    spans = sorted({*_find_patterns(normalized), *((mention.start, mention.end) for mention in mentions)})
    return Exposure(normalized, tuple(spans), tuple(hash_piece(context, normalized[start:end]) for start, end in spans))


def hash_piece(context: UseCaseContext, piece: str) -> str:
    """Return the keyed hash of a piece of text, independent of case, spacing and diacritics."""
    return context.keys.blind("leak", " ".join(fold(piece).split()))[:_PIECE]


def find_public_pieces(context: UseCaseContext) -> Iterator[str]:
    """Yield the hashes of pieces that the profile itself publishes, such as a duty room's number in group texts."""
    for wording in context.district.wording.values():
        yield from (hash_piece(context, nfc(wording)[start:end]) for start, end in _find_patterns(nfc(wording)))


def _find_patterns(text: str) -> Iterator[Span]:
    yield from ((hit.start, hit.end) for hit in find_personal_data(text) if hit.kind not in _PUBLIC)
    yield from (match.span() for match in RECEIPT.finditer(text))


def _merge_spans(spans: Iterable[Span]) -> Iterator[Span]:
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
