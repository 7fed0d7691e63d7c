"""Rules for searching a storage's full-text index, the same for every storage backend."""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import filterfalse

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import TermQuery

_TERM = re.compile(r"[a-z0-9]{1,40}")


@frozen(order=True)
class Hit:
    """A record found by a search, with its place in the order: the newest `at` first, then the greatest `id`.

    Attributes:
        at: time from its `SearchTerms`.
        id: the record's id.
    """

    at: datetime
    id: str


def check_search(query: TermQuery, limit: int) -> None:
    """Raise `BadInput` for terms that are invalid in an index (see `check_terms`), or a limit below 1."""
    for clause in (*query.clauses, query.excluded):
        for phrase in clause:
            check_terms(phrase)
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)


def check_terms(terms: Iterable[str]) -> None:
    """Raise `BadInput` unless each term is 1 to 40 of a-z and 0-9: tokenizers of all databases leave these
    unchanged.
    """
    invalid_term = next(filterfalse(_TERM.fullmatch, terms), None)
    if invalid_term is not None:
        raise BadInput(
            "{term!r} isn't a valid term of a search index: use 1 to 40 characters of a-z and 0-9.", term=invalid_term
        )
