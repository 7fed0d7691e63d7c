"""Search over opaque terms."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from anninh_core.testing.memory.tables import Tables


@frozen
class MemorySearch:
    """Every record's terms are looked at."""

    _tables: Tables

    def find(
        self, kind: str, terms: Sequence[str], units: Sequence[str] | None, limit: int, before: datetime | None = None
    ) -> Sequence[str]:
        """Return ids of records that have all terms, newest first; none for no terms."""
        with self._tables.lock:
            found = [
                held
                for held in self._tables.terms.values()
                if held.kind == kind
                and terms
                and set(terms) <= set(held.terms)
                and (units is None or held.unit in units)
                and (before is None or held.at < before)
            ]
        found.sort(key=lambda held: (held.at, held.id), reverse=True)
        return [held.id for held in found[:limit]]
