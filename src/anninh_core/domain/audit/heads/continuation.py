"""Continuation of a journal after a break: the journal of a storage that lost lines records the loss before any other
entry.
"""

from attrs import evolve

from anninh_core.domain.audit.heads.key_keeper_notes import find_break
from anninh_core.domain.audit.heads.model import BreakReason, SignedHead, encode_head
from anninh_core.domain.audit.heads.proof import HEAD_FACT
from anninh_core.domain.audit.heads.signing import build_head, save_signed_head
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Continuations(Service):
    """Compares the journal with the key keeper's note of its end, which is kept apart from the storage."""

    action_prefix = "governance"

    @command(Permission.OPERATE)
    def continue_journal(self, uow: UnitOfWork, reason: str = "") -> SignedHead | None:
        """Record that the journal continues after a break, with a signed head and the number of lines known to be lost.

        Args:
            reason: a `BreakReason` if the storage was just filled, or the note was missing; "" to check whether the
                journal fell behind.

        Returns:
            The head from which the journal continues, or None if no line is missing.
        """
        uow.permit(self.context.district.root)
        continues = find_break(self.context, BreakReason(reason) if reason else None)
        if continues is None:
            return None
        seq, hash = self.context.storage.journal.head()
        head = save_signed_head(uow, evolve(build_head(uow, seq, hash), continues=continues))
        uow.facts |= {
            "reason": continues.reason.value,
            "lost": continues.lost,
            "seen": continues.seen_seq,
            HEAD_FACT: encode_head(head).decode(),
        }
        uow.add_event("journal.continued")
        return head
