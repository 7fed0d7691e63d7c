"""Heads received from another authority, which can't change them here."""

from anninh_core.domain.audit.heads.head_file import HeadFile, parse_head_file
from anninh_core.domain.audit.heads.kind import RECEIVED_HEAD
from anninh_core.domain.audit.heads.model import SignedHead
from anninh_core.domain.audit.heads.received_head import HeadReceipt, ReceivedHead, find_contradiction
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class HeadReceipts(Service):
    """Stores heads of other authorities, and detects contradictions among them."""

    action_prefix = "governance"

    @command(Permission.OPERATE, public=True)
    def receive_heads(self, uow: UnitOfWork, data: bytes) -> HeadReceipt:
        """Take in a file of heads of a subordinate authority.

        Heads that contradict earlier ones (a fork, a rollback, other keys) are stored as evidence and not accepted; the
        journal entry and its event record that. A break that the other authority signed is accepted and recorded by an
        event, too.

        Raises:
            BadInput: it isn't a file of heads, it was altered, or the heads are our own.
        """
        uow.permit(self.context.district.root)
        file = parse_head_file(data)
        if file.authority == self.context.district.root:
            raise BadInput(
                "These heads are from this authority itself and would prove nothing here: have another "
                "authority keep them."
            )
        received_before = list(uow.iter_all(RECEIVED_HEAD, "newest", where={"authority": file.authority}))
        accepted = sorted(
            (received for received in received_before if received.accepted),
            key=lambda received: (received.at, received.head.number),
        )
        why = find_contradiction(accepted, file)
        present = {received.id for received in received_before}
        fresh = [self._received(uow, file, head, why) for head in file.heads if head.digest not in present]
        for received in fresh:
            uow.save(RECEIVED_HEAD, received)
        return self._record_receipt(uow, file, fresh, why)

    @query(Permission.TRAIL_READ, public=True)
    def received_heads(self, session: ReadSession, authority: str) -> HeadFile:
        """Return the accepted heads of an authority: `verify --heads` takes them, as a file.

        Needs the permission on the root. After a break, there may be two heads with one number: both were received.
        """
        session.permit(self.context.district.root)
        unsorted = session.iter_all(RECEIVED_HEAD, "newest", where={"authority": authority, "accepted": True})
        accepted = sorted(unsorted, key=lambda received: (received.at, received.head.number))
        return HeadFile(
            authority=authority,
            store=accepted[-1].head.store if accepted else "",
            keys=max((received.keys for received in accepted), key=len, default=()),
            heads=tuple(received.head for received in accepted),
        )

    def _received(self, uow: UnitOfWork, file: HeadFile, head: SignedHead, why: str) -> ReceivedHead:
        return ReceivedHead(
            id=head.digest,
            unit=self.context.district.root,
            head=head,
            keys=file.keys,
            at=uow.at,
            accepted=not why,
            why=why,
        )

    def _record_receipt(self, uow: UnitOfWork, file: HeadFile, fresh: list[ReceivedHead], why: str) -> HeadReceipt:
        breaks = sum(received.head.continues is not None for received in fresh)
        first_key = file.keys[0].id if file.keys else ""
        last = file.heads[-1].seq if file.heads else 0
        uow.facts |= {"authority": file.authority, "new": len(fresh), "seq": last, "key": first_key}
        if why:
            uow.facts["why"] = why
            uow.add_event("heads.refused")
        elif fresh:
            uow.add_event("heads.received")
        if breaks and not why:
            uow.facts["breaks"] = breaks
            uow.add_event("heads.break_received")
        return HeadReceipt(
            authority=file.authority,
            first_key=first_key,
            new=len(fresh),
            accepted=not why,
            why=why,
            breaks=breaks,
        )
