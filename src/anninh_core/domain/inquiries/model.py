"""An inquiry, which is a resident's question on procedures. Every transition is a pure method."""

from datetime import date, datetime, timedelta

from attrs import evolve, field, frozen

from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.inquiries.views import InquiryRow, InquiryView
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.usecase.views import make_view

S = InquiryState
AT_ONCE = timedelta(hours=1)
"""Working time within which a first answer counts as immediate."""
UNANSWERED = (S.RECEIVED.value, S.REPLIED.value)

TRANSITIONS: dict[InquiryState, frozenset[InquiryState]] = {
    S.RECEIVED: frozenset({S.REPLIED, S.ANSWERED, S.BECAME_TIP}),
    S.REPLIED: frozenset({S.RECEIVED, S.REPLIED, S.ANSWERED, S.BECAME_TIP}),
    S.ANSWERED: frozenset({S.RECEIVED, S.CLOSED, S.BECAME_TIP}),
    S.CLOSED: frozenset({S.RECEIVED, S.BECAME_TIP}),
    S.BECAME_TIP: frozenset(),
}
"""State machine of inquiries. Transitions not listed here are impossible."""


@frozen(kw_only=True)
class Inquiry:
    """A question of a resident.

    Attributes:
        conversation: conversation id that the answer is sent to; "" for a caller or visitor.
        question: the resident's text.
        article, edition: source of the answer in the knowledge base; "" and 0 for an officer's own words.
        answer, source: the answer's text, and its source.
        answer_proof: evidence that the answer arrived.
        tip: id of the tip that it became, "" for none.
        waited: working seconds from its reception to the first answer; None before that.
        from_tip: id of the tip that it was before, "" for none.
    """

    id: str
    unit: str
    question: str = field(repr=False)
    conversation: str
    received_at: datetime
    received_day: date
    state: InquiryState = InquiryState.RECEIVED
    article: str = ""
    edition: int = 0
    answer: str = field(default="", repr=False)
    source: str = ""
    answer_proof: str = field(default="", repr=False)
    answered_day: date | None = None
    tip: str = ""
    from_tip: str = ""
    waited: int | None = None
    version: int = 0

    def for_handlers(self, names: Pseudonyms) -> "Inquiry":
        """Return the inquiry for officers: with a pseudonym of the resident that is used in this case only."""
        return evolve(self, conversation=names(self.conversation, f"inquiry:{self.id}"))

    def to_row(self) -> InquiryRow:
        """Return the inquiry as a row of a list."""
        return make_view(InquiryRow, self)

    def to_view(self) -> InquiryView:
        """Return the full view of the inquiry."""
        return make_view(InquiryView, self)

    @property
    def has_chat(self) -> bool:
        """Whether the inquiry's resident has a chat that an answer can be sent to."""
        return bool(self.conversation)

    @property
    def is_open(self) -> bool:
        """Whether the inquiry still needs an answer."""
        return self.state.value in UNANSWERED

    @property
    def ended_on(self) -> date | None:
        """The day on which the inquiry was answered, or None. For an inquiry that became a tip, the day of its
        reception.
        """
        if self.state is S.BECAME_TIP:
            return self.received_day
        return None if self.state.value in UNANSWERED else self.answered_day

    @property
    def is_answered_at_once(self) -> bool:
        """Whether the inquiry's answer is known to have arrived, and the first answer was sent within `AT_ONCE`."""
        is_soon = self.waited is not None and self.waited <= AT_ONCE.total_seconds()
        return is_soon and self.answered_day is not None

    def require_possible(self, to: InquiryState) -> None:
        """Check that the state machine allows the transition to the state `to`.

        Raises:
            WrongStep: the transition isn't allowed; the error names the possible states.
        """
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Inquiry {inquiry} is {state} and can't become {to}. Possible next states: {allowed}.",
                inquiry=self.id,
                state=self.state,
                to=to,
                allowed=sorted(TRANSITIONS[self.state]),
            )

    def moved(self, to: InquiryState) -> "Inquiry":
        """Return the inquiry in the state `to`; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to)

    def replied(self, answer: str, source: str, *, article: str = "", edition: int = 0) -> "Inquiry":
        """Return the inquiry with an answer for the resident, which hasn't arrived yet."""
        if not answer.strip():
            raise BadInput(
                "Inquiry {inquiry} can't be answered without a text: give an article or write the text.",
                inquiry=self.id,
            )
        return evolve(self.moved(S.REPLIED), answer=answer, source=source, article=article, edition=edition)

    def after_waiting(self, seconds: int) -> "Inquiry":
        """Return the inquiry with its resident's waiting time until the first answer; later answers don't change it."""
        return self if self.waited is not None else evolve(self, waited=seconds)

    def answered(self, proof: str, day: date) -> "Inquiry":
        """Return the inquiry with its answer known to have arrived."""
        return evolve(self.moved(S.ANSWERED), answer_proof=proof, answered_day=day)

    def asked_again(self) -> "Inquiry":
        """Return the inquiry after the resident wrote more: it waits for an answer again."""
        return self if self.state is S.RECEIVED else evolve(self.moved(S.RECEIVED), answer_proof="", answered_day=None)

    def became(self, tip: str) -> "Inquiry":
        """Return the inquiry after it turned out to be a tip."""
        return evolve(self.moved(S.BECAME_TIP), tip=tip, answer_proof="", answered_day=None)
