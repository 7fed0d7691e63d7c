"""Reading what is quarantined, without keys: an entry that is damaged itself is as if there were none."""

import logging
from collections.abc import Iterator, Mapping

from attrs import evolve

from anninh_core.domain.quarantine.kind import QUARANTINED
from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find, Records

_OPEN = Find(kind=QUARANTINED.name, order="oldest", where={"open": True}, limit=200)
_log = logging.getLogger(__name__)


def iter_quarantined(records: Records, where: Mapping[str, str] | None = None) -> Iterator[Quarantined]:
    """Yield what is left out now, the oldest first; it takes no keys.

    The item of an entry that can't be read is tried in each round.
    """
    query = evolve(_OPEN, where={**_OPEN.where, **(where or {})})
    yield from filter(None, map(QUARANTINED.read_unsealed, iter_records(records, query)))


def count_quarantined(records: Records, most: int = 1000) -> int:
    """Count what is left out now, up to some number; it takes no keys."""
    return records.count(_OPEN, most)
