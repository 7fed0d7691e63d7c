"""What is known of a resident's conversation when a message comes."""

from datetime import date, datetime, timedelta

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import AskedQuestion
from anninh_core.vocabulary.rules import TalkRules


@frozen(kw_only=True)
class TalkCase:
    """A case of the resident that was heard lately.

    Attributes:
        ref: `kind:id`.
        heard_at: when its reporter last wrote of it, or we asked.
        category: of a tip, "" for none.
        is_open: whether its reporter can still add to it: no answer has arrived.
        is_worked_on: whether an officer still owes work on it: danger joins no other case.
        is_waiting: whether it waits for the resident.
        is_emergency: whether danger was reported in it, and an officer still owes work on it.
        ended_at: when its answer arrived, None while there is none.
        is_locked: whether a supervisor lock keeps it from the units that it accuses: danger joins no such case.
        units: where it happened, as far as known, places that were added included.
        text: words of a tip, of all messages that belong to it.
        received_on: day of its reception, which decides what a name of a place means.
        receipt: of a tip.
        is_private: whether nobody learns of it without its receipt: see `is_private_matter`.
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
        """Whether it is a tip, and no question."""
        return self.ref.startswith("tip:")


@frozen(kw_only=True)
class CaseHistory:
    """The cases of a resident's conversation, and what was asked in it.

    Attributes:
        at: when the message reached us.
        cases: the last ones heard, the latest first.
        quoted: the case of the message that is quoted, or "".
        named: the resident's own case whose receipt is in the text, or "".
        pointed_case: what is known of the case quoted or named; None for none.
        asked: candidates among which the resident was asked to choose.
        questions: what a digit may answer, the newest last.
        danger_asked_at: when the reporter was last asked about danger.
        starts_anew: whether the resident said that another matter follows.
        ruling: id of the resident's post about which a person ruled, and may still be appealed to; or "".
        quotes_ruling: whether the message quotes what was told about that ruling.
        pace: how much came lately, this message included.
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
        """Return one of the cases, None where it was heard too long ago to stand among them."""
        return next((case for case in self.cases if case.ref == ref), None)

    def open_cases_within(self, span: timedelta) -> tuple[TalkCase, ...]:
        """Return the cases that aren't over and were heard so lately, the latest first."""
        return tuple(case for case in self.cases if case.is_open and self.at - case.heard_at <= span)

    @property
    def question(self) -> AskedQuestion | None:
        """The newest question, as long as a digit answers it."""
        open_questions = [asked for asked in self.questions if self.at - asked.at <= self.rules.answers_within]
        return open_questions[-1] if open_questions else None

    @property
    def may_ask_danger(self) -> bool:
        """Whether nobody was asked for danger lately."""
        return self.danger_asked_at is None or self.at - self.danger_asked_at > self.rules.answers_within

    @property
    def current(self) -> tuple[TalkCase, ...]:
        """Cases that a further word belongs to by itself: one, or several tips that are told side by side."""
        told_together = tuple(case for case in self.open_cases_within(self.rules.joins_within) if case.is_tip)
        return told_together if len(told_together) > 1 else self.open_cases_within(self.rules.continues_for)[:1]

    @property
    def waiting(self) -> tuple[TalkCase, ...]:
        """Cases that wait for the resident's answer."""
        return tuple(case for case in self.cases if case.is_waiting)

    @property
    def open_tips(self) -> tuple[TalkCase, ...]:
        """Tips that can still be added to."""
        return tuple(case for case in self.cases if case.is_tip and case.is_open)

    @property
    def followed_up(self) -> tuple[TalkCase, ...]:
        """Open tips that a message may follow up on after the conversation about them has ended."""
        recent = self.open_cases_within(self.rules.followed_up_within)
        return tuple(case for case in recent if case.is_tip and case.is_worked_on)

    @property
    def answered(self) -> tuple[TalkCase, ...]:
        """Tips whose answer may still be objected to."""
        span = timedelta(days=self.rules.objection_days)
        return tuple(case for case in self.cases if case.is_tip and case.ended_at and self.at - case.ended_at <= span)

    @property
    def emergency(self) -> TalkCase | None:
        """The emergency that the resident told of a short while ago."""
        recent = self.open_cases_within(self.rules.danger_within)
        return next((case for case in recent if case.is_emergency), None)
