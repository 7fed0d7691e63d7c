"""Identities: asked for by one officer for a purpose, opened by another for a time, every look on record."""

from collections.abc import Callable
from datetime import timedelta

from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure, Identity
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.ports.changes import entry_from
from anninh_core.usecase.journal import NumberedEntry, read_lines
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

Vault = Callable[[ReadSession, str], Identity]
"""Reads the identity behind a conversation id. The conversations room's records answer it; the app wires it."""

_MAX_HOURS = 24 * 7


class Disclosures(Service):
    """The only access to identities."""

    action_prefix = "governance"  # the stored first half of the journal's action names

    @command(Permission.IDENTITY_REQUEST)
    def request_identity(self, uow: UnitOfWork, *, case: str, conversation: str, unit: str, purpose: str) -> Disclosure:
        """Ask to know who is behind a case. The caller has read the case under the same actor, so that all fits.

        Args:
            case: `kind:id` of the case.
            conversation: whose identity.
            unit: the unit that the case belongs to.
            purpose: why it is needed, in words.
        """
        uow.permit(unit)
        disclosure = Disclosure(
            id=self.context.ids.new(),
            unit=unit,
            case=case,
            conversation=conversation,
            purpose=nfc(purpose),
            requested_by=uow.actor.id,
            requested_at=uow.at,
            asked_seq=self.context.storage.journal.head()[0],
        )
        uow.facts |= {"disclosure": disclosure.id, "case": case}
        uow.add_event("identity.requested")
        return uow.save(DISCLOSURE, disclosure)

    @command(Permission.IDENTITY_APPROVE)
    def approve_identity(self, uow: UnitOfWork, disclosure_id: str, *, hours: int, reason: str) -> Disclosure:
        """Let the officer who asked read the identity for some hours, a week at most.

        Raises:
            Refused: the actor asked for it.
        """
        if not 1 <= hours <= _MAX_HOURS:
            raise BadInput(f"an identity can't be opened for {hours} hours; give 1 to {_MAX_HOURS}")
        disclosure = _load_disclosure(uow, disclosure_id)
        approved = disclosure.approved(uow.actor.id, uow.at, uow.at + timedelta(hours=hours))
        uow.facts["hours"] = hours
        return self._save_decision(uow, approved, "identity.approved", reason)

    @command(Permission.IDENTITY_APPROVE)
    def refuse_identity(self, uow: UnitOfWork, disclosure_id: str, *, reason: str) -> Disclosure:
        """Turn a request down."""
        disclosure = _load_disclosure(uow, disclosure_id)
        return self._save_decision(uow, disclosure.refused(uow.actor.id, uow.at), "identity.refused", reason)

    @query(Permission.IDENTITY_REQUEST, traced=True)
    def reveal_identity(self, session: ReadSession, disclosure_id: str, vault: Vault) -> Identity:
        """Return the identity that was asked for and approved. The look is in the journal before it is answered.

        Raises:
            Refused: another officer asked, nobody approved, or the time is over.
        """
        disclosure = _load_disclosure(session, disclosure_id)
        disclosure.check_readable(session.actor.id, session.at)
        session.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        return vault(session, disclosure.conversation)

    @query(Permission.IDENTITY_APPROVE, traced=True)
    def disclosures(
        self, session: ReadSession, *, case: str = "", state: str = "", after: str = ""
    ) -> Listing[Disclosure]:
        """Return requests for identities, newest first: what waits for a decision, or all of a case."""
        where = {name: value for name, value in (("case", case), ("state", state)) if value}
        return session.list_permitted(DISCLOSURE, "newest", where=where, after=after)

    @query(Permission.IDENTITY_APPROVE, traced=True)
    def disclosure_history(self, session: ReadSession, disclosure_id: str) -> tuple[NumberedEntry, ...]:
        """Return everything that happened to a disclosure: request, decision, every look at the identity."""
        disclosure = _load_disclosure(session, disclosure_id)
        lines = read_lines(self.context.storage.journal, disclosure.asked_seq)
        entries = (NumberedEntry(line.seq, entry_from(line.content)) for line in lines)
        return tuple(numbered for numbered in entries if numbered.entry.facts.get("disclosure") == disclosure.id)

    def _save_decision(self, uow: UnitOfWork, disclosure: Disclosure, event: str, reason: str) -> Disclosure:
        uow.decide(f"disclosure:{disclosure.id}", rule="identity", reason=event, text=nfc(reason))
        uow.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        uow.add_event(event)
        return uow.save(DISCLOSURE, disclosure)


def _load_disclosure(session: ReadSession, disclosure_id: str) -> Disclosure:
    return session.get_permitted(DISCLOSURE, disclosure_id, "ask for the identity first")
