"""Identities: one field asked for by one officer, approved by another, opened once within minutes, all on record."""

from collections.abc import Mapping
from datetime import timedelta

from anninh_core.domain.identity.case_access import CaseReader, Vault
from anninh_core.domain.identity.custody.requests import choose_holder, seal_request
from anninh_core.domain.identity.custody.service import parse_key
from anninh_core.domain.identity.history import read_history
from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure, Identity, RevealedIdentity
from anninh_core.domain.identity.states import ASKABLE, AskableField, DisclosureState, IdentityField
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import CaseRef, Count, Cursor, CustodianKeyId, DisclosureId, Limit, Reason
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.journal.entries import NumberedEntry
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "identity.own_requests"
_MINUTES = 30
_MAX_MINUTES = 24 * 60


class Disclosures(Service):
    """The only access to identities.

    Args:
        cases: the kinds of case there are, by their names.
        vault: reads an identity.
        restricts: returns what tells of a case that is over, and who reported it, whether the use is restricted.
    """

    action_prefix = "governance"

    def __init__(
        self,
        runner: UseCaseRunner,
        cases: Mapping[str, CaseAccess],
        vault: Vault,
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        super().__init__(runner)
        self._cases = CaseReader(cases)
        self._restricts = restricts
        self._vault = vault

    @command(Permission.IDENTITY_REQUEST, Permission.TIP_READ, Permission.INQUIRY_READ, public=True, daily=True)
    def request_identity(
        self, uow: UnitOfWork, case: CaseRef, *, field: AskableField, purpose: Reason, ground: Reason
    ) -> Disclosure:
        """Ask to know one thing about whoever is behind a case that you may read.

        It waits for a second person, for seven days.

        Args:
            case: `kind:id` of the case; whose it is and to which unit it belongs is read from it.
            field: `name`, `address` or `numbers`.
            purpose: why it is needed, in words.
            ground: the rule or article of law that allows it.

        Raises:
            NotVisible: there is no such case, or it isn't the actor's to read, by unit or by a conflict of interest.
            BadInput: it is no case, nobody is behind it (it was told at the desk or by phone), or something is missing.
        """
        uow.permitted_units()
        asked = _require_field(field)
        if not ground.strip():
            raise BadInput("A request for an identity needs a ground: name the rule or article of law that allows it.")
        model, access = self._cases.read(uow, case)
        kind = access.kind
        uow.permit_any(*kind.all_units(model))
        conversation = self._cases.require_resident(case, model)
        self._require_use(uow, str(Ref.parse(case)), conversation)
        uow.guard_version(kind, model)
        disclosure = Disclosure(
            id=self.context.ids.new(),
            unit=kind.unit(model),
            case=str(Ref.parse(case)),
            conversation=conversation,
            field=asked,
            purpose=nfc(purpose),
            ground=nfc(ground),
            requested_by=uow.actor.id,
            requested_at=uow.at,
            asked_seq=self.context.storage.journal.head()[0],
        )
        return self._save(uow, disclosure, "identity.requested")

    @command(Permission.IDENTITY_APPROVE, public=True, daily=True, step_up=True)
    def approve_identity(
        self, uow: UnitOfWork, disclosure_id: DisclosureId, *, minutes: Count = _MINUTES, reason: Reason
    ) -> Disclosure:
        """Let the officer who asked read the field once within some minutes, a day at most.

        Raises:
            Refused: the actor asked for it, or is excluded from the case.
            WrongStep: it was decided before, waited too long, or its case was purged.
        """
        if not 1 <= minutes <= _MAX_MINUTES:
            raise BadInput(
                "An identity can't be opened for {minutes} minutes: give 1 to {most}.",
                minutes=minutes,
                most=_MAX_MINUTES,
                argument="minutes",
            )
        disclosure = self._load_disclosure(uow, disclosure_id)
        approved = disclosure.approved(uow.actor.id, uow.at, uow.at + timedelta(minutes=minutes))
        if not self._cases.is_there(uow, disclosure.case):
            raise WrongStep(
                "{case} was purged, so no identity is left to disclose: refuse the request with "
                "{act:identity.refuse_identity}.",
                case=disclosure.case,
            )
        self._require_use(uow, disclosure.case, disclosure.conversation)
        uow.facts["minutes"] = minutes
        return self._save_decision(uow, approved, "identity.approved", reason)

    @command(Permission.IDENTITY_APPROVE, public=True, daily=True)
    def refuse_identity(self, uow: UnitOfWork, disclosure_id: DisclosureId, *, reason: Reason) -> Disclosure:
        """Turn a request down. Raises as `approve_identity` does.

        Raises:
            Refused: the actor asked for it.
            WrongStep: it was decided before, or waited too long.
            BadInput: no reason.
        """
        disclosure = self._load_disclosure(uow, disclosure_id)
        return self._save_decision(uow, disclosure.refused(uow.actor.id, uow.at), "identity.refused", reason)

    @command(
        Permission.IDENTITY_REQUEST, Permission.TIP_READ, Permission.INQUIRY_READ, public=True, daily=True, step_up=True
    )
    def reveal_identity(self, uow: UnitOfWork, disclosure_id: DisclosureId) -> RevealedIdentity:
        """Return the field that was asked for and approved, which uses the disclosure up.

        The look is in the journal before it is answered; an answer that is lost on its way was a look all the same.
        Of two looks at once one is answered, and the other refused.

        Raises:
            Refused: another officer asked, nobody approved, the time is over, it was opened before, or the officer may
                no longer read the case, by unit or by a conflict of interest.
            DecryptionError: the case or the identity was purged.
        """
        disclosure, identity = self._open(uow, disclosure_id)
        if identity.sealed is not None and disclosure.field is IdentityField.WHOLE:
            raise WrongStep(
                "Disclosure {disclosure} was requested before names were entrusted to custodians: request a "
                "single field with {act:identity.request_identity}.",
                disclosure=disclosure_id,
            )
        if identity.sealed is not None and disclosure.field is not IdentityField.ADDRESS:
            raise WrongStep(
                "The field that disclosure {disclosure} asks for is sealed to custodians: have one open it "
                "with {act:identity.export_identity_request}.",
                disclosure=disclosure_id,
            )
        self._save(uow, disclosure, "identity.revealed")
        name = self.context.names.pseudonym(identity.conversation, disclosure.case)
        return identity.only(disclosure.field, name)

    @command(Permission.IDENTITY_REQUEST, Permission.TIP_READ, Permission.INQUIRY_READ, public=True, step_up=True)
    def export_identity_request(
        self, uow: UnitOfWork, disclosure_id: DisclosureId, *, reader: str, custodian: CustodianKeyId = ""
    ) -> bytes:
        """Return a file by which a custodian, on their own machine, opens the field that was asked for and approved.

        That uses the disclosure up, as `reveal_identity` does. Only that custodian reads the file, and only the holder
        of the reader's key the answer.

        Args:
            disclosure_id: what was approved.
            reader: public key in hexadecimal, made for this one request.
            custodian: id of the custodian's key; the first one that opens it if none is named.

        Raises:
            Refused: as `reveal_identity`.
            WrongStep: it isn't sealed to custodians, or not to this one.
            BadInput: the reader's key is none.
        """
        disclosure, identity = self._open(uow, disclosure_id)
        key = parse_key(reader)
        if identity.sealed is None or disclosure.field in (IdentityField.ADDRESS, IdentityField.WHOLE):
            raise WrongStep(
                "The field that disclosure {disclosure} asks for isn't sealed to custodians: open it with "
                "{act:identity.reveal_identity}.",
                disclosure=disclosure_id,
            )
        holder = choose_holder(uow, identity.sealed, self._cases.get_excluded(uow, disclosure.case), custodian)
        uow.facts["custodian"] = holder.id
        self._save(uow, disclosure, "identity.exported")
        return seal_request(self.context, disclosure, identity.sealed, holder, key)

    @command(Permission.OPERATE)
    def lapse_disclosure(self, uow: UnitOfWork, disclosure_id: str) -> bool:
        """Write down that nobody decided about a disclosure, or looked, in time; tell whether that was new and true."""
        disclosure = self._load_disclosure(uow, disclosure_id)
        if not disclosure.has_lapsed(uow.at):
            return False
        self._save(uow, disclosure.lapsed(uow.at), "identity.lapsed")
        return True

    @query(Permission.IDENTITY_APPROVE, traced=True, public=True)
    def disclosures(
        self,
        session: ReadSession,
        *,
        case: CaseRef = "",
        state: DisclosureState | str | None = None,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Disclosure]:
        """Return requests for identities, newest first: what waits for a decision, or all of a case.

        Those of cases from which the actor is excluded are left out.
        """
        where = {name: value for name, value in (("case", case), ("state", state)) if value}

        def shows(disclosure: Disclosure) -> bool:
            return not self._cases.is_excluded(session, disclosure.case)

        return session.list_permitted(DISCLOSURE, "newest", where=where, shows=shows, after=after, limit=limit)

    @query(Permission.IDENTITY_REQUEST, traced=True, public=True)
    def own_requests(self, session: ReadSession, *, after: Cursor = "", limit: Limit = 50) -> Listing[Disclosure]:
        """Return what you asked for, newest first, with what became of it.

        Requests about cases from which the actor has been excluded since are left out.
        """

        def shows(disclosure: Disclosure) -> bool:
            is_own = disclosure.requested_by == session.actor.id
            return is_own and not self._cases.is_excluded(session, disclosure.case)

        return session.list_permitted(DISCLOSURE, "newest", shows=shows, after=after, limit=limit)

    @query(Permission.IDENTITY_APPROVE, traced=True, public=True)
    def disclosure_history(self, session: ReadSession, disclosure_id: DisclosureId) -> tuple[NumberedEntry, ...]:
        """Return everything that happened to a disclosure: request, decision, refusals, the look or the lapse."""
        return read_history(self.context.storage.journal, self._load_disclosure(session, disclosure_id))

    def _open(self, uow: UnitOfWork, disclosure_id: str) -> tuple[Disclosure, Identity]:
        """Return a disclosure as used up, and the identity that it is about."""
        disclosure = self._load_disclosure(uow, disclosure_id)
        if disclosure.requested_by != uow.actor.id:
            truth = "another officer asked for it"
            raise uow.withhold(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit)
        opened = disclosure.opened(uow.actor.id, uow.at)
        self._check_case(uow, disclosure)
        self._require_use(uow, disclosure.case, disclosure.conversation)
        return opened, self._vault(uow, disclosure.conversation)

    def _check_case(self, uow: UnitOfWork, disclosure: Disclosure) -> None:
        """Check that the actor may still read the case, and that it is still the same person's."""
        try:
            model, access = self._cases.read(uow, disclosure.case)
        except Refused as refusal:  # about the case, while its history asks for what is about the disclosure
            truth = str(uow.explain(refusal)["why"])
            raise uow.withhold(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit) from None
        if access.kind.resident(model) != disclosure.conversation:
            about = f"disclosure {disclosure.id} is about somebody whose case this no longer is"
            raise uow.withhold(DISCLOSURE.name, disclosure.id, about, _SEE, unit=disclosure.unit)
        uow.guard_version(access.kind, model)

    def _require_use(self, uow: UnitOfWork, case: str, resident: str) -> None:
        """Check that the reporter of a case that is over hasn't had the use of their data restricted."""
        ref = Ref.parse(case)
        access = self._cases.cases[ref.kind]
        if access.is_over(uow.load(access.kind, ref.id)) and self._restricts(uow)(case, resident):
            raise WrongStep(
                "{case} is over and its reporter had the use of their data restricted: the files and the "
                "identity open only under a legal hold, or once the restriction is lifted.",
                case=case,
            )

    def _save_decision(self, uow: UnitOfWork, disclosure: Disclosure, event: str, reason: str) -> Disclosure:
        if not reason.strip():
            raise BadInput("A decision about an identity needs a reason: write it.")
        rule = disclosure.ground or "identity"
        uow.decide(f"disclosure:{disclosure.id}", rule=rule, reason=event, text=nfc(reason))
        return self._save(uow, disclosure, event)

    def _save(self, uow: UnitOfWork, disclosure: Disclosure, event: str) -> Disclosure:
        uow.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        uow.add_event(event)
        return uow.save(DISCLOSURE, disclosure)

    def _load_disclosure(self, session: ReadSession, disclosure_id: str) -> Disclosure:
        disclosure = session.get_permitted(DISCLOSURE, disclosure_id, _SEE)
        if self._cases.is_excluded(session, disclosure.case):
            truth = f"{session.actor.label} is excluded from {disclosure.case} by a conflict of interest"
            raise session.withhold(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit)
        return disclosure


def _require_field(given: str) -> IdentityField:
    if given not in ASKABLE:
        raise BadInput(
            "An identity has no field {field!r}: ask for one of {allowed}.", field=given, allowed=tuple(ASKABLE)
        )
    return IdentityField(given)
