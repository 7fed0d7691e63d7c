"""Search over opaque terms in memory."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.searching import Hit, check_search
from anninh_core.testing.memory.tables import Tables


@frozen
class MemorySearch:
    """A search index that scans the terms of every record."""

    _tables: Tables

    def find(
        self, kind: str, query: TermQuery, units: Sequence[str] | None, limit: int, before: Hit | None = None
    ) -> Sequence[Hit]:
        """Return at most `limit` hits of a query, newest first."""
        check_search(query, limit)
        with self._tables.lock:
            hits = [
                Hit(terms.at, terms.id)
                for terms in self._tables.terms.values()
                if terms.kind == kind and (units is None or terms.unit in units) and query.matches(terms.terms)
            ]
        return sorted((hit for hit in hits if before is None or hit < before), reverse=True)[:limit]
