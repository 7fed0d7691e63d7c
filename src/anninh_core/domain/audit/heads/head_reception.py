"""Taking in the heads of another authority: here they are out of its reach."""

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
    """Keeps heads of other authorities, and notices where they contradict each other."""

    action_prefix = "governance"

    @command(Permission.OPERATE, public=True)
    def receive_heads(self, uow: UnitOfWork, data: bytes) -> HeadReceipt:
        """Take in a file of heads of a subordinate authority.

        What contradicts earlier heads (a fork, a rollback, other keys) is kept as evidence and not accepted; the entry
        and its event say so. A break that the other authority signed is accepted, and told by an event too.

        Raises:
            BadInput: it is no file of heads, it was altered, or the heads are our own.
        """
        uow.permit(self.context.district.root)
        file = parse_head_file(data)
        if file.authority == self.context.district.root:
            raise BadInput(
                "These heads are from this authority itself and would prove nothing here: have another "
                "authority keep them."
            )
        everything = list(uow.iter_all(RECEIVED_HEAD, "newest", where={"authority": file.authority}))
        held = sorted((one for one in everything if one.accepted), key=lambda one: (one.at, one.head.number))
        why = find_contradiction(held, file)
        present = {one.id for one in everything}
        fresh = [self._received(uow, file, head, why) for head in file.heads if head.digest not in present]
        for one in fresh:
            uow.save(RECEIVED_HEAD, one)
        return self._conclude(uow, file, fresh, why)

    @query(Permission.TRAIL_READ, public=True)
    def received_heads(self, session: ReadSession, authority: str) -> HeadFile:
        """Return the accepted heads of an authority: `verify --heads` takes them, as a file.

        Needs the permission on the root. After a break there may be two heads of one number: both were received.
        """
        session.permit(self.context.district.root)
        found = session.iter_all(RECEIVED_HEAD, "newest", where={"authority": authority, "accepted": True})
        held = sorted(found, key=lambda one: (one.at, one.head.number))
        return HeadFile(
            authority=authority,
            store=held[-1].head.store if held else "",
            keys=max((one.keys for one in held), key=len, default=()),
            heads=tuple(one.head for one in held),
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

    def _conclude(self, uow: UnitOfWork, file: HeadFile, fresh: list[ReceivedHead], why: str) -> HeadReceipt:
        breaks = sum(one.head.continues is not None for one in fresh)
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
