"""What an actor saw before it acted: an act on a record that was changed since is refused, and told by whom."""

from attrs import define, field

from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import BadInput, Stale
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry, Guard, Record
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.journal.entries import find_last_change
from anninh_core.usecase.permissions.permits import Permits

_Key = tuple[str, str]


@define(eq=False)
class SeenVersions:
    """The versions in which an actor saw records, and those in which an act reads them.

    Checked twice: as soon as a record was found to be the actor's to know of, so that the error says by whom and when
    it was changed, and before the commit. The commit itself checks once more, by a guard.
    """

    _journal: Journal
    _permits: Permits
    _actor: Actor
    _expected: dict[_Key, int] = field(init=False)
    _read: dict[_Key, int] = field(factory=dict, init=False)
    _permitted: set[_Key] = field(factory=set, init=False)

    @_expected.default
    def _from_actor(self) -> dict[_Key, int]:
        act = self._actor.act
        seen = () if act is not None and act.has_begun else self._actor.seen
        return {(one.kind, one.id): one.version for one in seen}

    def expect(self, kind: str, id: str, version: int) -> None:
        """Add what the actor saw."""
        self._expected[kind, id] = version

    def note_read(self, record: Record) -> None:
        """Note in which version a record is read; what was read first counts."""
        self._read.setdefault((record.kind, record.id), record.version)

    def check(self, kind: str, id: str) -> None:
        """Check a record that the actor may know of.

        Raises:
            Stale: it was changed since the actor saw it; by whom and when.
        """
        if (kind, id) in self._expected:
            self._permitted.add((kind, id))
            self._check((kind, id))

    def guards(self) -> tuple[Guard, ...]:
        """Check all that the actor saw, and return what lets the commit fail if it is changed meanwhile.

        Raises:
            Stale: something was changed since. By whom isn't told of what the act didn't find to be the actor's.
            BadInput: the act has nothing to do with it, so that it says nothing about the act.
        """
        for key in self._expected:
            if key not in self._read:
                raise BadInput(f"this act doesn't read {Ref(*key)}; name with `seeing` what it is about")
            self._check(key)
        return tuple(Guard(kind, id, version) for (kind, id), version in self._expected.items())

    def _check(self, key: _Key) -> None:
        seen = self._expected[key]
        now = self._read[key]
        if seen == now:
            return
        entry = find_last_change(self._journal, str(Ref(*key))) if key in self._permitted else None
        if entry is None:
            raise Stale(*key, seen=seen, version=now)
        change = f"{self._name(entry)} at {short_moment(entry.at)} ({entry.action})"
        raise Stale(*key, seen=seen, version=now, change=change)

    def _name(self, entry: Entry) -> str:
        if entry.actor == self._actor.label:
            return "yourself"
        kind, _, id = entry.actor.partition(":")
        return self._permits.name_officer(id) if kind == ActorKind.PERSON.value else f"the program ({id})"
