"""Tips that may belong to one incident, and a common answer to its reporters, sent to each of them separately."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from attrs import evolve, field, frozen

from anninh_core.domain.duty.alarm import make_alarm_id
from anninh_core.domain.duty.bundles import find_covering_alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.lookups import find_tip_claim, iter_covered_tips
from anninh_core.domain.services import Services
from anninh_core.domain.tips.incidents.service import ShownIncident
from anninh_core.domain.tips.incidents.states import ReporterRole
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.domain.tips.views import TipRow
from anninh_core.kernel.errors import AnninhError, BadInput
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import clip, nfc
from anninh_core.usecase.arguments import Alias, IncidentId, OneLine, SettlingReason, TipId, Words
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import ViewContext, make_view, view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

_MOST_WORDS = 300
_PAGED_TOGETHER = "officers were paged about them together"
Outcome = Annotated[Literal["resolved", "unfounded", "refused"], Alias("Outcome", choices="settling_outcomes")]

FindProblem = Callable[[str, str], str]
"""Returns why a text can't be sent to a conversation, or ""."""


class AnswerWay(StrEnum):
    """How a reporter of an incident is answered."""

    SEND = "send"
    """The common words can be sent."""
    CALL = "call"
    """The reporter has no chat, so a person calls them."""
    HOLD = "hold"
    """Something in the words or in the tip prevents the common answer."""
    ALONE = "alone"
    """The reporter is an accuser or a party to a quarrel, and is answered separately."""
    DONE = "done"
    """The reporter was already answered."""


@view(listed=("tip.receipt", "tip.received_at", "claimed_by", "words"))
class ProposedTipView:
    """A tip that may report the same event as another; a person decides.

    Attributes:
        tip: the tip.
        words: the beginning of the report.
        reasons: why it is proposed.
        was_paged_together: whether officers got urgent notices about both from one alarm.
        claimed_by: id of the officer who has it; "" for no officer.
    """

    tip: TipRow
    words: str = field(repr=False)
    reasons: tuple[str, ...]
    was_paged_together: bool
    claimed_by: str


@frozen(kw_only=True)
class ProposedTip:
    """A tip that may report the same event as another; fields as in `ProposedTipView`."""

    tip: Tip
    reasons: tuple[str, ...]
    claimed_by: str = ""

    @property
    def items(self) -> tuple[Tip, ...]:
        """The displayed tip, as the journal records it."""
        return (self.tip,)

    @property
    def was_paged_together(self) -> bool:
        """Whether officers got urgent notices about both from one alarm."""
        return _PAGED_TOGETHER in self.reasons

    def for_handlers(self, names: Pseudonyms) -> "ProposedTip":
        """Return the proposal as officers see it: with the reporter's pseudonym for that case."""
        return evolve(self, tip=self.tip.for_handlers(names))

    def to_view(self, context: ViewContext) -> ProposedTipView:
        """Return the view of the proposal, with the beginning of its text."""
        words = clip(" ".join(self.tip.text.split()), _MOST_WORDS)
        return make_view(ProposedTipView, self, tip=self.tip.to_row(context), words=words)


@view
class ReporterAnswerView:
    """What one reporter of an incident would read, or was sent.

    Attributes:
        tip: id of the tip.
        receipt: receipt of the tip.
        reported: the beginning of the report.
        way: whether the text is sent, and if not, why.
        role: the reporter's role in the incident.
        text: the whole text, with the reporter's own receipt; "" if nothing is sent.
        exposed: pieces of the words that may identify another person.
        problem: what else prevents sending the text, "" for nothing.
    """

    tip: str
    receipt: str
    reported: str = field(repr=False)
    way: AnswerWay
    role: ReporterRole
    text: str = field(repr=False)
    exposed: tuple[str, ...] = field(repr=False)
    problem: str


@view
class IncidentAnswerView:
    """The answers to the reporters of an incident, and how many there are of each kind; the counts add up to the number
    of tips shown.

    Attributes:
        incident: id of the incident.
        answers: one for each reporter, those that need a person first.
        sent: how many are sent.
        called: how many reporters have no chat, so that a person calls them.
        held: how many are held.
        alone: how many reporters are answered alone.
        done: how many were answered before.
    """

    incident: str
    answers: tuple[ReporterAnswerView, ...]
    sent: int
    called: int
    held: int
    alone: int
    done: int


