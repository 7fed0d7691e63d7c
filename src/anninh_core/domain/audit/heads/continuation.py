"""Going on after a break: a storage that lost lines says so in its journal, before anything else."""

from attrs import evolve

from anninh_core.domain.audit.heads.key_keeper_notes import find_break
from anninh_core.domain.audit.heads.model import BreakReason, SignedHead, encode_head
from anninh_core.domain.audit.heads.proof import HEAD_FACT
from anninh_core.domain.audit.heads.signing import add_head, build_head
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Continuations(Service):
    """Compares the journal with what the keeper of keys noted of it, apart from the storage."""

    action_prefix = "governance"

    @command(Permission.OPERATE)
    def continue_journal(self, uow: UnitOfWork, reason: str = "") -> SignedHead | None:
        """Write down, signed, that the journal goes on after a break, and how many lines are known to be lost.

        Args:
            reason: a `BreakReason` where the storage was filled just now, or its note was missing; "" looks whether it
                fell behind.

        Returns:
            The head from which it goes on; None where nothing is missing.
        """
        uow.permit(self.context.district.root)
        continues = find_break(self.context, BreakReason(reason) if reason else None)
        if continues is None:
            return None
        seq, hash = self.context.storage.journal.head()
        head = add_head(uow, evolve(build_head(uow, seq, hash), continues=continues))
        uow.facts |= {
            "reason": continues.reason.value,
            "lost": continues.lost,
            "seen": continues.seen_seq,
            HEAD_FACT: encode_head(head).decode(),
        }
        uow.add_event("journal.continued")
        return head
