"""The trail: who did what, whether the chain holds, and checkpoints of it."""

from collections.abc import Collection, Iterator

from attrs import evolve, frozen

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.changes import GENESIS, Entry, JournalLine, entry_from
from anninh_core.rooms.governance.chain import ChainVerdict, exported, verify_chain
from anninh_core.rooms.governance.kind import CHECKPOINT
from anninh_core.rooms.governance.model import Checkpoint
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query

_BATCH = 2000
_CHECKPOINT = "journal.checkpoint"


@frozen
class Step:
    """A journal entry with its number."""

    seq: int
    entry: Entry


@frozen
class Steps:
    """A page of the trail; `cursor` is the number to go on after, 0 on the last page."""

    items: tuple[Step, ...]
    cursor: int


class Trail(Room):
    """The journal as its readers see it."""

    room = "governance"

    @query(Permission.TRAIL_READ, traced=True)
    def trail(
        self, look: Look, *, about: str = "", by: str = "", action: str = "", after: int = 0, limit: int = 100
    ) -> Steps:
        """Return a page of the trail, oldest first, of the units where the actor may read it.

        Args:
            about: `kind:id` of a record that was touched, or one of a query's facts, such as a receipt's case.
            by: whose entries, such as `person:<id>`.
            action: such as `tips.triage`; `tips.` takes the whole room.
            after: number of the last entry seen.
            limit: at most so many entries.
        """
        permitted = look.permitted_units()
        units = None if permitted is None else frozenset(permitted)
        found: list[Step] = []
        for line in self._lines(after):
            entry = entry_from(line.content)
            if _fits(entry, units, about, by, action):
                if len(found) == limit:
                    return Steps(tuple(found), found[-1].seq)
                found.append(Step(line.seq, entry))
        return Steps(tuple(found), 0)

    @query(Permission.TRAIL_READ)
    def verify(self, look: Look, *, after: int = 0, hash: str = GENESIS) -> ChainVerdict:
        """Verify the journal's chain, all of it or what follows a trusted line. Needs the permission on the root."""
        look.permit(self.desk.district.root)
        return verify_chain(self._lines(after), after=after, hash=hash)

    @query(Permission.TRAIL_READ, traced=True)
    def export(self, look: Look, *, after: int = 0, limit: int = 10_000) -> tuple[bytes, ...]:
        """Return lines of the journal for `verify_export`. Needs the permission on the root."""
        look.permit(self.desk.district.root)
        return tuple(exported(line) for line, _ in zip(self._lines(after), range(limit), strict=False))

    @command(Permission.OPERATE)
    def checkpoint(self, draft: Draft) -> Checkpoint:
        """Write down the journal's head with a mark of the keys port; see `Checkpoint` for what that proves."""
        draft.permit(self.desk.district.root)
        seq, hash = self.desk.storage.journal.head()
        bare = Checkpoint(id=str(seq), unit=self.desk.district.root, seq=seq, hash=hash, at=draft.at)
        draft.facts |= {"seq": seq, "hash": hash}
        draft.event("journal.checkpoint")
        return draft.save(CHECKPOINT, evolve(bare, mark=self.desk.keys.blind(_CHECKPOINT, bare.marked)))

    @query(Permission.TRAIL_READ)
    def check_checkpoint(self, look: Look, seq: int) -> ChainVerdict:
        """Tell whether a checkpoint is ours and the journal still has that line, and what follows from it holds.

        Raises:
            NotFound: there is no checkpoint of this line.
        """
        look.permit(self.desk.district.root)
        point = look.peek(CHECKPOINT, str(seq))
        if point is None:
            raise NotFound(f"there is no checkpoint of journal line {seq}")
        return self._checked(point)

    def _checked(self, point: Checkpoint) -> ChainVerdict:
        if self.desk.keys.blind(_CHECKPOINT, point.marked) != point.mark:
            return _broken(point, "the checkpoint's mark was not made with this authority's keys")
        line = next(iter(self.desk.storage.journal.read(point.seq - 1, 1)), None) if point.seq else None
        if point.seq and (line is None or line.hash != point.hash):
            return _broken(point, f"line {point.seq} is not the one that the checkpoint saw")
        return verify_chain(self._lines(point.seq), after=point.seq, hash=point.hash)

    def _lines(self, after: int) -> Iterator[JournalLine]:
        while batch := self.desk.storage.journal.read(after, _BATCH):
            yield from batch
            after = batch[-1].seq


def _broken(point: Checkpoint, why: str) -> ChainVerdict:
    return ChainVerdict(ok=False, seq=0, hash=GENESIS, broken_at=point.seq, why=why)


def _fits(entry: Entry, units: Collection[str] | None, about: str, actor: str, action: str) -> bool:
    return (
        (units is None or entry.unit in units)
        and (not actor or entry.actor == actor)
        and (not action or entry.action == action or (action.endswith(".") and entry.action.startswith(action)))
        and (not about or about in entry.facts.values() or any(about == f"{t.kind}:{t.id}" for t in entry.touched))
    )
