"""What an actor saw before it acted: an act on a record that was changed since is refused, and told by whom."""

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
    """The versions in which an actor saw records, and those in which an act reads them.

    Checked twice: as soon as a record was found to be the actor's to know of, so that the error says by whom and when
    it was changed, and before the commit. The commit itself checks once more, by a guard.
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
        """Return by whom, when and by which act; an interface names the officer."""
        if entry.actor == self._actor.label:
            return Sentence("yourself at {at} ({action})", at=entry.at, action=entry.action)
        kind, _, id = entry.actor.partition(":")
        if kind == ActorKind.PERSON.value:
            return Sentence("{officer} at {at} ({action})", officer=id, at=entry.at, action=entry.action)
        return Sentence("the program ({part}) at {at} ({action})", part=id, at=entry.at, action=entry.action)
