"""Read accesses: the records that an act opened and showed, and how repeated accesses are combined into one journal
entry.

The first access is always journaled before the answer. Repeated accesses by the same actor to the same versions within
a time span are only counted, and the count follows as one later entry. A crash loses the count, never the first entry.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from attrs import define, evolve, frozen

from anninh_core.ports.clock import Ids
from anninh_core.ports.storages.changes import Entry, Record, Scalar
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.resident_names import ResidentNames, has_alias

MAX_NAMED = 500
"""Maximum number of records that one journal entry names; a longer list is split into several entries."""

_DEFAULT_SPAN = timedelta(minutes=10)
_MAX_LOOKS = 2000  # At most this number of accesses are remembered; the oldest are dropped.
_MAX_REFS = 100_000  # At most this number of record references are remembered, in all accesses together.
_ALLOWED = {"read": 1, "refused": 10}
"""Outcome of an access -> number of equal accesses that get a journal entry before further ones are only counted."""


class OpenedRecords:
    """The records that an act opened, and those that it destroyed.

    Attributes:
        ids: ids of all opened records, in their order.
        destroyed: `kind:id@version` of records that can't be decrypted after the act.
        keeps_versions: whether `name` is needed: only for queries that leave an entry.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.keeps_versions = False
        self.destroyed: list[str] = []
        self._asked: dict[str, None] = {}
        self._versions: dict[type, dict[str, int]] = {}
        self._kinds: dict[type, str] = {}

    def add(self, kind: Kind[Any], record: Record, *, by_id: bool) -> None:
        """Add an opened record; `by_id` means that it was read by its id, not found in a list."""
        self.ids.append(record.id)
        if has_alias(kind.name, record.id):
            return
        if by_id:
            self._asked[f"{kind.name}:{record.id}@{record.version}"] = None
        elif self.keeps_versions:
            self.add_listed(kind, record)

    def add_listed(self, kind: Kind[Any], record: Record) -> None:
        """Add a record that a list may show; `name` returns it only if it was shown."""
        if has_alias(kind.name, record.id):
            return
        versions = self._versions.get(kind.model)
        if versions is None:
            versions = self._versions[kind.model] = {}
            self._kinds[kind.model] = kind.name
        versions[record.id] = record.version

    def name(self, result: object) -> tuple[str, ...]:
        """Return `kind:id@version` of the records that were read by id, and of those that were found in a list and are
        in `result`.

        Conversations and other records with an alias aren't named: their id is made from a person's identity.
        """
        names = dict(self._asked)
        self._add_names(result, names)
        return tuple(names)

    def _add_names(self, value: object, names: dict[str, None]) -> None:
        """Add to `names` the name of a value that is a model, or the names of the items in a list (also a `Listing`) or
        mapping.
        """
        versions = self._versions.get(type(value))
        if versions is not None:
            id = getattr(value, "id", "")
            if id in versions:
                names[f"{self._kinds[type(value)]}:{id}@{versions[id]}"] = None
        elif isinstance(value, Mapping):
            self._add_names(tuple(value.values()), names)
        else:
            items = value if isinstance(value, tuple | list | frozenset) else getattr(value, "items", ())
            for item in items if isinstance(items, tuple | list | frozenset) else ():
                self._add_names(item, names)

    def compute_digest(self, names: ResidentNames) -> str:
        """Return a keyed digest of the ids of all opened records, for the journal; it is keyed because conversation ids
        are among them.
        """
        return names.digest(self.ids)


@frozen(kw_only=True)
class Look:
    """An actor's access to records, or the refusal of it. Accesses that share one journal entry are equal.

    Attributes:
        named: `kind:id@version`.
        facts: further data that distinguish the access, such as the reason of a refusal.
    """

    actor: str
    action: str
    unit: str
    outcome: str
    named: tuple[str, ...]
    facts: tuple[tuple[str, Scalar], ...] = ()

    def parts(self) -> Iterator["Look"]:
        """Yield copies of this access that name at most `MAX_NAMED` records each."""
        for start in range(0, max(1, len(self.named)), MAX_NAMED):
            yield evolve(self, named=self.named[start : start + MAX_NAMED])

    def entry(self, ids: Ids, at: datetime, facts: Mapping[str, Scalar]) -> Entry:
        """Return the journal entry for this access, with further facts."""
        return Entry(
            id=ids.new(),
            at=at,
            actor=self.actor,
            action=self.action,
            unit=self.unit,
            outcome=self.outcome,
            facts={**dict(self.facts), **facts},
            named=self.named,
        )


@define
class _JournaledAccess:
    """An access that has an entry in the journal, with the number of its repeats."""

    first_at: datetime
    last_at: datetime
    written: int = 0
    repeats: int = 0


class LookFolder:
    """Counts repeated accesses to records. It is safe for several threads, and bounded in size.

    Args:
        span: how long after an access its repeats are only counted; zero for never.
    """

    def __init__(self, span: timedelta = _DEFAULT_SPAN) -> None:
        self._span = span
        self._looks: OrderedDict[Look, _JournaledAccess] = OrderedDict()
        self._refs = 0
        self._lock = Lock()

    def count(self, look: Look, at: datetime) -> bool:
        """Count an access if it is a repeat; return False if it needs a journal entry of its own."""
        with self._lock:
            remembered = self._looks.get(look)
            if (
                remembered is None
                or remembered.written < _ALLOWED[look.outcome]
                or not remembered.first_at <= at < self._get_end(remembered)
            ):
                return False
            remembered.repeats += 1
            remembered.last_at = at
            return True

    def add(self, look: Look, at: datetime) -> None:
        """Remember an access that got a journal entry."""
        if not self._span:
            return
        with self._lock:
            remembered = self._looks.get(look)
            if remembered is None:
                remembered = self._looks[look] = _JournaledAccess(at, at)
                self._refs += len(look.named)
            remembered.written += 1

    def take(self, ids: Ids, at: datetime, *, everything: bool = False) -> list[Entry]:
        """Forget accesses whose span is over, or that exceed the limits; return the journal entries for their
        repeats.
        """
        entries = []
        with self._lock:
            while self._looks and (
                everything or self._is_full() or self._get_end(next(iter(self._looks.values()))) <= at
            ):
                look, remembered = self._looks.popitem(last=False)
                self._refs -= len(look.named)
                if remembered.repeats:
                    since = _format_to_second(remembered.first_at)
                    last = _format_to_second(remembered.last_at)
                    facts: dict[str, Scalar] = {"repeats": remembered.repeats, "since": since, "last": last}
                    entries += [part.entry(ids, at, facts) for part in look.parts()]
        return entries

    def _get_end(self, remembered: _JournaledAccess) -> datetime:
        return remembered.first_at + self._span

    def _is_full(self) -> bool:
        return len(self._looks) > _MAX_LOOKS or self._refs > _MAX_REFS


def _format_to_second(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
