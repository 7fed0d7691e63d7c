"""What is known of a resident's talk when a message comes."""

from datetime import datetime, timedelta

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.vocabulary.rules import TalkRules


@frozen(kw_only=True)
class TalkCase:
    """A case of the resident that was heard lately.

    Attributes:
        ref: `kind:id`.
        heard_at: when its reporter last wrote of it, or we asked.
        category: of a tip, "" for none.
        is_open: whether somebody still works on it.
        is_waiting: whether it waits for the resident.
        is_emergency: whether danger was told in it, and somebody still owes work on it.
        ended_at: when its answer arrived, None while there is none.
    """

    ref: str
    heard_at: datetime
    category: str = ""
    is_open: bool = True
    is_waiting: bool = False
    is_emergency: bool = False
    ended_at: datetime | None = None

    @property
    def is_tip(self) -> bool:
        """Whether it is a tip, and no question."""
        return self.ref.startswith("tip:")


@frozen(kw_only=True)
class TalkState:
    """A resident's talk.

    Attributes:
        at: when the message reached us.
        rules: of the profile.
        cases: the last ones heard, the latest first.
        quoted: the case of the message that is quoted, or "".
        named: the resident's own case whose receipt is in the text, or "".
        asked: candidates among which the resident was asked to choose.
        starts_anew: whether the resident said that another matter follows.
        ruling: id of the resident's post about which a person ruled, and may still be appealed to; or "".
        ruled_at: when.
        quotes_ruling: whether the message quotes what was told about that ruling.
        pace: how much came lately, this message included.
    """

    at: datetime
    rules: TalkRules
    cases: tuple[TalkCase, ...] = ()
    quoted: str = ""
    named: str = ""
    asked: tuple[str, ...] = ()
    starts_anew: bool = False
    ruling: str = ""
    ruled_at: datetime | None = None
    quotes_ruling: bool = False
    pace: Pace = field(factory=Pace)

    def case(self, ref: str) -> TalkCase | None:
        """Return one of the cases, None where it was heard too long ago to stand among them."""
        return next((case for case in self.cases if case.ref == ref), None)

    def heard_within(self, span: timedelta) -> tuple[TalkCase, ...]:
        """Return the cases that aren't over and were heard so lately, the latest first."""
        return tuple(case for case in self.cases if case.is_open and self.at - case.heard_at <= span)

    @property
    def current(self) -> tuple[TalkCase, ...]:
        """Cases that a further word belongs to by itself: one, or several tips that are told side by side."""
        beside = tuple(case for case in self.heard_within(self.rules.joins_within) if case.is_tip)
        return beside if len(beside) > 1 else self.heard_within(self.rules.continues_for)[:1]

    @property
    def waiting(self) -> tuple[TalkCase, ...]:
        """Cases that wait for the resident's answer."""
        return tuple(case for case in self.cases if case.is_waiting)

    @property
    def open_tips(self) -> tuple[TalkCase, ...]:
        """Tips that somebody works on."""
        return tuple(case for case in self.cases if case.is_tip and case.is_open)

    @property
    def answered(self) -> tuple[TalkCase, ...]:
        """Tips whose answer may still be objected to."""
        span = timedelta(days=self.rules.objection_days)
        return tuple(case for case in self.cases if case.is_tip and case.ended_at and self.at - case.ended_at <= span)

    @property
    def emergency(self) -> TalkCase | None:
        """The emergency that the resident told of a short while ago."""
        recent = self.heard_within(self.rules.danger_within)
        return next((case for case in recent if case.is_emergency), None)
