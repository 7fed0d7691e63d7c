"""The context in which use cases run: it has the ports, the district and the encryption."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from attrs import define, field, frozen

from anninh_core.kernel.errors import Damaged
from anninh_core.kernel.refs import Ref
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.keys import Keys
from anninh_core.ports.scanner import FileInspector
from anninh_core.ports.storages.changes import NewKey, Record, Scalar
from anninh_core.ports.storages.storage import Find, RecordPage, Storage
from anninh_core.usecase.encryption.encryptor import Encryptor, NoteDamage
from anninh_core.usecase.journal.entries import iter_acts_on
from anninh_core.usecase.keyed_hashes.people import People
from anninh_core.usecase.keyed_hashes.term_hashing import TermHasher
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.resident_names import PURGE_ORDER_KIND, ResidentNames
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Address, Place

_BATCH_SIZE = 500  # This is the number of bodies that are decrypted at a time.

Filter = Mapping[str, Scalar | tuple[Scalar, ...]]
"""A filter for queries: column -> required value, as for `Find.where`."""

_PURGED = "purge.done"  # This event is in the journal entry that carries out a purge order.


class _PurgeMoments(msgspec.Struct):
    """The fields of a purge order that show whether its key was destroyed."""

    begun_at: str | None = None
    done_at: str | None = None
    purged_at: str | None = None


# The decoder is created once, for the reason given in `ports.changes`.
_PURGE_MOMENTS = msgspec.json.Decoder(_PurgeMoments)


@frozen
class Prefetched:
    """Data that was read before a use case begins.

    Attributes:
        records: kind and id -> record, or None for a missing one.
        pages: queries with their pages.
        ids: kind and lookup text -> the record's id, or "" if there is none; see `Kind.found_by`.
    """

    records: Mapping[tuple[str, str], Record | None] = field(factory=dict)
    pages: Sequence[tuple[Find, RecordPage]] = ()
    ids: Mapping[tuple[str, str], str] = field(factory=dict)


@define(kw_only=True, eq=False, repr=False)
class UseCaseContext:
    """The ports, district and encryption of one app, which use cases read; changes go through the runner.

    Attributes:
        account_units: messenger instance -> unit bound to it by the settings.
        newest_schema: returns the newest known schema of a kind's bodies, see `Encryptor`.
        inspector: scans and cleans files; if None, files aren't inspected and none is shown.
        people: the records of people, or None.
    """

    district: District
    storage: Storage
    keys: Keys
    blobs: Blobs
    clock: Clock
    ids: Ids
    newest_schema: Callable[[str], int | None] = lambda _: None
    account_units: Mapping[str, str] = field(factory=dict)
    inspector: FileInspector | None = None
    people: People | None = None
    encryptor: Encryptor = field(init=False)
    terms: TermHasher = field(init=False)
    names: ResidentNames = field(init=False)

    @encryptor.default
    def _build_encryptor(self) -> Encryptor:
        return Encryptor(self.keys, self.storage.keyring, self.is_purged, self.newest_schema)

    @terms.default
    def _build_terms(self) -> TermHasher:
        return TermHasher(self.keys)

    @names.default
    def _build_names(self) -> ResidentNames:
        return ResidentNames(self.keys)

    def get_first_unit(self, address: Address) -> str:
        """Return the unit to which a new conversation belongs: that of its account; a group belongs to the root until
        it is linked.
        """
        root = self.district.root
        return root if address.place is Place.GROUP else self.account_units.get(address.messenger, root)

    def is_purged(self, scope: str) -> bool:
        """Return whether a purge of this scope was begun or carried out, now or earlier; an order alone destroys no
        key.

        The answer is read from the order, or from the journal if the order can't be decrypted.
        """
        if PURGE_ORDER_KIND not in self.storage.maintenance.kinds():
            return False
        record = self.storage.records.get(PURGE_ORDER_KIND, scope)
        if record is None:
            return False
        try:
            order = _PURGE_MOMENTS.decode(self.encryptor.decrypt_unpurged(record))
        except Damaged:
            return self._has_purge_entry(record)
        return any((order.begun_at, order.done_at, order.purged_at))

    def _has_purge_entry(self, order: Record) -> bool:
        acts = iter_acts_on(self.storage.journal, self.names, order)
        return any(_PURGED in act.entry.events for act in acts)

    def find_own_record(self, scope: str) -> Record | None:
        """Return the stored record that the scope is named after, if it is encrypted under this scope, else None."""
        ref = Ref.parse(scope)
        is_stored_kind = ref.kind in self.storage.maintenance.kinds()
        record = self.storage.records.get(ref.kind, ref.id) if is_stored_kind else None
        return record if record is not None and record.scope == scope else None

    def open_record(self, kind: Kind[M], record: Record) -> M:
        """Decrypt the body of a record and return the record's model."""
        return kind.decode_record(record, self.open_body(record))

    def open_body(self, record: Record) -> bytes:
        """Return the decrypted body of a record.

        Raises:
            Purged, Damaged, KeysUnavailable: as for `Encryptor.decrypt`.
        """
        return self.encryptor.decrypt_record(record) if record.scope else record.body

    def open_bodies(
        self,
        records: Iterable[Record],
        stored: Mapping[str, NewKey] | None = None,
        damaged: NoteDamage | None = None,
    ) -> Iterator[tuple[Record, bytes]]:
        """Yield records with their decrypted bodies; purged records are skipped.

        Raises:
            Damaged, KeysUnavailable: as for `Encryptor.decrypt_all`, which has the arguments.
        """
        remaining = iter(records)
        while batch := tuple(islice(remaining, _BATCH_SIZE)):
            yield from self.encryptor.decrypt_all(batch, stored, damaged)

    def replace_person_ids(
        self, kind: Kind[Any], filters: Filter, read_person: Callable[[Kind[Any], str], Any] | None = None
    ) -> Filter:
        """Return a filter in which the ids of people are replaced by the values that the storage holds for them (see
        `Kind.person_columns`).

        Args:
            kind: kind of the queried records.
            filters: filter with the ids of people.
            read_person: returns the record of a person; the stored one by default.

        Raises:
            Damaged: a person's record can't be read.
        """
        values: dict[str, tuple[str, ...]] = {
            name: (value, self.names.mark(value, str(filters[owner_column])))
            for name, owner_column in kind.keyed_columns.items()
            if isinstance(value := filters.get(name), str) and value
        }
        people = self.people
        ids = {name: id for name, id in filters.items() if isinstance(id, str) and id and name in kind.person_columns}
        if people is None or not ids:
            return {**filters, **values}
        for name, id in ids.items():
            person = (read_person or self.read_person)(people.kind, id)
            places = people.places(person, kind.person_columns[name].kinds, self.storage.keyring)
            values[name] = (id, *(self.names.mark(id, place) for place in places))
        return {**filters, **values}

    def read_person(self, kind: Kind[M], id: str) -> M | None:
        """Return the stored record of a person, or None if it was purged.

        Raises:
            Damaged: the record can't be read.
        """
        record = self.storage.records.get(kind.name, id)
        return None if record is None else next(self.iter_readable(kind, (record,)), None)

    def iter_readable(self, kind: Kind[M], records: Iterable[Record], damaged: NoteDamage | None = None) -> Iterator[M]:
        """Yield the models of records; purged records are left out.

        Args:
            damaged: called with an unreadable record, which is then skipped.

        Raises:
            Damaged: a record can't be read, and `damaged` isn't given.
            KeysUnavailable: the available keys open no data key of an epoch.
        """
        for record, body in self.open_bodies(records, damaged=damaged):
            try:
                model = kind.decode_record(record, body)
            except Damaged as error:
                if damaged is None:
                    raise
                damaged(record, error)
                continue
            yield model
