"""Search over opaque terms, as far as both engines do it alike.

A record's terms form one line, in their order, after a term for its unit. A unit term begins with `_`, which no term
has, so that it never takes part in a phrase.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from attrs import frozen

from anninh_core.kernel.searching import TermQuery
from anninh_core.ports.changes import SearchTerms
from anninh_core.ports.searching import Hit, check_search
from anninh_storage.sql.database import Connection, Database

C = TypeVar("C", bound=Connection)
D = TypeVar("D", bound=Database)

_FEW = 8
"""Most units that are searched by terms. With more units so many rows match that filtering them is faster."""


@frozen(kw_only=True)
class Wanted:
    """A search that was checked.

    Attributes:
        units: sorted; None for all.
    """

    kind: str
    query: TermQuery
    units: tuple[str, ...] | None
    limit: int
    before: Hit | None

    @property
    def marks(self) -> list[str]:
        """The unit terms of which a line must contain one; empty where the units are too many for that, or all."""
        return [mark(unit) for unit in self.units] if self.units is not None and len(self.units) <= _FEW else []

    @property
    def sifted(self) -> tuple[str, ...] | None:
        """The units that rows are filtered by, where unit terms don't do it; None for all."""
        return None if self.marks else self.units


class SqlSearch(ABC, Generic[C, D]):
    """What all engines do alike.

    Args:
        database: the database.
    """

    def __init__(self, database: D) -> None:
        self._database = database

    def find(
        self, kind: str, query: TermQuery, units: Sequence[str] | None, limit: int, before: Hit | None = None
    ) -> Sequence[Hit]:
        """Return the newest hits.

        Raises:
            BadInput: a term that can't stand in an index, or a limit below 1.
        """
        check_search(query, limit)
        if units is not None and not units:
            return []
        wanted = Wanted(
            kind=kind,
            query=query,
            units=None if units is None else tuple(sorted(set(units))),
            limit=limit,
            before=before,
        )
        return self._hits(wanted)

    @abstractmethod
    def replace(self, connection: C, changed: Iterable[SearchTerms]) -> None:
        """Store terms; they replace earlier terms of the same records, and of two for one record the later counts."""

    @abstractmethod
    def _hits(self, wanted: Wanted) -> list[Hit]:
        """Return the newest hits."""


def last_of(changed: Iterable[SearchTerms]) -> list[SearchTerms]:
    """Return the last terms of each record, in the order of the records."""
    last = {(terms.kind, terms.id): terms for terms in changed}
    return [last[record] for record in sorted(last)]


def line(terms: SearchTerms) -> str:
    """Return the line of a record."""
    return " ".join((mark(terms.unit), *terms.terms))


def mark(unit: str) -> str:
    """Return the mark of a unit."""
    return f"_{unit.encode().hex()}"
