"""Finds known people whom a text identifies: its names, numbers and accounts are compared with those of all records.

Only keyed hashes are compared: no record is decrypted, and no name is held in plain text.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from anninh_core.kernel.identifiers import Mention, find_mentions
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.search.query import TermQuery
from anninh_core.usecase.context import UseCaseContext

_AT_ONCE = 100  # At most this number of terms are in one query to the index.
_HITS = 20  # At most this number of records are examined for one term, as some of them may not count.


def find_known_mentions(
    context: UseCaseContext, text: str, kinds: Collection[str], counts: Callable[[Ref], bool] = lambda _: True
) -> list[Mention]:
    """Return the mentions of known people in a text, in the order of the text.

    Args:
        text: the outgoing text.
        kinds: kinds of record that people are searched in.
        counts: returns whether a matching record counts.
    """
    mentions = [*find_mentions(text)]
    marks = {form: context.terms.mark(form) for mention in mentions for form in mention.forms}
    known_marks = _find_known_marks(context, sorted({*marks.values()}), kinds, counts)
    known_mentions = (
        mention for mention in mentions if not known_marks.isdisjoint(marks[form] for form in mention.forms)
    )
    return sorted(known_mentions, key=lambda mention: (mention.start, mention.end))


def _find_known_marks(
    context: UseCaseContext, marks: Sequence[str], kinds: Collection[str], counts: Callable[[Ref], bool]
) -> set[str]:
    """Return the marks that identify a known person; usually there are none, so that few queries suffice."""
    return {
        mark
        for chunk in _split_into_chunks(marks)
        for kind in kinds
        for mark in _iter_matching_marks(context, kind, chunk, counts)
    }


def _iter_matching_marks(
    context: UseCaseContext, kind: str, marks: Sequence[str], counts: Callable[[Ref], bool]
) -> Iterator[str]:
    """Yield the marks that match a record that counts: all marks are queried together, then each half of them alone."""
    hits = _find_records(context, kind, marks)
    if len(marks) == 1:
        yield from marks if any(map(counts, hits)) else ()
    elif hits:
        half = len(marks) // 2
        yield from _iter_matching_marks(context, kind, marks[:half], counts)
        yield from _iter_matching_marks(context, kind, marks[half:], counts)


def _find_records(context: UseCaseContext, kind: str, marks: Sequence[str]) -> list[Ref]:
    query = TermQuery((tuple((mark,) for mark in marks),))
    return [Ref(kind, hit.id) for hit in context.storage.search.find(kind, query, None, _HITS)]


def _split_into_chunks(marks: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(marks)
    while chunk := [*islice(rest, _AT_ONCE)]:
        yield chunk
