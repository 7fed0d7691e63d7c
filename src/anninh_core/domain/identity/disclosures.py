"""Identities: asked for by one officer for a purpose, opened by another for a time, every look on record."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure, Identity
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.ports.changes import entry_from
from anninh_core.usecase.journal import NumberedEntry, read_lines
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

Vault = Callable[[ReadSession, str], Identity]
"""Reads the identity behind a conversation id: only disclosures are handed one."""

_SEE = "ask for the identity first"
_MAX_HOURS = 24 * 7


class Disclosures(Service):
    """The only access to identities.

    Args:
        cases: the kinds of case there are, by their names.
        vault: reads an identity.
    """

    action_prefix = "governance"  # the stored first half of the journal's action names

    def __init__(self, runner: UseCaseRunner, cases: Mapping[str, CaseAccess], vault: Vault) -> None:
        super().__init__(runner)
        self._cases = cases
        self._vault = vault

    @command(Permission.IDENTITY_REQUEST)
    def request_identity(self, uow: UnitOfWork, case: str, *, purpose: str) -> Disclosure:
        """Ask to know who is behind a case that the actor may read.

        Args:
            case: `kind:id` of the case; whose it is and to which unit it belongs is read from it.
            purpose: why it is needed, in words.

        Raises:
            NotVisible: there is no such case, or it isn't the actor's to read, by unit or by a conflict of interest.
            BadInput: it is no case, or nobody is behind it: it was told at the desk or by phone.
        """
        uow.permitted_units()
        ref = Ref.parse(case)
        if ref.kind not in self._cases:
            raise BadInput(f"{case!r} is no case; name one as kind:id, of {', '.join(self._cases)}")
        model, kind = uow.include(self._cases[ref.kind].read, ref.id), self._cases[ref.kind].kind
        uow.permit_any(*kind.all_units(model))
        conversation = kind.resident(model)
        if not conversation:
            raise BadInput(f"nobody wrote {case}: its words were taken down by an officer, who knows whose they are")
        uow.guard_version(kind, model)
        disclosure = Disclosure(
            id=self.context.ids.new(),
            unit=kind.unit(model),
            case=str(ref),
            conversation=conversation,
            purpose=nfc(purpose),
            requested_by=uow.actor.id,
            requested_at=uow.at,
            asked_seq=self.context.storage.journal.head()[0],
        )
        uow.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        uow.add_event("identity.requested")
        return uow.save(DISCLOSURE, disclosure)

    @command(Permission.IDENTITY_APPROVE)
    def approve_identity(self, uow: UnitOfWork, disclosure_id: str, *, hours: int, reason: str) -> Disclosure:
        """Let the officer who asked read the identity for some hours, a week at most.

        Raises:
            Refused: the actor asked for it, or is excluded from the case.
        """
        if not 1 <= hours <= _MAX_HOURS:
            raise BadInput(f"an identity can't be opened for {hours} hours; give 1 to {_MAX_HOURS}")
        disclosure = self._load_disclosure(uow, disclosure_id)
        approved = disclosure.approved(uow.actor.id, uow.at, uow.at + timedelta(hours=hours))
        uow.facts["hours"] = hours
        return self._save_decision(uow, approved, "identity.approved", reason)

    @command(Permission.IDENTITY_APPROVE)
    def refuse_identity(self, uow: UnitOfWork, disclosure_id: str, *, reason: str) -> Disclosure:
        """Turn a request down; raises as `approve_identity` does."""
        disclosure = self._load_disclosure(uow, disclosure_id)
        return self._save_decision(uow, disclosure.refused(uow.actor.id, uow.at), "identity.refused", reason)

    @query(Permission.IDENTITY_REQUEST, traced=True)
    def reveal_identity(self, session: ReadSession, disclosure_id: str) -> Identity:
        """Return the identity that was asked for and approved. The look is in the journal before it is answered.

        Raises:
            Refused: another officer asked, nobody approved, the time is over, or the officer may no longer read the
                case, by unit or by a conflict of interest.
            DecryptionError: the case or the identity was purged.
        """
        disclosure = self._load_disclosure(session, disclosure_id)
        if disclosure.requested_by != session.actor.id:
            truth = "another officer asked for it"
            raise session.withhold(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit)
        disclosure.check_readable(session.actor.id, session.at)
        ref = Ref.parse(disclosure.case)
        model, kind = session.include(self._cases[ref.kind].read, ref.id), self._cases[ref.kind].kind
        if kind.resident(model) != disclosure.conversation:
            raise Refused(f"disclosure {disclosure.id} is about somebody whose case this no longer is; ask anew")
        session.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        return self._vault(session, disclosure.conversation)

    @query(Permission.IDENTITY_APPROVE, traced=True)
    def disclosures(
        self, session: ReadSession, *, case: str = "", state: str = "", after: str = ""
    ) -> Listing[Disclosure]:
        """Return requests for identities, newest first: what waits for a decision, or all of a case.

        Those of cases from which the actor is excluded are left out.
        """
        where = {name: value for name, value in (("case", case), ("state", state)) if value}

        def shows(disclosure: Disclosure) -> bool:
            return not self._is_excluded(session, disclosure.case)

        return session.list_permitted(DISCLOSURE, "newest", where=where, shows=shows, after=after)

    @query(Permission.IDENTITY_APPROVE, traced=True)
    def disclosure_history(self, session: ReadSession, disclosure_id: str) -> tuple[NumberedEntry, ...]:
        """Return everything that happened to a disclosure: request, decision, every look at the identity."""
        disclosure = self._load_disclosure(session, disclosure_id)
        lines = read_lines(self.context.storage.journal, disclosure.asked_seq)
        entries = (NumberedEntry(line.seq, entry_from(line.content)) for line in lines)
        return tuple(numbered for numbered in entries if numbered.entry.facts.get("disclosure") == disclosure.id)

    def _save_decision(self, uow: UnitOfWork, disclosure: Disclosure, event: str, reason: str) -> Disclosure:
        uow.decide(f"disclosure:{disclosure.id}", rule="identity", reason=event, text=nfc(reason))
        uow.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        uow.add_event(event)
        return uow.save(DISCLOSURE, disclosure)

    def _load_disclosure(self, session: ReadSession, disclosure_id: str) -> Disclosure:
        disclosure = session.get_permitted(DISCLOSURE, disclosure_id, _SEE)
        if self._is_excluded(session, disclosure.case):
            truth = f"{session.actor.label} is excluded from {disclosure.case} by a conflict of interest"
            raise session.withhold(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit)
        return disclosure

    def _is_excluded(self, session: ReadSession, case: str) -> bool:
        """Tell whether the actor is excluded from a case; of one that was purged nobody knows, and nothing is told."""
        ref = Ref.parse(case)
        return ref.kind in self._cases and session.is_excluded(self._cases[ref.kind].kind, ref.id)
