"""Search over opaque terms, in the part that both engines share.

A record's terms form one line, in their order, after a term for its unit. A unit term begins with `_`, unlike any other
term, so that it never takes part in a phrase.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from attrs import frozen

from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.ports.storages.searching import Hit, check_search
from anninh_storage.sql.database import Connection, Database

C = TypeVar("C", bound=Connection)
D = TypeVar("D", bound=Database)

_MAX_UNIT_TERMS = 8
"""Maximum number of units that are searched by terms. With more, so many rows match that filtering them is faster."""


@frozen(kw_only=True)
class SearchRequest:
    """A validated search request.

    Attributes:
        units: sorted; None for all.
    """

    kind: str
    query: TermQuery
    units: tuple[str, ...] | None
    limit: int
    before: Hit | None

    @property
    def unit_terms(self) -> list[str]:
        """The unit terms to search for, at least one of them required in a line; empty if all units are searched or too
        many for terms.
        """
        return (
            [build_unit_term(unit) for unit in self.units]
            if self.units is not None and len(self.units) <= _MAX_UNIT_TERMS
            else []
        )

    @property
    def unit_filter(self) -> tuple[str, ...] | None:
        """Units to filter rows by, if unit terms don't restrict them; None for no filter."""
        return None if self.unit_terms else self.units


class SqlSearch(ABC, Generic[C, D]):
    """The base of all engines' searches."""

    def __init__(self, database: D) -> None:
        self._database = database

    def find(
        self, kind: str, query: TermQuery, units: Sequence[str] | None, limit: int, before: Hit | None = None
    ) -> Sequence[Hit]:
        """Return the newest search hits.

        Raises:
            BadInput: a term that an index can't hold, or a limit below 1.
        """
        check_search(query, limit)
        if units is not None and not units:
            return []
        request = SearchRequest(
            kind=kind,
            query=query,
            units=None if units is None else tuple(sorted(set(units))),
            limit=limit,
            before=before,
        )
        return self._find_hits(request)

    @abstractmethod
    def replace(self, connection: C, changed: Iterable[SearchTerms]) -> None:
        """Store search terms in place of earlier terms of the same records; if a record is repeated, its last terms
        count.
        """

    @abstractmethod
    def _find_hits(self, request: SearchRequest) -> list[Hit]: ...


def select_last_terms(changed: Iterable[SearchTerms]) -> list[SearchTerms]:
    """Return only the last search terms of each record, sorted by record."""
    terms_by_record = {(terms.kind, terms.id): terms for terms in changed}
    return [terms_by_record[record] for record in sorted(terms_by_record)]


def build_index_line(terms: SearchTerms) -> str:
    """Return the line of text that indexes a record's search terms."""
    return " ".join((build_unit_term(terms.unit), *terms.terms))


def build_unit_term(unit: str) -> str:
    """Return the search term that marks a unit."""
    return f"_{unit.encode().hex()}"
