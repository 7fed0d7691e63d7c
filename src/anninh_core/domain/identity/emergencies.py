"""Use cases with which one officer opens a delivery address in an emergency: superiors are notified at once, and one of
them reviews the opening.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from anninh_core.domain.identity.case_access import CaseReader, Vault
from anninh_core.domain.identity.emergency_model import EmergencyOpening, OpenedAddress
from anninh_core.domain.identity.kind import EMERGENCY_OPENING
from anninh_core.domain.identity.states import OpeningState
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import CaseRef, Cursor, Limit, OpeningId, Reason
from anninh_core.usecase.kinds import CaseAccess
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "identity.emergency_openings"
_SECOND = "`request_identity` asks a second person"


class EmergencyOpenings(Service):
    """Use cases that open a delivery address, and nothing else, for a single officer.

    Args:
        cases: access to each kind of case, by name.
        vault: reads an identity.
    """

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, cases: Mapping[str, CaseAccess], vault: Vault) -> None:
        super().__init__(runner)
        self._cases = CaseReader(cases)
        self._vault = vault

    @command(
        Permission.IDENTITY_EMERGENCY,
        Permission.TIP_READ,
        Permission.INQUIRY_READ,
        public=True,
        irreversible=True,
        step_up=True,
    )
    def open_address_in_emergency(self, uow: UnitOfWork, case: CaseRef, *, reason: Reason) -> OpenedAddress:
        """Return the delivery address of a case's reporter, alone and at once.

        The opening is recorded in the audit log before the address is returned; officers who decide about identities
        are notified, and one of them reviews it within the profile's `review_hours`. Name and other details stay
        closed: see `request_identity`.

        Args:
            case: `kind:id` of an open case that its record marks as an emergency.
            reason: why it can't wait for a second person.

        Raises:
            NotVisible: the case doesn't exist, or the actor may not read it because of its unit or a conflict of
                interest.
            Refused: the case is no emergency or is over; or the actor marked it as an emergency, or it isn't on record
                who did.
            BadInput: `case` names no case, the case has no reporter with a chat, or the reason is missing.
            DecryptionError: the case or the identity was purged.
        """
        uow.permitted_units()
        model, access = self._cases.read(uow, case)
        uow.permit_any(*access.kind.all_units(model))
        conversation = self._cases.require_resident(case, model)
        marked_by = _require_emergency(uow, case, model, access)
        uow.guard_version(access.kind, model)
        opening = EmergencyOpening(
            id=self.context.ids.new(),
            unit=access.kind.unit(model),
            case=str(Ref.parse(case)),
            conversation=conversation,
            reason=nfc(reason),
            opened_by=uow.actor.id,
            opened_at=uow.at,
            due_at=uow.at + timedelta(hours=self.context.district.review_hours),
            marked_by=marked_by,
        )
        uow.facts["marked_by"] = marked_by or "words"
        address = self._vault(uow, conversation).address
        self._save_opening(uow, opening, "identity.address_opened")
        return OpenedAddress(opening=opening.id, address=address)

    @command(Permission.IDENTITY_APPROVE, public=True, daily=True)
    def review_emergency_opening(
        self, uow: UnitOfWork, opening_id: OpeningId, *, justified: bool, reason: Reason
    ) -> EmergencyOpening:
        """Record, as a second person, whether an opening was justified, and why.

        Raises:
            Refused: the actor opened it, marked the case as an emergency, or is excluded from it.
            WrongStep: it was reviewed before.
            BadInput: the reason is missing.
        """
        opening = uow.get_permitted(EMERGENCY_OPENING, opening_id, _SEE)
        if self._cases.is_excluded(uow, opening.case):
            truth = f"{uow.actor.label} is excluded from {opening.case} by a conflict of interest"
            raise uow.build_withheld_error(EMERGENCY_OPENING.name, opening_id, truth, _SEE, unit=opening.unit)
        if not reason.strip():
            raise BadInput("A review needs a reason: write why the opening was justified or not.")
        reviewed = opening.reviewed(uow.actor.id, uow.at, justified=justified)
        uow.decide(
            str(Ref(EMERGENCY_OPENING.name, opening.id)),
            rule="emergency",
            reason=reviewed.state.value,
            text=nfc(reason),
        )
        return self._save_opening(uow, reviewed, "identity.address_reviewed")

    @query(Permission.IDENTITY_APPROVE, traced=True, public=True)
    def emergency_openings(
        self, session: ReadSession, *, pending: bool = True, after: Cursor = "", limit: Limit = 50
    ) -> Listing[EmergencyOpening]:
        """Return openings, newest first: those that still wait for a review, or all of them.

        Those of cases from which the actor is excluded are left out.
        """
        conditions = {"state": OpeningState.UNREVIEWED.value} if pending else {}

        def is_listed(opening: EmergencyOpening) -> bool:
            return not self._cases.is_excluded(session, opening.case)

        return session.list_permitted(
            EMERGENCY_OPENING, "newest", where=conditions, shows=is_listed, after=after, limit=limit
        )

    def _save_opening(self, uow: UnitOfWork, opening: EmergencyOpening, event: str) -> EmergencyOpening:
        uow.facts |= {"opening": opening.id, "case": opening.case}
        uow.add_event(event)
        return uow.save(EMERGENCY_OPENING, opening)


def _require_emergency(uow: UnitOfWork, case: str, model: Any, access: CaseAccess) -> str:
    """Return the officer who marked a case as an emergency, "" if its text did.

    Raises:
        Refused: the case isn't an open emergency, it isn't on record who marked it, or the actor did: then a second
            person has to decide.
    """
    if not access.is_emergency(model):
        raise Refused(
            "{case} isn't an open emergency: ask a second person with {act:identity.request_identity}.", case=case
        )
    marked_by = access.marked_by(model)
    if marked_by is None:
        raise Refused(
            "Who marked {case} as an emergency isn't on record, so it may have been you: ask a second person "
            "with {act:identity.request_identity}.",
            case=case,
        )
    if marked_by == uow.actor.id:
        raise Refused(
            "Officer {officer} marked {case} as an emergency: have another officer open the address, or ask "
            "a second person with {act:identity.request_identity}.",
            officer=marked_by,
            case=case,
        )
    return marked_by
