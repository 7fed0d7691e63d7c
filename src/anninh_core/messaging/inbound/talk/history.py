"""The history of a resident's conversation at the arrival of a message."""

from datetime import date, datetime, timedelta

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import AskedQuestion
from anninh_core.vocabulary.rules import TalkRules


@frozen(kw_only=True)
class TalkCase:
    """A recent case of a resident, with the facts that decide whether a message belongs to it.

    Attributes:
        ref: `kind:id`.
        heard_at: when its reporter last wrote about it, or was last asked.
        category: of a tip, "" for none.
        is_open: whether its reporter can still add to it: no answer has arrived.
        is_worked_on: whether an officer still has to work on it: danger joins no other case.
        is_waiting: whether it waits for the resident.
        is_emergency: whether danger was reported in it, and an officer still has to work on it.
        ended_at: when its answer arrived, None before that.
        is_locked: whether a supervisor lock keeps it from the units that it accuses: danger joins no such case.
        units: where it happened, as far as known, including places added later.
        text: text of a tip, from all messages that belong to it.
        received_on: day of its receipt, which decides the meaning of a place's name.
        receipt: of a tip.
        is_private: whether it is only revealed to someone with its receipt: see `is_private_matter`.
    """

    ref: str
    heard_at: datetime
    category: str = ""
    is_open: bool = True
    is_worked_on: bool = True
    is_waiting: bool = False
    is_emergency: bool = False
    is_locked: bool = False
    ended_at: datetime | None = None
    units: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    received_on: date = date.min
    receipt: str = ""
    is_private: bool = False

    @property
    def is_tip(self) -> bool:
        """Whether the case is a tip, not a question."""
        return self.ref.startswith("tip:")


@frozen(kw_only=True)
class CaseHistory:
    """The cases of a resident's conversation, and the questions asked in it.

    Attributes:
        at: when the message was received.
        cases: the recent cases, latest first.
        quoted: the case of the quoted message, or "".
        named: the resident's own case with its receipt in the text, or "".
        pointed_case: the quoted or named case, or None.
        asked: candidates among which the resident was asked to choose.
        questions: the questions that a digit may answer, newest last.
        danger_asked_at: when the reporter was last asked about danger.
        starts_anew: whether the resident announced another matter.
        ruling: id of the resident's post with an officer's decision that can still be appealed, or "".
        quotes_ruling: whether the message quotes the notification about that decision.
        pace: recent message counts, including this message.
    """

    at: datetime
    rules: TalkRules
    cases: tuple[TalkCase, ...] = ()
    quoted: str = ""
    named: str = ""
    pointed_case: TalkCase | None = None
    asked: tuple[str, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
    danger_asked_at: datetime | None = None
    starts_anew: bool = False
    ruling: str = ""
    ruled_at: datetime | None = None
    quotes_ruling: bool = False
    pace: Pace = field(factory=Pace)

    def case(self, ref: str) -> TalkCase | None:
        """Return the case with the reference `ref`, or None if it isn't among the recent ones."""
        return next((case for case in self.cases if case.ref == ref), None)

    def open_cases_within(self, span: timedelta) -> tuple[TalkCase, ...]:
        """Return the open cases about which a message came within the last `span`, latest first."""
        return tuple(case for case in self.cases if case.is_open and self.at - case.heard_at <= span)

    @property
    def question(self) -> AskedQuestion | None:
        """The newest question that the resident can still answer by a digit, or None."""
        open_questions = [question for question in self.questions if self.at - question.at <= self.rules.answers_within]
        return open_questions[-1] if open_questions else None

    @property
    def may_ask_about_danger(self) -> bool:
        """Whether the last question about danger was asked so long ago that another may be asked."""
        return self.danger_asked_at is None or self.at - self.danger_asked_at > self.rules.answers_within

    @property
    def current(self) -> tuple[TalkCase, ...]:
        """Cases to which a further message belongs by default: one case, or several tips reported in parallel."""
        parallel_tips = tuple(case for case in self.open_cases_within(self.rules.joins_within) if case.is_tip)
        return parallel_tips if len(parallel_tips) > 1 else self.open_cases_within(self.rules.continues_for)[:1]

    @property
    def waiting(self) -> tuple[TalkCase, ...]:
        """Cases that wait for the resident's answer."""
        return tuple(case for case in self.cases if case.is_waiting)

    @property
    def open_tips(self) -> tuple[TalkCase, ...]:
        """Tips that the reporter can still add to."""
        return tuple(case for case in self.cases if case.is_tip and case.is_open)

    @property
    def tips_to_follow_up(self) -> tuple[TalkCase, ...]:
        """Open tips that a message may still follow up on, although the conversation about them has ended."""
        recent = self.open_cases_within(self.rules.followed_up_within)
        return tuple(case for case in recent if case.is_tip and case.is_worked_on)

    @property
    def answered(self) -> tuple[TalkCase, ...]:
        """Answered tips to which the reporter can still object."""
        span = timedelta(days=self.rules.objection_days)
        return tuple(case for case in self.cases if case.is_tip and case.ended_at and self.at - case.ended_at <= span)

    @property
    def emergency(self) -> TalkCase | None:
        """The recent emergency that the resident reported, or None."""
        recent = self.open_cases_within(self.rules.danger_within)
        return next((case for case in recent if case.is_emergency), None)