class IncidentWork(Workflow):
    """Proposes tips that may belong to one incident, and answers the reporters of an incident with common words."""

    action_prefix = "incidents"

    def __init__(self, runner: UseCaseRunner, services: Services, find_problem: FindProblem) -> None:
        super().__init__(runner, services)
        self._find_problem = find_problem

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def propose(self, session: ReadSession, tip_id: TipId) -> tuple[ProposedTip, ...]:
        """Return open tips that may report the same event as a tip, with reasons. Nothing is joined: an officer does.

        First those with a common urgent notice, then those alike in place, time and words.

        Raises:
            NotVisible: there is no such tip, or it isn't the actor's.
        """
        tip = get_permitted_tip(session, tip_id)
        if tip.is_locked:
            return ()
        reasons: dict[str, tuple[Tip, tuple[str, ...]]] = {
            other.id: (other, (_PAGED_TOGETHER,)) for other in self._iter_paged_together(session, tip)
        }
        for similar in session.include(self.services.tips.sorting.suggest_duplicates, tip.id):
            paged = reasons.get(similar.tip.id, (similar.tip, ()))[1]
            reasons[similar.tip.id] = (similar.tip, (*paged, *similar.likeness.reasons))
        return tuple(
            ProposedTip(tip=other, reasons=why, claimed_by=_find_claimant(session, other))
            for other, why in reasons.values()
            if other.is_open
            and other.id != tip.id
            and not other.is_locked
            and (not tip.incident or other.incident != tip.incident)
        )

    @query(Permission.TIP_HANDLE, traced=True, public=True)
    def preview_answer(
        self, session: ReadSession, incident_id: IncidentId, text: Words, *, outcome: Outcome = "resolved"
    ) -> IncidentAnswerView:
        """Return what each reporter of an incident would read, and who isn't answered with the others and why.

        The words are checked for each reporter: their own name, number and receipt reveal nothing to them. The call
        leaves an entry with how many answers were held.

        Args:
            incident_id: its id.
            text: words as for one person; each reporter's receipt is put before them.
            outcome: resolved, unfounded or refused.

        Raises:
            BadInput: no words.
            NotVisible: there is no such incident, or it isn't the actor's.
        """
        session.permitted_units()
        shown_incident = session.include(self.services.tips.incidents.get_to_answer, incident_id)
        answers = self._plan_answers(session, shown_incident, _require_words(text), TipState(outcome))
        session.facts |= {"incident": incident_id, "held": sum(answer.way is AnswerWay.HOLD for answer in answers)}
        return _build_answer_view(incident_id, answers)

    @command(Permission.TIP_HANDLE, public=True, daily=True, sends=True)
    def answer(
        self,
        uow: UnitOfWork,
        incident_id: IncidentId,
        text: Words,
        *,
        tips: Sequence[TipId],
        outcome: Outcome,
        reason: SettlingReason,
        evidence: OneLine = "",
    ) -> IncidentAnswerView:
        """Settle tips of an incident with common words, and send these to each reporter with their own receipt.

        An untriaged tip is triaged as the category that its words suggested. A tip with a reporter who can't be
        answered like this stays unchanged, and the result says why; one that was answered before isn't answered again,
        so that the same command can be repeated.

        Args:
            incident_id: its id.
            text: words as for one person.
            tips: ids of the tips to answer, as the preview showed them.
            outcome: resolved, unfounded or refused.
            reason: reason code.
            evidence: what the outcome rests on, if the profile requires it.

        Raises:
            BadInput: no words, no tip is named, or one isn't in the incident; an unknown reason, or no evidence.
            NotVisible: there is no such incident or tip, or it isn't the actor's.
        """
        uow.permitted_units()
        shown_incident = uow.include(self.services.tips.incidents.get_to_answer, incident_id)
        by_id = {tip.id: tip for tip in shown_incident.tips}
        for tip in [get_permitted_tip(uow, id) for id in tips]:
            if tip.id not in by_id:
                raise BadInput(
                    "Tip {receipt} isn't in this incident: {act:incidents.preview_answer} shows its tips.",
                    receipt=tip.receipt,
                )
        if not tips:
            raise BadInput("No tip is named: {act:incidents.preview_answer} shows which tips can be answered.")
        chosen = evolve(shown_incident, tips=tuple(by_id[id] for id in dict.fromkeys(tips)))
        words = _require_words(text)
        answers = self._plan_answers(uow, chosen, words, TipState(outcome))
        service = self.services.tips
        for answer in answers:
            tip = by_id[answer.tip]
            if answer.way is not AnswerWay.SEND:
                continue
            if tip.state is TipState.RECEIVED and tip.category:
                uow.include(service.handling.triage, tip.id, category=tip.category)
            uow.include(
                service.settling.settle, tip.id, TipState(outcome), answer=words, reason=reason, evidence=evidence
            )
            uow.include(service.settling.answer, tip.id)
        uow.unit = shown_incident.incident.unit
        uow.facts |= {"incident": incident_id, "answered": sum(answer.way is AnswerWay.SEND for answer in answers)}
        uow.add_event("incident.answered")
        return _build_answer_view(incident_id, answers)

    def _iter_paged_together(self, session: ReadSession, tip: Tip) -> Iterator[Tip]:
        """Yield the other tips that share an alarm with `tip`, if the actor may read them."""
        case = f"{TIP.name}:{tip.id}"
        alarm = find_covering_alarm(session, case) or session.get_readable(ALARM, make_alarm_id(case))
        permitted = session.permitted_units()
        for other in () if alarm is None else iter_covered_tips(session, alarm):
            is_permitted = permitted is None or not {*TIP.all_units(other)}.isdisjoint(permitted)
            if is_permitted and not session.is_barred(other.barred):
                yield other

    def _plan_answers(
        self, session: ReadSession, shown_incident: ShownIncident, words: str, outcome: TipState
    ) -> tuple[ReporterAnswerView, ...]:
        """Return what each reporter of an incident would read, beginning with the answers that need a person."""
        exposes = bool(self.services.leaks.check.find_exposure(words))
        answers = [
            self._plan_answer(session, shown_incident, tip, words, outcome, exposes=exposes)
            for tip in shown_incident.tips
        ]
        return tuple(sorted(answers, key=lambda answer: _ORDER[answer.way]))

    def _plan_answer(
        self,
        session: ReadSession,
        shown_incident: ShownIncident,
        tip: Tip,
        words: str,
        outcome: TipState,
        *,
        exposes: bool,
    ) -> ReporterAnswerView:
        role = shown_incident.roles[tip.id]
        text = self.context.district.say("tip.answer", receipt=tip.receipt, text=words)
        exposed: tuple[str, ...] = ()
        problem = ""
        if _is_answered(tip):
            way = AnswerWay.DONE
        elif role is not ReporterRole.WITNESS:
            way = AnswerWay.ALONE
        elif not tip.conversation:
            way = AnswerWay.CALL
        else:
            exposed = self._find_leaks(tip, words) if exposes else ()
            problem = _find_obstacle(session, tip, outcome) or self._find_problem(tip.conversation, text)
            way = AnswerWay.HOLD if exposed or problem else AnswerWay.SEND
        return ReporterAnswerView(
            tip=tip.id,
            receipt=tip.receipt,
            reported=clip(" ".join(tip.text.split()), _MOST_WORDS) if tip.is_open else "",
            way=way,
            role=role,
            text=text if way in (AnswerWay.SEND, AnswerWay.HOLD) else "",
            exposed=exposed,
            problem=problem,
        )

    def _find_leaks(self, tip: Tip, words: str) -> tuple[str, ...]:
        """Return the pieces of the common words that may identify another person than the reporter."""
        exposure = self.services.leaks.check.find_exposure(words, reader=tip.conversation)
        pieces = (exposure.text[start:end] for start, end in exposure.spans)
        return tuple(dict.fromkeys(piece for piece in pieces if piece.upper() != tip.receipt))


