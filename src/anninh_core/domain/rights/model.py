"""A data subject's request, which is received, executed after a check of the applicant's identity, and answered.
Transitions are pure methods.
"""

from collections.abc import Collection
from datetime import date, datetime

from attrs import evolve, field, frozen

from anninh_core.domain.rights.states import OUTCOMES, TRANSITIONS, AnswerOutcome, RequestChannel, RequestState
from anninh_core.domain.rights.values import (
    CorrectedRecord,
    Handover,
    IdentityCheck,
    LimitExtension,
    LinkedRecord,
    Omission,
    RestrictionPeriod,
    RightsAnswer,
)
from anninh_core.domain.rights.views import RightsRequestRow, RightsRequestView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.rights import RightsKind

S = RequestState

_NEEDS_GROUND = (AnswerOutcome.PARTLY, AnswerOutcome.REFUSED)


@view
class RequestSummary:
    """The data of a request that an identity check needs, without the linked accounts and cases.

    Attributes:
        number: reference number for the person.
        applicant: the name given by a person who came to the desk, called or wrote; "" by chat.
        due: the deadline for the answer, None without a known limit.
    """

    id: str
    version: int
    number: str
    kind: RightsKind
    channel: RequestChannel
    state: RequestState
    received_at: datetime
    applicant: str = field(default="", repr=False)
    due: datetime | None = None


