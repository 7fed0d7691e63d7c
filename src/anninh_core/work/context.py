"""What a use case works with: the ports, the district, and what opens sealed bodies."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from attrs import define, field

from anninh_core.ports.blobs import Blobs
from anninh_core.ports.changes import NewKey, Record
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.keys import Keys
from anninh_core.ports.storage import Storage
from anninh_core.vocabulary.district import District
from anninh_core.work.kinds import Kind, M
from anninh_core.work.sealing import Sealer, bindings
from anninh_core.work.terms import Terms

_AT_ONCE = 500  # bodies
_TOMBSTONE = "tombstone"  # kind of an order to destroy; its id is the scope


@define(kw_only=True, eq=False, repr=False)
class UseCaseContext:
    """Ports, district and encryption of one app. It reads; whatever changes something goes through the runner."""

    district: District
    storage: Storage
    keys: Keys
    blobs: Blobs
    clock: Clock
    ids: Ids
    sealer: Sealer = field(init=False)
    terms: Terms = field(init=False)

    @sealer.default
    def _new_sealer(self) -> Sealer:
        return Sealer(self.keys, self.storage.keyring, self.purged)

    @terms.default
    def _new_terms(self) -> Terms:
        return Terms(self.keys)

    def purged(self, scope: str) -> bool:
        """Tell whether somebody ordered at some time that what a scope sealed be destroyed."""
        known = _TOMBSTONE in self.storage.maintenance.kinds()
        return known and self.storage.records.get(_TOMBSTONE, scope) is not None

    def opened(self, kind: Kind[M], record: Record) -> M:
        """Open a record's body and return its model."""
        return kind.decode(self.body(record), record.schema)

    def body(self, record: Record) -> bytes:
        """Open a record's body."""
        return self.sealer.open(record.scope, record.body, bindings(record)) if record.scope else record.body

    def bodies(
        self, records: Iterable[Record], stored: Mapping[str, NewKey] | None = None
    ) -> Iterator[tuple[Record, bytes]]:
        """Yield records with their bodies opened; those whose key was destroyed are gone for readers.

        See `Sealer.open_all` for `stored`.
        """
        rest = iter(records)
        while some := tuple(islice(rest, _AT_ONCE)):
            yield from self.sealer.open_all(some, stored)

    def readable(self, kind: Kind[M], records: Iterable[Record]) -> Iterator[M]:
        """Yield the models of records, as far as they can be read."""
        for record, body in self.bodies(records):
            yield kind.decode(body, record.schema)
