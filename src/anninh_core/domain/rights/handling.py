"""Use cases with which officers handle requests after an identity check by another officer; workflows connect them with
the stored data.
"""

from attrs import evolve

from anninh_core.domain.rights.clocks import AnswerClock, read_clock
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.loading import RESTRICTABLE, RightsLookups
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import OPEN_STATES, AnswerOutcome, RequestChannel
from anninh_core.domain.rights.values import (
    CorrectedRecord,
    Handover,
    LimitExtension,
    Omission,
    RestrictionPeriod,
    RightsAnswer,
)
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.arguments import Cursor, Limit, Reason, RequestId, RightsCategory
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rights import RightsKind

CATEGORIES = (
    *("accounts", "messages", "group_messages", "files", "tips", "inquiries", "posts"),
    *("disclosures", "requests", "erasures"),
)
"""Categories of a person's stored data. Each category is disclosed, or left out with its legal ground."""


class RightsHandling(Service):
    """Use cases of the officers who handle requests."""

    action_prefix = "rights"

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups) -> None:
        super().__init__(runner)
        self._lookups = lookups

    @query(Permission.RIGHTS_HANDLE, traced=True, public=True)
    def requests(
        self, session: ReadSession, *, pending: bool = True, after: Cursor = "", limit: Limit = 50
    ) -> Listing[RightsRequest]:
        """Return requests, oldest first, without those about the actor or about people that the actor is excluded from.

        Args:
            pending: only unanswered requests.
        """
        return session.list_permitted(
            RIGHTS_REQUEST,
            "oldest",
            where={"state": OPEN_STATES} if pending else None,
            shows=lambda request: self._lookups.may_handle(session, request),
            after=after,
            limit=limit,
        )

    @query(Permission.RIGHTS_HANDLE, traced=True, public=True)
    def request(self, session: ReadSession, request_id: RequestId) -> RightsRequest:
        """Return a request with its history."""
        return self._lookups.load(session, request_id)

    @query(Permission.RIGHTS_HANDLE, public=True)
    def clock(self, session: ReadSession, request_id: RequestId) -> AnswerClock | None:
        """Return the deadline of a request, or nothing if the profile has no limit for it."""
        return read_clock(self.context.district, self._lookups.load(session, request_id))

    @command(Permission.RIGHTS_HANDLE, public=True)
    def extend_request(self, uow: UnitOfWork, request_id: RequestId, *, reason: Reason) -> RightsRequest:
        """Extend the limit of a request, once, by the profile's extension; the person is informed of the reason.

        Raises:
            WrongStep: it was extended before, it is answered, its limit is over, or the rule allows no extension.
        """
        request, reason = self._lookups.load(uow, request_id), _require_text(reason, "reason")
        clock = read_clock(self.context.district, request)
        if clock is None or not clock.rule.extension:
            source = clock.rule.source if clock else "the profile"
            raise WrongStep(
                "Request {request} can't be extended: {source} allows no extension.",
                request=request.number,
                source=source,
            )
        extended = request.extended(LimitExtension(reason=reason, by=uow.actor.id, at=uow.at))
        if uow.at > clock.due:
            raise WrongStep(
                "The limit of request {request} ended on {due}: answer it with {act:rights.answer}.",
                request=request.number,
                due=clock.due,
            )
        uow.decide(_build_reference(request), rule=clock.rule.source, reason="rights.extended", text=reason)
        return self._save_request(uow, extended, "rights.extended")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def leave_out(
        self, uow: UnitOfWork, request_id: RequestId, category: RightsCategory, *, rule: str, reason: Reason
    ) -> RightsRequest:
        """Leave a category out of the copy because a law forbids its disclosure; the copy names the category.

        Args:
            category: one of `CATEGORIES`.
            rule: the article of the law that forbids it.
            reason: why it applies, in words; stored encrypted.

        Raises:
            BadInput: the category doesn't exist, or the rule or reason is empty.
            WrongStep, Refused: as `note_handover`.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.ACCESS,))
        _require_category(category)
        rule, reason = _require_text(rule, "rule"), _require_text(reason, "reason")
        omission = Omission(category=category, rule=rule, reason=reason, by=uow.actor.id, at=uow.at)
        uow.facts["category"] = category
        uow.decide(_build_reference(request), rule=rule, reason="rights.left_out", text=reason)
        return self._save_request(uow, request.with_omission(omission), "rights.left_out")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def take_in(self, uow: UnitOfWork, request_id: RequestId, category: RightsCategory) -> RightsRequest:
        """Add a category that was left out to the copy again.

        Raises:
            Refused: the actor checked the applicant's identity.
            WrongStep: the applicant's identity isn't verified, the check failed, it is answered, or it is a request of
                another kind.
            BadInput: the category doesn't exist.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.ACCESS,))
        _require_category(category)
        uow.facts["category"] = category
        return self._save_request(uow, request.without_omission(category), "rights.taken_in")

    @step(Permission.RIGHTS_HANDLE)
    def note_look(self, uow: UnitOfWork, request_id: str, purpose: str) -> RightsRequest:
        """Record that an officer searched for the person's data, and the purpose.

        Raises:
            WrongStep: the applicant's identity isn't verified, the check failed, or it is answered.
            Refused: the actor checked the applicant's identity, or may not handle the request.
            BadInput: the purpose is empty.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id)
        purpose = _require_text(purpose, "purpose")
        uow.decide(_build_reference(request), rule="", reason="rights.found", text=purpose)
        return self._save_request(uow, request, "rights.found")

    @step(Permission.RIGHTS_HANDLE)
    def note_handover(self, uow: UnitOfWork, request_id: str, handover: Handover) -> RightsRequest:
        """Record that a copy was handed over to the person.

        Raises:
            WrongStep, Refused: as `note_look`; `WrongStep` also for a request of another kind.
            BadInput: the profile has no such way of delivery.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.ACCESS,))
        ways = self.context.district.rights.deliveries
        if handover.way not in ways:
            allowed_ways = ", ".join(ways)
            raise BadInput(
                "{way!r} isn't a way of delivery: choose one of {allowed} from [rights.deliveries] of the profile.",
                way=handover.way,
                allowed=allowed_ways,
            )
        uow.facts |= {"export": "rights", "format": handover.format, "sha256": handover.sha256}
        return self._save_request(uow, evolve(request, handovers=(*request.handovers, handover)), "rights.handed_over")

    @step(Permission.RIGHTS_HANDLE)
    def note_correction(self, uow: UnitOfWork, request_id: str, ref: str, reason: str) -> RightsRequest:
        """Record that a record was corrected; raise as `note_handover` does."""
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.CORRECTION,))
        reason = _require_text(reason, "reason")
        uow.decide(_build_reference(request), rule="", reason="rights.corrected", text=reason)
        corrected = CorrectedRecord(ref=ref, by=uow.actor.id, at=uow.at)
        return self._save_request(
            uow, evolve(request, corrections=(*request.corrections, corrected)), "rights.corrected"
        )

    @command(Permission.RIGHTS_HANDLE, public=True)
    def restrict(self, uow: UnitOfWork, request_id: RequestId, *, rule: str, reason: Reason) -> RightsRequest:
        """Restrict the use of the person's data to the uses that the law requires.

        See `lookups.open_restrictions`.

        Raises:
            WrongStep, Refused: as `leave_out`; `WrongStep` also if the use is restricted already, or the request is
            only for access.
            BadInput: the rule or reason is empty.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, RESTRICTABLE)
        rule, reason = _require_text(rule, "rule"), _require_text(reason, "reason")
        period = RestrictionPeriod(rule=rule, reason=reason, by=uow.actor.id, since=uow.at)
        uow.decide(_build_reference(request), rule=rule, reason="rights.restricted", text=reason)
        return self._save_request(uow, request.restricted(period), "rights.restricted")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def lift_restriction(self, uow: UnitOfWork, request_id: RequestId, *, reason: Reason) -> RightsRequest:
        """Lift the restriction of a request, answered or not.

        Raises:
            WrongStep: it restricts nothing.
            Refused: the actor checked the applicant's identity.
            BadInput: the reason is empty.
        """
        request, reason = self._lookups.load(uow, request_id), _require_text(reason, "reason")
        lifted = request.lifted(uow.actor.id, uow.at, reason)
        uow.decide(_build_reference(request), rule="", reason="rights.lifted", text=reason)
        return self._save_request(uow, lifted, "rights.lifted")

    @step(Permission.RIGHTS_HANDLE)
    def note_answer(
        self, uow: UnitOfWork, request_id: str, answer: RightsAnswer, *, erasures: tuple[str, ...] = ()
    ) -> RightsRequest:
        """Record the answer to a request; `erasures` are the erasure requests that execute it.

        Raises:
            WrongStep: it was answered before, or it would be granted although the applicant's identity isn't verified.
            BadInput: a refusal without a rule, an empty answer, or an unknown way of delivery.
        """
        request = self._lookups.load(uow, request_id)
        ways = self.context.district.rights.deliveries
        if answer.way and answer.way not in ways:
            raise BadInput(
                "{way!r} isn't a way of delivery: choose one of {allowed} from [rights.deliveries] of the profile.",
                way=answer.way,
                allowed=tuple(ways),
            )
        _require_text(answer.text, "answer")
        answered = evolve(request.answered(answer), erasures=(*request.erasures, *erasures))
        uow.facts["outcome"] = answer.outcome.value
        uow.decide(
            _build_reference(request), rule=answer.rule, reason="rights.answered", text=answer.reason or answer.text
        )
        return self._save_request(uow, answered, "rights.answered")

    @step(Permission.OPERATE)
    def follow_erasure(self, uow: UnitOfWork, erasure: str, *, granted: bool, rule: str) -> None:
        """Answer the request that came with a platform's erasure request, according to the decision about that."""
        uow.permit(self.context.district.root)
        conditions: dict[str, Scalar | tuple[Scalar, ...]] = {"asks": RightsKind.OBJECTION.value, "state": OPEN_STATES}
        outcome = AnswerOutcome.GRANTED if granted else AnswerOutcome.REFUSED
        answer = RightsAnswer(outcome=outcome, by=uow.actor.id, at=uow.at, rule=rule, reason=f"erasure {erasure}")
        for request in uow.iter_all(RIGHTS_REQUEST, "oldest", where=conditions):
            if request.channel is RequestChannel.PLATFORM and erasure in request.erasures:
                self._save_request(uow, request.answered(answer, by_erasure=True), "rights.answered")

    @staticmethod
    def _save_request(uow: UnitOfWork, request: RightsRequest, event: str) -> RightsRequest:
        uow.facts["request"] = request.id
        uow.add_event(event)
        return uow.save(RIGHTS_REQUEST, request)


def _build_reference(request: RightsRequest) -> str:
    return f"rights_request:{request.id}"


def _require_text(text: str, argument: str) -> str:
    if not text.strip():
        raise BadInput("`{argument}` is empty: write it.", argument=argument)
    return nfc(text)


def _require_category(category: str) -> None:
    if category not in CATEGORIES:
        raise BadInput(
            "{category!r} isn't a category of data: choose one of {allowed}.",
            category=category,
            allowed=tuple(CATEGORIES),
            argument="category",
        )
