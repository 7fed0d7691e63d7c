"""What goes on in somebody's conversation: which cases were heard lately, and what we asked."""

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.kernel.replacing import evolve

_MAX_CASES = 8
"""Older ones are reached by their number, or by quoting a message."""

_MAX_FILES_ASKED = 8


class QuestionKind(StrEnum):
    """What a resident was asked, to be answered by a digit."""

    WHICH = "which"
    """Which case a message belongs to: the candidates are `Talk.asked`."""
    PLACE = "place"
    """Where it happened: the units are `Tip.place_options`."""
    DANGER = "danger"
    """Whether a person is in danger: 1 is yes, 2 is no."""


@frozen(kw_only=True)
class RecentCase:
    """A case, `kind:id`, and when its reporter last wrote of it, or we last asked about it."""

    case: str
    at: datetime


@frozen(kw_only=True)
class AskedQuestion:
    """A question that a digit answers, as long as it is the newest one and the profile's minutes last.

    Attributes:
        choices: how many numbers it offers.
        case: the case that it is about, `kind:id`; "" where that is what is asked.
    """

    kind: QuestionKind
    at: datetime
    choices: int
    case: str = ""


@frozen(kw_only=True)
class Talk:
    """The state of a talk.

    Attributes:
        cases: the last ones heard, the latest first.
        asked: candidates among which the resident was asked to choose, in the order of their numbers; () for none.
        unassigned: ids of the messages that a choice puts in their case.
        starts_anew: whether the resident said that the next words are another matter.
        pace: how much came lately.
        questions: those that a digit answers, the newest last, one of each kind; in talks of earlier versions a
            question which case is meant isn't among them.
        danger_asked_at: when the reporter was last asked about danger, also where that was answered.
        files_asked: cases, or messages without one, for which a lost file was asked for again.
    """

    cases: tuple[RecentCase, ...] = ()
    asked: tuple[str, ...] = ()
    unassigned: tuple[str, ...] = ()
    starts_anew: bool = False
    pace: Pace = field(factory=Pace)
    questions: tuple[AskedQuestion, ...] = ()
    danger_asked_at: datetime | None = None
    files_asked: tuple[str, ...] = ()

    def heard(self, case: str, at: datetime) -> "Talk":
        """Return the talk after words that belong to a case."""
        others = tuple(recent for recent in self.cases if recent.case != case)
        latest = max((recent.at for recent in self.cases if recent.case == case), default=at)
        cases = sorted((RecentCase(case=case, at=max(at, latest)), *others), key=lambda recent: recent.at, reverse=True)
        return evolve(self, cases=tuple(cases[:_MAX_CASES]), starts_anew=False)

    def joined(self, case: str, into: str) -> "Talk":
        """Return the talk after one of its cases was joined to another, which stands in its place from now on."""
        renamed = [RecentCase(case=into, at=one.at) if one.case == case else one for one in self.cases]
        latest = {one.case: one for one in sorted(renamed, key=lambda one: one.at)}
        cases = sorted(latest.values(), key=lambda one: one.at, reverse=True)
        asked = tuple(into if one == case else one for one in self.asked)  # the numbers stay those that were told
        questions = tuple(evolve(one, case=into) if one.case == case else one for one in self.questions)
        return evolve(self, cases=tuple(cases), asked=asked, questions=questions)

    def in_doubt(self, message: str, offered: tuple[str, ...], at: datetime) -> "Talk":
        """Return the talk with one message more that waits for a choice; the resident is asked once."""
        talk = evolve(self, asked=self.asked or offered, unassigned=(*self.unassigned, message))
        if self.asked or self.unassigned or not offered:
            return talk
        return talk.with_question(AskedQuestion(kind=QuestionKind.WHICH, at=at, choices=len(offered) + 1))

    def decided(self) -> "Talk":
        """Return the talk after the choice."""
        return evolve(self.without_question(QuestionKind.WHICH), asked=(), unassigned=())

    def with_question(self, question: AskedQuestion) -> "Talk":
        """Return the talk after a question; it takes the place of an earlier one of its kind."""
        questions = (*self.without_question(question.kind).questions, question)
        is_danger = question.kind is QuestionKind.DANGER
        return evolve(self, questions=questions, danger_asked_at=question.at if is_danger else self.danger_asked_at)

    def without_question(self, kind: QuestionKind) -> "Talk":
        """Return the talk after a question of a kind was answered."""
        return evolve(self, questions=tuple(asked for asked in self.questions if asked.kind is not kind))

    def with_file_asked(self, about: str) -> "Talk":
        """Return the talk after a lost file of a case was asked for."""
        return evolve(self, files_asked=(*self.files_asked, about)[-_MAX_FILES_ASKED:])

    def anew(self) -> "Talk":
        """Return the talk whose next words are another matter."""
        return evolve(self, starts_anew=True)