@frozen(kw_only=True)
class RightsRequest:
    """A data subject's request.

    Attributes:
        number: reference number for the person; it reveals nothing.
        unit: the authority, which is responsible for all data.
        channel: way that it came; `taken_by` is the officer who received it, "" for a part of the program; `taken_at`
            is the officer's unit.
        conversation: account that it came from, "" if it came by another way or the account is unknown.
        received_at: when it reached us, which begins the limit.
        applicant: as in `RequestSummary`.
        words: the request's text as recorded at the desk; for a request by chat the message has it.
        links: accounts and cases that belong to the person.
        erasures: ids of erasure requests that execute it, or that it came with from a platform.
        extension: the only extension of its limit, or None.
    """

    id: str
    number: str
    unit: str
    kind: RightsKind
    channel: RequestChannel
    received_at: datetime
    conversation: str = ""
    taken_by: str = ""
    taken_at: str = ""
    applicant: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    state: RequestState = S.RECEIVED
    links: tuple[LinkedRecord, ...] = ()
    checks: tuple[IdentityCheck, ...] = ()
    omissions: tuple[Omission, ...] = ()
    handovers: tuple[Handover, ...] = ()
    corrections: tuple[CorrectedRecord, ...] = ()
    extension: LimitExtension | None = None
    restrictions: tuple[RestrictionPeriod, ...] = ()
    answer: RightsAnswer | None = None
    erasures: tuple[str, ...] = ()
    handled_by: tuple[str, ...] = ()
    version: int = 0

    def for_handlers(self, names: Pseudonyms) -> "RightsRequest":
        """Return the request for officers: with pseudonyms of its accounts that are used in this request only."""
        context = f"rights_request:{self.id}"

        def name_reference(ref: str) -> str:
            kind, _, id = ref.partition(":")
            return f"{kind}:{names(id, context)}" if kind in ("conversation", "name") else ref

        return evolve(
            self,
            conversation=names(self.conversation, context) if self.conversation else "",
            links=tuple(evolve(link, ref=name_reference(link.ref)) for link in self.links),
            corrections=tuple(
                evolve(correction, ref=name_reference(correction.ref)) for correction in self.corrections
            ),
        )

    def to_row(self) -> RightsRequestRow:
        """Return the request as a row of a list."""
        return make_view(RightsRequestRow, self)

    def to_view(self) -> RightsRequestView:
        """Return the full view of the request; it must be called on the result of `for_handlers`."""
        return make_view(RightsRequestView, self)

    def summary(self, due: datetime | None) -> RequestSummary:
        """Return the data of the request that an identity check needs."""
        return RequestSummary(
            id=self.id,
            version=self.version,
            number=self.number,
            kind=self.kind,
            channel=self.channel,
            state=self.state,
            received_at=self.received_at,
            applicant=self.applicant,
            due=due,
        )

    @property
    def refs(self) -> tuple[str, ...]:
        """References of all linked records and of the requesting account: `conversation:<id>` and `tip:<id>`."""
        own = (f"conversation:{self.conversation}",) if self.conversation else ()
        return tuple(dict.fromkeys((*own, *(link.ref for link in self.links))))

    @property
    def accounts(self) -> tuple[str, ...]:
        """Conversation ids of the accounts among the references of the request."""
        return tuple(Ref.parse(ref).id for ref in self.refs if ref.startswith("conversation:"))

    @property
    def is_open(self) -> bool:
        """Whether the request isn't answered yet."""
        return self.state is not S.ANSWERED

    @property
    def answered_at(self) -> datetime | None:
        """Time at which the request was answered; None before."""
        return self.answer.at if self.answer else None

    @property
    def outcome(self) -> AnswerOutcome | None:
        """Outcome of the answer to the request; None before."""
        return self.answer.outcome if self.answer else None

    @property
    def is_extended(self) -> bool:
        """Whether the limit of the request was extended."""
        return self.extension is not None

    @property
    def is_restricting(self) -> bool:
        """Whether the use of the person's data is restricted now because of the request."""
        return self.restriction is not None

    @property
    def restriction(self) -> RestrictionPeriod | None:
        """The restriction of the person's data that is in force because of the request, or None."""
        return next((period for period in self.restrictions if period.lifted_at is None), None)

    @property
    def ended_on(self) -> date | None:
        """The day of the answer or of the last lifted restriction; None while open, or with a restriction in force."""
        if self.answer is None or self.restriction is not None:
            return None
        lifted = (period.lifted_at for period in self.restrictions if period.lifted_at is not None)
        return local_date(max((self.answer.at, *lifted)))

    def checked(self, check: IdentityCheck) -> "RightsRequest":
        """Return the request after a check of the applicant's identity.

        Raises:
            Refused: the officer received it, or handles it.
            WrongStep: it is answered.
        """
        if check.by in (self.taken_by, *self.handled_by):
            raise Refused(
                "Officer {officer} took in or handles request {request}: another officer must check who asks.",
                officer=check.by,
                request=self.number,
            )
        moved = self._moved(S.PROVEN if check.passed else S.UNPROVEN)
        return evolve(moved, checks=(*self.checks, check))

    def linked(self, link: LinkedRecord) -> "RightsRequest":
        """Return the request with a further linked record; unchanged if the record is linked already.

        Raises:
            Refused, WrongStep: as for `checked`.
        """
        if link.by in (self.taken_by, *self.handled_by):
            raise Refused(
                "Officer {officer} took in or handles request {request}: another officer must link accounts.",
                officer=link.by,
                request=self.number,
            )
        self.require_open()
        return self if link.ref in self.refs else evolve(self, links=(*self.links, link))

    def handled(self, by: str, kinds: Collection[RightsKind] = ()) -> "RightsRequest":
        """Return the request with `by` among the handling officers, who may find, copy and change the person's data.

        Raises:
            Refused: the officer checked the applicant's identity.
            WrongStep: the identity isn't verified, it is answered, or its kind isn't in `kinds`.
        """
        self._require_not_checker(by)
        if self.state is not S.PROVEN:
            raise WrongStep(
                "Request {request} is {state}: another officer must check by a second way who asks, with "
                "{act:rights.record_check}, before anything is found, copied or changed.",
                request=self.number,
                state=self.state,
            )
        if kinds and self.kind not in kinds:
            raise WrongStep(
                "Request {request} asks for {kind}, but this step is only for {allowed}.",
                request=self.number,
                kind=self.kind,
                allowed=tuple(kinds),
            )
        return evolve(self, handled_by=self._add_handler(by))

    def with_omission(self, omission: Omission) -> "RightsRequest":
        """Return the request with a category left out of the copy; a later omission replaces an earlier one."""
        others = tuple(earlier for earlier in self.omissions if earlier.category != omission.category)
        return evolve(self, omissions=(*others, omission))

    def without_omission(self, category: str) -> "RightsRequest":
        """Return the request without the omission of a category."""
        return evolve(self, omissions=tuple(omission for omission in self.omissions if omission.category != category))

    def extended(self, extension: LimitExtension) -> "RightsRequest":
        """Return the request with its limit extended.

        Raises:
            Refused: the officer checked the applicant's identity.
            WrongStep: it was extended before, or it is answered.
        """
        self._require_not_checker(extension.by)
        self.require_open()
        if self.extension is not None:
            raise WrongStep(
                "Request {request} was extended already: a limit can be extended only once.", request=self.number
            )
        return evolve(self, extension=extension, handled_by=self._add_handler(extension.by))

    def restricted(self, period: RestrictionPeriod) -> "RightsRequest":
        """Return the request with the use of the person's data restricted.

        Raises:
            WrongStep: the use is restricted already.
        """
        if self.restriction is not None:
            raise WrongStep(
                "Request {request} already restricts the use of data: lift that restriction first with "
                "{act:rights.lift_restriction}.",
                request=self.number,
            )
        return evolve(self, restrictions=(*self.restrictions, period))

    def lifted(self, by: str, at: datetime, reason: str) -> "RightsRequest":
        """Return the request with its restriction lifted.

        Raises:
            WrongStep: no restriction is in force.
            Refused: the officer checked the applicant's identity.
        """
        self._require_not_checker(by)
        period = self.restriction
        if period is None:
            raise WrongStep("Request {request} has no restriction in force.", request=self.number)
        ended = evolve(period, lifted_by=by, lifted_at=at, lifted_reason=reason)
        return evolve(self, restrictions=tuple(ended if entry is period else entry for entry in self.restrictions))

    def answered(self, answer: RightsAnswer, *, by_erasure: bool = False) -> "RightsRequest":
        """Return the request answered.

        Args:
            by_erasure: whether it follows the decision about the erasure request that it came with: then the platform
                has verified the account's owner.

        Raises:
            Refused: the officer checked the applicant's identity.
            WrongStep: it was answered before, or it would be granted although the identity isn't verified.
            BadInput: a refusal, in part or whole, without a rule and a reason.
        """
        self._require_not_checker(answer.by)
        self.require_open()
        if answer.outcome in _NEEDS_GROUND and not (answer.rule.strip() and answer.reason.strip()):
            raise BadInput(
                "Request {request} can't be answered as {outcome} without a rule and a reason: write both.",
                request=self.number,
                outcome=answer.outcome,
            )
        moved = self._moved(S.ANSWERED)
        if answer.outcome not in OUTCOMES[self.state] and not by_erasure:
            raise WrongStep(
                "Request {request} is {state}: it can't be granted until {act:rights.record_check} has "
                "confirmed who asks.",
                request=self.number,
                state=self.state,
            )
        return evolve(moved, answer=answer, handled_by=self._add_handler(answer.by))

    def require_open(self) -> None:
        """Raise `WrongStep` if the request is answered."""
        if not self.is_open:
            raise WrongStep("Request {request} is answered: a new wish needs a new request.", request=self.number)

    def _require_not_checker(self, by: str) -> None:
        if by in {check.by for check in self.checks}:
            raise Refused(
                "Officer {officer} checked who asks for request {request}: another officer must handle it.",
                officer=by,
                request=self.number,
            )

    def _add_handler(self, by: str) -> tuple[str, ...]:
        return self.handled_by if by in self.handled_by else (*self.handled_by, by)

    def _moved(self, to: RequestState) -> "RightsRequest":
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Request {request} is {state} and can't become {to}. Possible next states: {allowed}.",
                request=self.number,
                state=self.state,
                to=to,
                allowed=sorted(TRANSITIONS[self.state]),
            )
        return evolve(self, state=to)
