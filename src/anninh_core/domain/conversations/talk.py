"""The running exchange with a resident: recent cases, and questions that we asked."""

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.kernel.replacing import evolve

_MAX_CASES = 8
"""Maximum number of recent cases in a talk; a resident reaches an older case by its number, or by quoting a message."""

_MAX_FILES_ASKED = 8


class QuestionKind(StrEnum):
    """Kind of a question to a resident that is answered by a digit."""

    WHICH = "which"
    """Which case a message belongs to: the candidates are `Talk.asked`."""
    PLACE = "place"
    """Where it happened: the units are `Tip.place_options`."""
    DANGER = "danger"
    """Whether a person is in danger: 1 is yes, 2 is no."""


@frozen(kw_only=True)
class RecentCase:
    """A case, `kind:id`, and when its reporter last wrote about it or we last asked about it."""

    case: str
    at: datetime


@frozen(kw_only=True)
class AskedQuestion:
    """A question that a digit answers, while it is the newest question and the profile's minutes last.

    Attributes:
        choices: number of choices that it offers.
        case: case that it is about, `kind:id`; "" if the question is which case.
    """

    kind: QuestionKind
    at: datetime
    choices: int
    case: str = ""


@frozen(kw_only=True)
class Talk:
    """The state of the running exchange with a resident.

    Attributes:
        cases: recent cases, the latest first.
        asked: candidates that the resident was asked to choose from, in the order of their numbers; () for none.
        unassigned: ids of the messages that a choice assigns to a case.
        starts_anew: whether the resident announced that the next message is a new matter.
        pace: recent amounts of messages and cases.
        questions: questions that a digit answers, the newest last, one of each kind; in talks of earlier versions, the
            question which case is meant isn't among them.
        danger_asked_at: when the reporter was last asked about danger, even if that was answered.
        files_asked: cases, or messages without a case, for which a lost file was requested again.
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
        """Return the talk after a message that belongs to a case."""
        others = tuple(recent for recent in self.cases if recent.case != case)
        latest = max((recent.at for recent in self.cases if recent.case == case), default=at)
        cases = sorted((RecentCase(case=case, at=max(at, latest)), *others), key=lambda recent: recent.at, reverse=True)
        return evolve(self, cases=tuple(cases[:_MAX_CASES]), starts_anew=False)

    def joined(self, case: str, into: str) -> "Talk":
        """Return the talk after one of its cases was joined to another, which replaces it."""
        renamed = [RecentCase(case=into, at=recent.at) if recent.case == case else recent for recent in self.cases]
        latest = {recent.case: recent for recent in sorted(renamed, key=lambda recent: recent.at)}
        cases = sorted(latest.values(), key=lambda recent: recent.at, reverse=True)
        # The candidates keep the numbers that the resident was shown.
        candidates = tuple(into if candidate == case else candidate for candidate in self.asked)
        questions = tuple(
            evolve(question, case=into) if question.case == case else question for question in self.questions
        )
        return evolve(self, cases=tuple(cases), asked=candidates, questions=questions)

    def in_doubt(self, message: str, offered: tuple[str, ...], at: datetime) -> "Talk":
        """Return the talk with another message that waits for the resident's choice of a case; the resident is asked
        only once.
        """
        talk = evolve(self, asked=self.asked or offered, unassigned=(*self.unassigned, message))
        if self.asked or self.unassigned or not offered:
            return talk
        return talk.with_question(AskedQuestion(kind=QuestionKind.WHICH, at=at, choices=len(offered) + 1))

    def decided(self) -> "Talk":
        """Return the talk without the question which case is meant, after it was answered."""
        return evolve(self.without_question(QuestionKind.WHICH), asked=(), unassigned=())

    def with_question(self, question: AskedQuestion) -> "Talk":
        """Return the talk with a question, which replaces an earlier one of its kind."""
        questions = (*self.without_question(question.kind).questions, question)
        is_danger = question.kind is QuestionKind.DANGER
        return evolve(self, questions=questions, danger_asked_at=question.at if is_danger else self.danger_asked_at)

    def without_question(self, kind: QuestionKind) -> "Talk":
        """Return the talk without the question of a kind, which was answered."""
        return evolve(self, questions=tuple(question for question in self.questions if question.kind is not kind))

    def with_file_asked(self, about: str) -> "Talk":
        """Return the talk after a lost file of a case was requested again."""
        return evolve(self, files_asked=(*self.files_asked, about)[-_MAX_FILES_ASKED:])

    def anew(self) -> "Talk":
        """Return the talk with a new matter expected in the next message."""
        return evolve(self, starts_anew=True)
