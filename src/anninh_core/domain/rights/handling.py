"""What is done with a request once somebody else has looked at who asks; workflows join it to what is kept."""

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
"""Categories of what is kept of a person: each is told, or left out with its ground."""


class RightsHandling(Service):
    """Requests in the hands of an officer."""

    action_prefix = "rights"

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups) -> None:
        super().__init__(runner)
        self._lookups = lookups

    @query(Permission.RIGHTS_HANDLE, traced=True, public=True)
    def requests(
        self, session: ReadSession, *, pending: bool = True, after: Cursor = "", limit: Limit = 50
    ) -> Listing[RightsRequest]:
        """Return requests, oldest first; those about oneself, or about whom one is excluded from, aren't among them.

        Args:
            pending: only those that aren't answered.
        """
        return session.list_permitted(
            RIGHTS_REQUEST,
            "oldest",
            where={"state": OPEN_STATES} if pending else None,
            shows=lambda request: self._lookups.may_hold(session, request),
            after=after,
            limit=limit,
        )

    @query(Permission.RIGHTS_HANDLE, traced=True, public=True)
    def request(self, session: ReadSession, request_id: RequestId) -> RightsRequest:
        """Return a request with its history."""
        return self._lookups.load(session, request_id)

    @query(Permission.RIGHTS_HANDLE, public=True)
    def clock(self, session: ReadSession, request_id: RequestId) -> AnswerClock | None:
        """Return until when a request has to be answered; nothing where the profile has no limit for it."""
        return read_clock(self.context.district, self._lookups.load(session, request_id))

    @command(Permission.RIGHTS_HANDLE, public=True)
    def extend_request(self, uow: UnitOfWork, request_id: RequestId, *, reason: Reason) -> RightsRequest:
        """Extend the limit of a request, once, by what the profile's rule allows; the person is told why.

        Raises:
            WrongStep: it was extended before, it is answered, its limit is over, or the rule allows no extension.
        """
        request, reason = self._lookups.load(uow, request_id), _require_words(reason, "reason")
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
        uow.decide(_subject(request), rule=clock.rule.source, reason="rights.extended", text=reason)
        return self._save(uow, extended, "rights.extended")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def leave_out(
        self, uow: UnitOfWork, request_id: RequestId, category: RightsCategory, *, rule: str, reason: Reason
    ) -> RightsRequest:
        """Leave a category out of the copy because a law forbids its disclosure; the copy names the category.

        Args:
            category: one of `CATEGORIES`.
            rule: the article of the law that forbids it.
            reason: why it applies, in words; kept sealed.

        Raises:
            BadInput: no such category, or no ground.
            WrongStep, Refused: as `note_handover`.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.ACCESS,))
        _require_category(category)
        rule, reason = _require_words(rule, "rule"), _require_words(reason, "reason")
        omission = Omission(category=category, rule=rule, reason=reason, by=uow.actor.id, at=uow.at)
        uow.facts["category"] = category
        uow.decide(_subject(request), rule=rule, reason="rights.left_out", text=reason)
        return self._save(uow, request.leaves_out(omission), "rights.left_out")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def take_in(self, uow: UnitOfWork, request_id: RequestId, category: RightsCategory) -> RightsRequest:
        """Put a category that was left out back into the copy.

        Raises:
            Refused: the actor looked at who asks.
            WrongStep: nobody has looked yet at who asks, the look failed, it is answered, or it asks for another thing.
            BadInput: no such category.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.ACCESS,))
        _require_category(category)
        uow.facts["category"] = category
        return self._save(uow, request.tells(category), "rights.taken_in")

    @step(Permission.RIGHTS_HANDLE)
    def note_look(self, uow: UnitOfWork, request_id: str, purpose: str) -> RightsRequest:
        """Write down that somebody looked for what is kept, and what for.

        Raises:
            WrongStep: nobody has looked yet at who asks, the look failed, or it is answered.
            Refused: the actor looked at who asks, or may not hold it.
            BadInput: there is no purpose.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id)
        purpose = _require_words(purpose, "purpose")
        uow.decide(_subject(request), rule="", reason="rights.found", text=purpose)
        return self._save(uow, request, "rights.found")

    @step(Permission.RIGHTS_HANDLE)
    def note_handover(self, uow: UnitOfWork, request_id: str, handover: Handover) -> RightsRequest:
        """Write down that a copy left the house.

        Raises:
            WrongStep, Refused: as `note_look`; `WrongStep` too where it asks for another thing.
            BadInput: the profile has no such way.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.ACCESS,))
        ways = self.context.district.rights.deliveries
        if handover.way not in ways:
            known = ", ".join(ways)
            raise BadInput(
                "{way!r} isn't a way of delivery: choose one of {allowed} from [rights.deliveries] of the profile.",
                way=handover.way,
                allowed=known,
            )
        uow.facts |= {"export": "rights", "format": handover.format, "sha256": handover.sha256}
        return self._save(uow, evolve(request, handovers=(*request.handovers, handover)), "rights.handed_over")

    @step(Permission.RIGHTS_HANDLE)
    def note_correction(self, uow: UnitOfWork, request_id: str, ref: str, reason: str) -> RightsRequest:
        """Write down that something was corrected; raises as `note_handover`."""
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, (RightsKind.CORRECTION,))
        reason = _require_words(reason, "reason")
        uow.decide(_subject(request), rule="", reason="rights.corrected", text=reason)
        corrected = CorrectedRecord(ref=ref, by=uow.actor.id, at=uow.at)
        return self._save(uow, evolve(request, corrections=(*request.corrections, corrected)), "rights.corrected")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def restrict(self, uow: UnitOfWork, request_id: RequestId, *, rule: str, reason: Reason) -> RightsRequest:
        """Restrict the use of the person's data to what the law requires.

        See `lookups.open_restrictions`.

        Raises:
            WrongStep, Refused: as `leave_out`; or they aren't used already, or the person only wants to know.
            BadInput: there is no ground.
        """
        request = self._lookups.load(uow, request_id).handled(uow.actor.id, RESTRICTABLE)
        rule, reason = _require_words(rule, "rule"), _require_words(reason, "reason")
        period = RestrictionPeriod(rule=rule, reason=reason, by=uow.actor.id, since=uow.at)
        uow.decide(_subject(request), rule=rule, reason="rights.restricted", text=reason)
        return self._save(uow, request.restricted(period), "rights.restricted")

    @command(Permission.RIGHTS_HANDLE, public=True)
    def lift_restriction(self, uow: UnitOfWork, request_id: RequestId, *, reason: Reason) -> RightsRequest:
        """End the restriction of a request, answered or not.

        Raises:
            WrongStep: it restricts nothing.
            Refused: the actor looked at who asks.
            BadInput: nothing is said of why.
        """
        request, reason = self._lookups.load(uow, request_id), _require_words(reason, "reason")
        lifted = request.lifted(uow.actor.id, uow.at, reason)
        uow.decide(_subject(request), rule="", reason="rights.lifted", text=reason)
        return self._save(uow, lifted, "rights.lifted")

    @step(Permission.RIGHTS_HANDLE)
    def note_answer(
        self, uow: UnitOfWork, request_id: str, answer: RightsAnswer, *, erasures: tuple[str, ...] = ()
    ) -> RightsRequest:
        """Write down how a request was answered; `erasures` carry it out.

        Raises:
            WrongStep: it was answered before, or nobody has shown who they are and it would be granted.
            BadInput: no ground for a refusal, no words, or no such way.
        """
        request = self._lookups.load(uow, request_id)
        ways = self.context.district.rights.deliveries
        if answer.way and answer.way not in ways:
            raise BadInput(
                "{way!r} isn't a way of delivery: choose one of {allowed} from [rights.deliveries] of the profile.",
                way=answer.way,
                allowed=tuple(ways),
            )
        _require_words(answer.text, "answer")
        answered = evolve(request.answered(answer), erasures=(*request.erasures, *erasures))
        uow.facts["outcome"] = answer.outcome.value
        uow.decide(_subject(request), rule=answer.rule, reason="rights.answered", text=answer.reason or answer.text)
        return self._save(uow, answered, "rights.answered")

    @step(Permission.OPERATE)
    def follow_erasure(self, uow: UnitOfWork, erasure: str, *, granted: bool, rule: str) -> None:
        """Answer the request that came with a platform's wish to be erased, as that was decided."""
        uow.permit(self.context.district.root)
        where: dict[str, Scalar | tuple[Scalar, ...]] = {"asks": RightsKind.OBJECTION.value, "state": OPEN_STATES}
        outcome = AnswerOutcome.GRANTED if granted else AnswerOutcome.REFUSED
        answer = RightsAnswer(outcome=outcome, by=uow.actor.id, at=uow.at, rule=rule, reason=f"erasure {erasure}")
        for request in uow.iter_all(RIGHTS_REQUEST, "oldest", where=where):
            if request.channel is RequestChannel.PLATFORM and erasure in request.erasures:
                self._save(uow, request.answered(answer, by_erasure=True), "rights.answered")

    @staticmethod
    def _save(uow: UnitOfWork, request: RightsRequest, event: str) -> RightsRequest:
        uow.facts["request"] = request.id
        uow.add_event(event)
        return uow.save(RIGHTS_REQUEST, request)


def _subject(request: RightsRequest) -> str:
    return f"rights_request:{request.id}"


def _require_words(text: str, argument: str) -> str:
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
