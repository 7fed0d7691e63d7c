"""Functions that load requests, except for actors with a conflict of interest, and check the preconditions of their
steps.
"""

from collections.abc import Callable, Collection, Sequence

from attrs import frozen

from anninh_core.domain.rights.clocks import read_clock
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import AnswerOutcome
from anninh_core.domain.rights.values import LimitExtension, RestrictionPeriod, RightsAnswer
from anninh_core.kernel.errors import Damaged, WrongStep
from anninh_core.usecase.preconditions.steps import Check, StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.messages import Address
from anninh_core.vocabulary.rights import RightsKind

K = RightsKind

RESTRICTABLE = tuple(kind for kind in RightsKind if kind is not RightsKind.ACCESS)
"""Kinds of requests for which the use of the person's data may be restricted meanwhile."""
KeptAway = Callable[[ReadSession, Sequence[str]], tuple[str, ...]]
"""Type of a function that takes accounts and cases of a person (`conversation:<id>`, `tip:<id>`), and returns the marks
of excluded officers and units.
"""
FindAccount = Callable[[ReadSession, Address], str]
"""Type of a function that returns the conversation id of an address, "" for none."""
FindCase = Callable[[ReadSession, str], str]
"""Type of a function that returns the case of a receipt, `tip:<id>`, if it was reported at the desk or by phone; "" for
none, or for a case reported by chat.
"""

SEE = "rights.requests"


def list_no_exclusions(_session: ReadSession, _refs: Sequence[str]) -> tuple[str, ...]:
    """Return no marks, so that no officer is excluded."""
    return ()


@frozen(kw_only=True)
class RightsLookups:
    """Lookups in other domain modules that requests need.

    Attributes:
        kept_away: returns the marks of officers and units that may not learn of a person.
        find_account: finds an account by its address.
        find_case: finds a case by its receipt.
    """

    kept_away: KeptAway = list_no_exclusions
    find_account: FindAccount = lambda _session, _address: ""
    find_case: FindCase = lambda _session, _receipt: ""

    def load(self, session: ReadSession, request_id: str) -> RightsRequest:
        """Return a request that the actor may handle.

        Raises:
            NotVisible: it doesn't exist, isn't the actor's by unit, or a conflict of interest excludes the actor: it is
                about themselves, or about a person with a case that they are excluded from.
        """
        request = session.get_permitted(RIGHTS_REQUEST, request_id, SEE)
        if bar := self._find_exclusion_reason(session, request):
            raise session.build_withheld_error(RIGHTS_REQUEST.name, request_id, bar, SEE, unit=request.unit)
        return request

    def may_handle(self, session: ReadSession, request: RightsRequest) -> bool:
        """Return whether no conflict of interest excludes the actor from a request.

        If a case that the request is about can't be read, every person is excluded, and the request is left out.
        """
        return not self._find_exclusion_reason(session, request)

    def _find_exclusion_reason(self, session: ReadSession, request: RightsRequest) -> str:
        """Return the reason why the actor is excluded from a request, for the audit log; "" if the actor isn't
        excluded.
        """
        try:
            marks = self.kept_away(session, request.refs)
        except Damaged as error:
            session.note_left_out(RIGHTS_REQUEST, request.id, error)
            is_person = session.permitted_units() is not None
            return "a case that it is about can't be read, nor whom that excludes" if is_person else ""
        return "a conflict of interest keeps the actor away from whoever asks" if session.is_barred(marks) else ""


def _require_handling_officer(*kinds: RightsKind) -> Check[RightsRequest]:
    def check_officer(request: RightsRequest, session: ReadSession) -> None:
        request.handled(session.actor.id, kinds)

    return check_officer


def _require_omission(request: RightsRequest, _: ReadSession) -> None:
    if not request.omissions:
        raise WrongStep("Request {request} leaves nothing out of its copy.", request=request.number)


def _require_account(request: RightsRequest, _: ReadSession) -> None:
    if not request.accounts:
        raise WrongStep(
            "Request {request} has no account whose messages or name could be corrected: link one with "
            "{act:rights.link_account}.",
            request=request.number,
        )


def _require_unrestricted(request: RightsRequest, session: ReadSession) -> None:
    request.restricted(RestrictionPeriod(rule="", reason="", by=session.actor.id, since=session.at))


def _require_restricted(request: RightsRequest, session: ReadSession) -> None:
    request.lifted(session.actor.id, session.at, "")


def _require_extendable(request: RightsRequest, session: ReadSession) -> None:
    clock = read_clock(session.context.district, request)
    if clock is None or not clock.rule.extension or session.at > clock.due:
        raise WrongStep("Request {request} has no limit that can be extended now.", request=request.number)
    request.extended(LimitExtension(reason="", by=session.actor.id, at=session.at))


def _require_unanswered(request: RightsRequest, session: ReadSession) -> None:
    request.answered(RightsAnswer(outcome=AnswerOutcome.TAKEN_BACK, by=session.actor.id, at=session.at))


def _build_checks(*kinds: RightsKind, also: Collection[Check[RightsRequest]] = ()) -> tuple[Check[RightsRequest], ...]:
    return (_require_handling_officer(*kinds), *also)


RIGHTS_STEPS: StepChecks[RightsRequest] = StepChecks(
    {
        "find": _build_checks(),
        "export": _build_checks(K.ACCESS),
        "leave_out": _build_checks(K.ACCESS),
        "take_in": _build_checks(K.ACCESS, also=(_require_omission,)),
        "correct_name": _build_checks(K.CORRECTION, also=(_require_account,)),
        "correct_words": _build_checks(K.CORRECTION, also=(_require_account,)),
        "restrict": _build_checks(*RESTRICTABLE, also=(_require_unrestricted,)),
        "lift_restriction": (_require_restricted,),
        "extend_request": (_require_extendable,),
        "answer": (_require_unanswered,),
    }
)
"""The steps of the officer who handles a request, each with its preconditions, in the board's order."""
