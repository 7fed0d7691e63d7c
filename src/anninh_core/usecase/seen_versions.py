"""Versions that an actor saw before acting: an act on a record changed since is refused, with the author of the
change.
"""

from attrs import define, field

from anninh_core.kernel.errors import BadInput, Stale
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import Entry, Guard, Record
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.journal.entries import find_last_change

_Key = tuple[str, str]


@define(eq=False)
class SeenVersions:
    """The versions of records that an actor saw, and those that an act reads.

    Checked twice: as soon as the actor's right to know of the record is established, so that the error names the author
    and time of the change, and before the commit. The commit checks once more, by a guard.
    """

    _journal: Journal
    _actor: Actor
    _expected: dict[_Key, int] = field(init=False)
    _read: dict[_Key, int] = field(factory=dict, init=False)
    _permitted: set[_Key] = field(factory=set, init=False)

    @_expected.default
    def _from_actor(self) -> dict[_Key, int]:
        act = self._actor.act
        seen = () if act is not None and act.has_begun else self._actor.seen
        return {(record.kind, record.id): record.version for record in seen}

    def expect(self, kind: str, id: str, version: int) -> None:
        """Add a version that the actor saw."""
        self._expected[kind, id] = version

    def note_read(self, record: Record) -> None:
        """Record the version of a read record; the first read counts."""
        self._read.setdefault((record.kind, record.id), record.version)

    def check(self, kind: str, id: str) -> None:
        """Check a record that the actor may know of.

        Raises:
            Stale: it was changed since the actor saw it; the error names the author and time.
        """
        if (kind, id) in self._expected:
            self._permitted.add((kind, id))
            self._check((kind, id))

    def guards(self) -> tuple[Guard, ...]:
        """Check all seen versions; return guards that make the commit fail if a record changes meanwhile.

        Raises:
            Stale: a record was changed since; the author isn't revealed if the act didn't establish the actor's right
                to know of the record.
            BadInput: the act doesn't read the record, so that its version can't be checked.
        """
        for key in self._expected:
            if key not in self._read:
                raise BadInput(
                    "This operation doesn't read {record}: in `seeing`, name a record that the operation is about.",
                    record=Ref(*key),
                )
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
        raise Stale(*key, seen=seen, version=now, change=self._describe_change(entry))

    def _describe_change(self, entry: Entry) -> Sentence:
        """Return the author, time and action of the change; an interface shows the officer's name."""
        if entry.actor == self._actor.label:
            return Sentence("yourself at {at} ({action})", at=entry.at, action=entry.action)
        kind, _, id = entry.actor.partition(":")
        if kind == ActorKind.PERSON.value:
            return Sentence("{officer} at {at} ({action})", officer=id, at=entry.at, action=entry.action)
        return Sentence("the program ({part}) at {at} ({action})", part=id, at=entry.at, action=entry.action)
