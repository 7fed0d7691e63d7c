"""Looks: what an act opened and showed, and how repeats of the same look become one entry of the journal.

The first look is always an entry before the answer. Who looks again at the same things in the same versions within a
span is only counted, and the count follows as one later entry. A crash loses the count, never the first.
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
"""Records that one entry names; a longer list is several entries."""

_DEFAULT_SPAN = timedelta(minutes=10)
_MAX_LOOKS = 2000  # that are remembered; the oldest give way
_MAX_REFS = 100_000  # of records, in all looks remembered
_ALLOWED = {"read": 1, "refused": 10}
"""Outcome -> how many of the same are entries before the next ones are counted."""


class OpenedRecords:
    """What an act opened, and what it destroys.

    Attributes:
        ids: of all records opened, in their order.
        destroyed: `kind:id@version` of records that can't be opened any more after the act.
        keeps_versions: whether `name` is asked for: only of queries that leave an entry.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.keeps_versions = False
        self.destroyed: list[str] = []
        self._asked: dict[str, None] = {}
        self._versions: dict[type, dict[str, int]] = {}
        self._kinds: dict[type, str] = {}

    def add(self, kind: Kind[Any], record: Record, *, asked: bool) -> None:
        """Note a record; `asked` tells that it was read by its id, not found in a list."""
        self.ids.append(record.id)
        if has_alias(kind.name, record.id):
            return
        if asked:
            self._asked[f"{kind.name}:{record.id}@{record.version}"] = None
        elif self.keeps_versions:
            self.add_listed(kind, record)

    def add_listed(self, kind: Kind[Any], record: Record) -> None:
        """Note a record that a list may show: it is named if it does."""
        if has_alias(kind.name, record.id):
            return
        versions = self._versions.get(kind.model)
        if versions is None:
            versions = self._versions[kind.model] = {}
            self._kinds[kind.model] = kind.name
        versions[record.id] = record.version

    def name(self, shown: object) -> tuple[str, ...]:
        """Return `kind:id@version` of what was read by its id, and of what was found and is shown.

        Whose conversation something is isn't named: its id is made from who somebody is.
        """
        names = dict(self._asked)
        self._name(shown, names)
        return tuple(names)

    def _name(self, shown: object, names: dict[str, None]) -> None:
        """Add the names of a value, or of what lies in lists (a `Listing` too) and mappings."""
        versions = self._versions.get(type(shown))
        if versions is not None:
            id = getattr(shown, "id", "")
            if id in versions:
                names[f"{self._kinds[type(shown)]}:{id}@{versions[id]}"] = None
        elif isinstance(shown, Mapping):
            self._name(tuple(shown.values()), names)
        else:
            items = shown if isinstance(shown, tuple | list | frozenset) else getattr(shown, "items", ())
            for item in items if isinstance(items, tuple | list | frozenset) else ():
                self._name(item, names)

    def digest(self, names: ResidentNames) -> str:
        """Return the digest of all ids, for the journal; keyed, as conversations are among them."""
        return names.digest(self.ids)


@frozen(kw_only=True)
class Look:
    """Who looked at what, or was refused; equal for what is told once.

    Attributes:
        named: `kind:id@version`.
        facts: what else tells it from others, such as the reason of a refusal.
    """

    actor: str
    action: str
    unit: str
    outcome: str
    named: tuple[str, ...]
    facts: tuple[tuple[str, Scalar], ...] = ()

    def parts(self) -> Iterator["Look"]:
        """Yield looks that name at most `MAX_NAMED` records each."""
        for start in range(0, max(1, len(self.named)), MAX_NAMED):
            yield evolve(self, named=self.named[start : start + MAX_NAMED])

    def entry(self, ids: Ids, at: datetime, facts: Mapping[str, Scalar]) -> Entry:
        """Return an entry of the journal, with further facts."""
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
class _Remembered:
    """A look that stands in the journal."""

    first_at: datetime
    last_at: datetime
    written: int = 0
    repeats: int = 0


class LookFolder:
    """Counts repeated looks. Thread-safe; what it holds is bounded.

    Args:
        span: for how long after a look its repeats are only counted; zero for never.
    """

    def __init__(self, span: timedelta = _DEFAULT_SPAN) -> None:
        self._span = span
        self._looks: OrderedDict[Look, _Remembered] = OrderedDict()
        self._refs = 0
        self._lock = Lock()

    def count(self, look: Look, at: datetime) -> bool:
        """Count a look if it is a repeat; False tells that it has to be written down."""
        with self._lock:
            known = self._looks.get(look)
            if known is None or known.written < _ALLOWED[look.outcome] or not known.first_at <= at < self._end(known):
                return False
            known.repeats += 1
            known.last_at = at
            return True

    def add(self, look: Look, at: datetime) -> None:
        """Remember a look that was written down."""
        if not self._span:
            return
        with self._lock:
            known = self._looks.get(look)
            if known is None:
                known = self._looks[look] = _Remembered(at, at)
                self._refs += len(look.named)
            known.written += 1

    def take(self, ids: Ids, at: datetime, *, everything: bool = False) -> list[Entry]:
        """Forget looks whose span is over, or which are too many, and return the entries of their repeats."""
        entries = []
        with self._lock:
            while self._looks and (everything or self._is_full() or self._end(next(iter(self._looks.values()))) <= at):
                look, known = self._looks.popitem(last=False)
                self._refs -= len(look.named)
                if known.repeats:
                    since = _second(known.first_at)
                    last = _second(known.last_at)
                    facts: dict[str, Scalar] = {"repeats": known.repeats, "since": since, "last": last}
                    entries += [part.entry(ids, at, facts) for part in look.parts()]
        return entries

    def _end(self, known: _Remembered) -> datetime:
        return known.first_at + self._span

    def _is_full(self) -> bool:
        return len(self._looks) > _MAX_LOOKS or self._refs > _MAX_REFS


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
