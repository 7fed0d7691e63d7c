"""Use cases of disclosures: an officer requests one field of an identity, another officer approves it, and it is opened
once within minutes. Everything is logged.
"""

from collections.abc import Mapping
from datetime import timedelta

from anninh_core.domain.identity.case_access import CaseReader, Vault
from anninh_core.domain.identity.custody.requests import choose_holder, seal_request
from anninh_core.domain.identity.custody.service import parse_key
from anninh_core.domain.identity.history import read_disclosure_history
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
    """Use cases of disclosures, which are the only access to identities except emergency openings.

    Args:
        cases: access to each kind of case, by name.
        vault: reads an identity.
        restricts: returns a function of a closed case and its reporter: whether the use of their data is restricted.
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
        """Request one field of the reporter's identity, for a case that you may read.

        The request waits for a second person, for at most seven days.

        Args:
            case: `kind:id` of the case; its reporter and unit are read from it.
            field: `name`, `address` or `numbers`.
            purpose: why it is needed, in words.
            ground: the rule or article of law that allows it.

        Raises:
            NotVisible: the case doesn't exist, or the actor may not read it because of its unit or a conflict of
                interest.
            BadInput: `case` names no case, the case has no reporter with a chat (it was reported at the desk or by
                phone), or an argument is missing.
        """
        uow.permitted_units()
        requested_field = _require_field(field)
        if not ground.strip():
            raise BadInput("A request for an identity needs a ground: name the rule or article of law that allows it.")
        model, access = self._cases.read(uow, case)
        kind = access.kind
        uow.permit_any(*kind.all_units(model))
        conversation = self._cases.require_resident(case, model)
        self._require_unrestricted_use(uow, str(Ref.parse(case)), conversation)
        uow.guard_version(kind, model)
        disclosure = Disclosure(
            id=self.context.ids.new(),
            unit=kind.unit(model),
            case=str(Ref.parse(case)),
            conversation=conversation,
            field=requested_field,
            purpose=nfc(purpose),
            ground=nfc(ground),
            requested_by=uow.actor.id,
            requested_at=uow.at,
            asked_seq=self.context.storage.journal.head()[0],
        )
        return self._save_disclosure(uow, disclosure, "identity.requested")

    @command(Permission.IDENTITY_APPROVE, public=True, daily=True, step_up=True)
    def approve_identity(
        self, uow: UnitOfWork, disclosure_id: DisclosureId, *, minutes: Count = _MINUTES, reason: Reason
    ) -> Disclosure:
        """Let the requesting officer read the field once within some minutes, a day at most.

        Raises:
            Refused: the actor requested it, or is excluded from the case.
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
        if not self._cases.is_readable(uow, disclosure.case):
            raise WrongStep(
                "{case} was purged, so no identity is left to disclose: refuse the request with "
                "{act:identity.refuse_identity}.",
                case=disclosure.case,
            )
        self._require_unrestricted_use(uow, disclosure.case, disclosure.conversation)
        uow.facts["minutes"] = minutes
        return self._save_decision(uow, approved, "identity.approved", reason)

    @command(Permission.IDENTITY_APPROVE, public=True, daily=True)
    def refuse_identity(self, uow: UnitOfWork, disclosure_id: DisclosureId, *, reason: Reason) -> Disclosure:
        """Refuse a request.

        Raises:
            Refused: the actor requested it.
            WrongStep: it was decided before, or waited too long.
            BadInput: no reason.
        """
        disclosure = self._load_disclosure(uow, disclosure_id)
        return self._save_decision(uow, disclosure.refused(uow.actor.id, uow.at), "identity.refused", reason)

    @command(
        Permission.IDENTITY_REQUEST, Permission.TIP_READ, Permission.INQUIRY_READ, public=True, daily=True, step_up=True
    )
    def reveal_identity(self, uow: UnitOfWork, disclosure_id: DisclosureId) -> RevealedIdentity:
        """Return the approved field, which uses the disclosure up.

        The access is recorded in the audit log before the field is returned: a lost response counts as an access, too.
        Of two concurrent accesses one succeeds, and the other is refused.

        Raises:
            Refused: another officer requested it, it isn't approved, its time is over, it was opened before, or the
                officer may no longer read the case because of its unit or a conflict of interest.
            DecryptionError: the case or the identity was purged.
        """
        disclosure, identity = self._open_disclosure(uow, disclosure_id)
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
        self._save_disclosure(uow, disclosure, "identity.revealed")
        name = self.context.names.pseudonym(identity.conversation, disclosure.case)
        return identity.only(disclosure.field, name)

    @command(Permission.IDENTITY_REQUEST, Permission.TIP_READ, Permission.INQUIRY_READ, public=True, step_up=True)
    def export_identity_request(
        self, uow: UnitOfWork, disclosure_id: DisclosureId, *, reader: str, custodian: CustodianKeyId = ""
    ) -> bytes:
        """Return a file that lets a custodian open the approved field on their own machine.

        That uses the disclosure up, as `reveal_identity` does. Only that custodian can read the file, and only the
        holder of the reader's key the answer.

        Args:
            disclosure_id: the approved disclosure.
            reader: public key in hexadecimal, made for this request.
            custodian: id of the custodian's key; by default the first that opens the details.

        Raises:
            Refused: as `reveal_identity`.
            WrongStep: the field isn't encrypted to custodians, or not to this one.
            BadInput: the reader's key is invalid.
        """
        disclosure, identity = self._open_disclosure(uow, disclosure_id)
        key = parse_key(reader)
        if identity.sealed is None or disclosure.field in (IdentityField.ADDRESS, IdentityField.WHOLE):
            raise WrongStep(
                "The field that disclosure {disclosure} asks for isn't sealed to custodians: open it with "
                "{act:identity.reveal_identity}.",
                disclosure=disclosure_id,
            )
        holder = choose_holder(uow, identity.sealed, self._cases.get_excluded(uow, disclosure.case), custodian)
        uow.facts["custodian"] = holder.id
        self._save_disclosure(uow, disclosure, "identity.exported")
        return seal_request(self.context, disclosure, identity.sealed, holder, key)

    @command(Permission.OPERATE)
    def lapse_disclosure(self, uow: UnitOfWork, disclosure_id: str) -> bool:
        """Record that a disclosure lapsed without a decision or use; return False if it hasn't lapsed."""
        disclosure = self._load_disclosure(uow, disclosure_id)
        if not disclosure.has_lapsed(uow.at):
            return False
        self._save_disclosure(uow, disclosure.lapsed(uow.at), "identity.lapsed")
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
        """Return requests for identities, newest first, optionally of one state or case.

        Those of cases from which the actor is excluded are left out.
        """
        conditions = {name: value for name, value in (("case", case), ("state", state)) if value}

        def is_listed_disclosure(disclosure: Disclosure) -> bool:
            return not self._cases.is_excluded(session, disclosure.case)

        return session.list_permitted(
            DISCLOSURE, "newest", where=conditions, shows=is_listed_disclosure, after=after, limit=limit
        )

    @query(Permission.IDENTITY_REQUEST, traced=True, public=True)
    def own_requests(self, session: ReadSession, *, after: Cursor = "", limit: Limit = 50) -> Listing[Disclosure]:
        """Return your own requests, newest first, with their outcomes.

        Requests about cases from which the actor has been excluded since are left out.
        """

        def is_listed_request(disclosure: Disclosure) -> bool:
            is_own = disclosure.requested_by == session.actor.id
            return is_own and not self._cases.is_excluded(session, disclosure.case)

        return session.list_permitted(DISCLOSURE, "newest", shows=is_listed_request, after=after, limit=limit)

    @query(Permission.IDENTITY_APPROVE, traced=True, public=True)
    def disclosure_history(self, session: ReadSession, disclosure_id: DisclosureId) -> tuple[NumberedEntry, ...]:
        """Return the history of a disclosure: request, decision, refusals, access or lapse."""
        return read_disclosure_history(self.context.storage.journal, self._load_disclosure(session, disclosure_id))

    def _open_disclosure(self, uow: UnitOfWork, disclosure_id: str) -> tuple[Disclosure, Identity]:
        """Return the disclosure, which is used up now, and the identity that it opens."""
        disclosure = self._load_disclosure(uow, disclosure_id)
        if disclosure.requested_by != uow.actor.id:
            truth = "another officer asked for it"
            raise uow.build_withheld_error(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit)
        opened = disclosure.opened(uow.actor.id, uow.at)
        self._check_case(uow, disclosure)
        self._require_unrestricted_use(uow, disclosure.case, disclosure.conversation)
        return opened, self._vault(uow, disclosure.conversation)

    def _check_case(self, uow: UnitOfWork, disclosure: Disclosure) -> None:
        """Check that the actor may still read the case, and that its reporter is still the same person."""
        try:
            model, access = self._cases.read(uow, disclosure.case)
        # The refusal is raised about the disclosure instead of the case, so that the disclosure's history contains it.
        except Refused as refusal:
            truth = str(uow.explain_refusal(refusal)["why"])
            raise uow.build_withheld_error(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit) from None
        if access.kind.resident(model) != disclosure.conversation:
            reason = f"disclosure {disclosure.id} is about somebody whose case this no longer is"
            raise uow.build_withheld_error(DISCLOSURE.name, disclosure.id, reason, _SEE, unit=disclosure.unit)
        uow.guard_version(access.kind, model)

    def _require_unrestricted_use(self, uow: UnitOfWork, case: str, resident: str) -> None:
        """Raise `WrongStep` if the case is over and its reporter had the use of their data restricted."""
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
        return self._save_disclosure(uow, disclosure, event)

    def _save_disclosure(self, uow: UnitOfWork, disclosure: Disclosure, event: str) -> Disclosure:
        uow.facts |= {"disclosure": disclosure.id, "case": disclosure.case}
        uow.add_event(event)
        return uow.save(DISCLOSURE, disclosure)

    def _load_disclosure(self, session: ReadSession, disclosure_id: str) -> Disclosure:
        disclosure = session.get_permitted(DISCLOSURE, disclosure_id, _SEE)
        if self._cases.is_excluded(session, disclosure.case):
            truth = f"{session.actor.label} is excluded from {disclosure.case} by a conflict of interest"
            raise session.build_withheld_error(DISCLOSURE.name, disclosure.id, truth, _SEE, unit=disclosure.unit)
        return disclosure


def _require_field(field_name: str) -> IdentityField:
    if field_name not in ASKABLE:
        raise BadInput(
            "An identity has no field {field!r}: ask for one of {allowed}.", field=field_name, allowed=tuple(ASKABLE)
        )
    return IdentityField(field_name)
