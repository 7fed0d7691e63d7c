"""Functions that read quarantined items without keys; a damaged quarantine record is ignored."""

import logging
from collections.abc import Iterator, Mapping

from attrs import evolve

from anninh_core.domain.quarantine.kind import QUARANTINED
from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find, Records

_OPEN = Find(kind=QUARANTINED.name, order="oldest", where={"open": True}, limit=200)
_log = logging.getLogger(__name__)


def iter_quarantined(records: Records, conditions: Mapping[str, str] | None = None) -> Iterator[Quarantined]:
    """Yield the open quarantined items, oldest first, without using keys.

    An item with an unreadable quarantine record isn't yielded, so that its consumer retries it in each round.
    """
    query = evolve(_OPEN, where={**_OPEN.where, **(conditions or {})})
    yield from filter(None, map(QUARANTINED.read_unsealed, iter_records(records, query)))


def count_quarantined(records: Records, most: int = 1000) -> int:
    """Count the open quarantined items, up to `most`, without using keys."""
    return records.count(_OPEN, most)
