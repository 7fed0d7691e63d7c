"""Verification of the journal's hash chain, and its checkpoints."""

from attrs import evolve

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.changes import GENESIS
from anninh_core.rooms.audit.chain import ChainVerdict, verify_chain
from anninh_core.rooms.audit.kind import CHECKPOINT
from anninh_core.rooms.audit.model import Checkpoint
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.journal import read_lines
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query

_CHECKPOINT = "journal.checkpoint"


class ChainVerification(Room):
    """Proof that nobody altered the journal."""

    room = "governance"  # the stored first half of the journal's action names

    @query(Permission.TRAIL_READ)
    def verify(self, look: Look, *, after: int = 0, hash: str = GENESIS) -> ChainVerdict:
        """Verify the journal's chain, all of it or what follows a trusted line. Needs the permission on the root."""
        look.permit(self.context.district.root)
        return verify_chain(read_lines(self.context.storage.journal, after), after=after, hash=hash)

    @command(Permission.OPERATE)
    def checkpoint(self, draft: Draft) -> Checkpoint:
        """Write down the journal's head with a mark of the keys port; see `Checkpoint` for what that proves."""
        draft.permit(self.context.district.root)
        seq, hash = self.context.storage.journal.head()
        bare = Checkpoint(id=str(seq), unit=self.context.district.root, seq=seq, hash=hash, at=draft.at)
        draft.facts |= {"seq": seq, "hash": hash}
        draft.event("journal.checkpoint")
        return draft.save(CHECKPOINT, evolve(bare, mark=self.context.keys.blind(_CHECKPOINT, bare.marked)))

    @query(Permission.TRAIL_READ)
    def check_checkpoint(self, look: Look, seq: int) -> ChainVerdict:
        """Tell whether a checkpoint is ours and the journal still has that line, and what follows from it holds.

        Raises:
            NotFound: there is no checkpoint of this line.
        """
        look.permit(self.context.district.root)
        point = look.peek(CHECKPOINT, str(seq))
        if point is None:
            raise NotFound(f"there is no checkpoint of journal line {seq}")
        return self._checked(point)

    def _checked(self, point: Checkpoint) -> ChainVerdict:
        if self.context.keys.blind(_CHECKPOINT, point.marked) != point.mark:
            return _broken(point, "the checkpoint's mark was not made with this authority's keys")
        line = next(iter(self.context.storage.journal.read(point.seq - 1, 1)), None) if point.seq else None
        if point.seq and (line is None or line.hash != point.hash):
            return _broken(point, f"line {point.seq} is not the one that the checkpoint saw")
        return verify_chain(read_lines(self.context.storage.journal, point.seq), after=point.seq, hash=point.hash)


def _broken(point: Checkpoint, why: str) -> ChainVerdict:
    return ChainVerdict(ok=False, seq=0, hash=GENESIS, broken_at=point.seq, why=why)
