"""Whom a text leads to: its names, numbers and accounts, looked up among those of all who are known here.

Only keyed hashes are compared: no record is opened, and nobody's name is held in clear.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from anninh_core.kernel.identifiers import Mention, find_mentions
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.search.query import TermQuery
from anninh_core.usecase.context import UseCaseContext

_AT_ONCE = 100  # terms of one question to the index
_HITS = 20  # records that are looked at for one term, where some don't count


def find_known(
    context: UseCaseContext, text: str, kinds: Collection[str], counts: Callable[[Ref], bool] = lambda _: True
) -> list[Mention]:
    """Return where a text names somebody who is known here, in its order.

    Args:
        text: what is about to leave.
        kinds: kinds of record whose people count.
        counts: tells of a record that was found whether it counts.
    """
    mentions = [*find_mentions(text)]
    marks = {form: context.terms.mark(form) for mention in mentions for form in mention.forms}
    known = _known_marks(context, sorted({*marks.values()}), kinds, counts)
    found = (mention for mention in mentions if not known.isdisjoint(marks[form] for form in mention.forms))
    return sorted(found, key=lambda mention: (mention.start, mention.end))


def _known_marks(
    context: UseCaseContext, marks: Sequence[str], kinds: Collection[str], counts: Callable[[Ref], bool]
) -> set[str]:
    """Return which marks lead to somebody; mostly none does, and few questions are asked."""
    return {mark for chunk in _chunks(marks) for kind in kinds for mark in _narrow(context, kind, chunk, counts)}


def _narrow(context: UseCaseContext, kind: str, marks: Sequence[str], counts: Callable[[Ref], bool]) -> Iterator[str]:
    """Yield those of some marks that lead to a record that counts: asked about together, then by halves."""
    found = _find(context, kind, marks)
    if len(marks) == 1:
        yield from marks if any(map(counts, found)) else ()
    elif found:
        half = len(marks) // 2
        yield from _narrow(context, kind, marks[:half], counts)
        yield from _narrow(context, kind, marks[half:], counts)


def _find(context: UseCaseContext, kind: str, marks: Sequence[str]) -> list[Ref]:
    query = TermQuery((tuple((mark,) for mark in marks),))
    return [Ref(kind, hit.id) for hit in context.storage.search.find(kind, query, None, _HITS)]


def _chunks(marks: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(marks)
    while chunk := [*islice(rest, _AT_ONCE)]:
        yield chunk
