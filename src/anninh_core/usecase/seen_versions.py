"""Versions of records that an actor saw before acting: an act on a record that has changed since is refused, and the
error names the author of the change.
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
    """The versions of records that an actor saw, and the versions that an act reads.

    They are compared twice: as soon as the actor's right to know of the record is established, so that the error names
    the author and time of the change, and before the commit. The commit compares once more, by a guard.
    """

    _journal: Journal
    _actor: Actor
    _expected: dict[_Key, int] = field(init=False)
    _read: dict[_Key, int] = field(factory=dict, init=False)
    _permitted: set[_Key] = field(factory=set, init=False)

    @_expected.default
    def _get_versions_of_actor(self) -> dict[_Key, int]:
        act = self._actor.act
        seen = () if act is not None and act.has_begun else self._actor.seen
        return {(record.kind, record.id): record.version for record in seen}

    def expect(self, kind: str, id: str, version: int) -> None:
        """Add a record's version that the actor saw."""
        self._expected[kind, id] = version

    def note_read(self, record: Record) -> None:
        """Note the version of a record that the act read; the first read counts."""
        self._read.setdefault((record.kind, record.id), record.version)

    def check(self, kind: str, id: str) -> None:
        """Check that a record that the actor may know of is still in the version that the actor saw.

        Raises:
            Stale: it was changed since the actor saw it; the error names the author and time.
        """
        if (kind, id) in self._expected:
            self._permitted.add((kind, id))
            self._check_version((kind, id))

    def build_guards(self) -> tuple[Guard, ...]:
        """Check all versions that the actor saw; return guards that make the commit fail if one of the records changes
        meanwhile.

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
            self._check_version(key)
        return tuple(Guard(kind, id, version) for (kind, id), version in self._expected.items())

    def _check_version(self, key: _Key) -> None:
        seen = self._expected[key]
        now = self._read[key]
        if seen == now:
            return
        entry = find_last_change(self._journal, str(Ref(*key))) if key in self._permitted else None
        if entry is None:
            raise Stale(*key, seen=seen, version=now)
        raise Stale(*key, seen=seen, version=now, change=self._describe_change(entry))

    def _describe_change(self, entry: Entry) -> Sentence:
        """Return a sentence with the author, time and action of a change; an interface shows the officer's name."""
        if entry.actor == self._actor.label:
            return Sentence("yourself at {at} ({action})", at=entry.at, action=entry.action)
        kind, _, id = entry.actor.partition(":")
        if kind == ActorKind.PERSON.value:
            return Sentence("{officer} at {at} ({action})", officer=id, at=entry.at, action=entry.action)
        return Sentence("the program ({part}) at {at} ({action})", part=id, at=entry.at, action=entry.action)