_ORDER: Mapping[AnswerWay, int] = {
    way: number
    for number, way in enumerate((AnswerWay.HOLD, AnswerWay.CALL, AnswerWay.SEND, AnswerWay.ALONE, AnswerWay.DONE))
}


def _is_answered(tip: Tip) -> bool:
    """Return whether a tip's answer is in transit or has arrived, or its reporter withdrew it."""
    is_over = tip.state in (TipState.ANSWERED, TipState.CLOSED, TipState.REOPEN_REQUESTED, TipState.WITHDRAWN)
    return not tip.is_open and (is_over or "answer_sent" in tip.moments)


def _find_obstacle(session: ReadSession, tip: Tip, outcome: TipState) -> str:
    """Return why a tip can't be settled and answered now, or ""."""
    if not tip.is_open:
        return Sentence("The tip was settled with words of its own: answer it separately.")
    if tip.state is TipState.RECEIVED and not tip.category and outcome is not TipState.REFUSED:
        return Sentence("The tip has no category: triage it first.")
    if tip.open_subcases:
        return Sentence("Other units still work on parts of the tip: answer it separately.")
    try:
        TIP_STEPS.require("settle", tip, session)
    except AnninhError as error:
        return error.sentence
    return ""


def _find_claimant(session: ReadSession, tip: Tip) -> str:
    claim = find_tip_claim(session, tip) or tip.find_running_claim(session.at)
    return claim.by if claim is not None else ""


def _require_words(words: str) -> str:
    if not words.strip():
        raise BadInput("The answer is empty: write what the reporters should read.")
    return nfc(words)


def _build_answer_view(incident: str, answers: tuple[ReporterAnswerView, ...]) -> IncidentAnswerView:
    counts = {way: sum(answer.way is way for answer in answers) for way in AnswerWay}
    return IncidentAnswerView(
        incident=incident,
        answers=answers,
        sent=counts[AnswerWay.SEND],
        called=counts[AnswerWay.CALL],
        held=counts[AnswerWay.HOLD],
        alone=counts[AnswerWay.ALONE],
        done=counts[AnswerWay.DONE],
    )
