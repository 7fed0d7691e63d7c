"""What goes on in somebody's conversation: which cases were heard lately, and what we asked."""

from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.conversations.pace import Pace
from anninh_core.kernel.replacing import evolve

_MAX_CASES = 8
"""Older ones are reached by their number, or by quoting a message."""


@frozen(kw_only=True)
class HeardCase:
    """A case, `kind:id`, and when its reporter last wrote of it, or we last asked about it."""

    case: str
    at: datetime


@frozen(kw_only=True)
class Talk:
    """The state of a talk.

    Attributes:
        cases: the last ones heard, the latest first.
        asked: candidates among which the resident was asked to choose, in the order of their numbers; () for none.
        unassigned: ids of the messages that a choice puts in their case.
        starts_anew: whether the resident said that the next words are another matter.
        pace: how much came lately.
    """

    cases: tuple[HeardCase, ...] = ()
    asked: tuple[str, ...] = ()
    unassigned: tuple[str, ...] = ()
    starts_anew: bool = False
    pace: Pace = field(factory=Pace)

    def heard(self, case: str, at: datetime) -> "Talk":
        """Return the talk after words that belong to a case."""
        others = tuple(one for one in self.cases if one.case != case)
        latest = max((one.at for one in self.cases if one.case == case), default=at)
        cases = sorted((HeardCase(case=case, at=max(at, latest)), *others), key=lambda one: one.at, reverse=True)
        return evolve(self, cases=tuple(cases[:_MAX_CASES]), starts_anew=False)

    def joined(self, case: str, into: str) -> "Talk":
        """Return the talk after one of its cases was joined to another, which stands in its place from now on."""
        renamed = [HeardCase(case=into, at=one.at) if one.case == case else one for one in self.cases]
        latest = {one.case: one for one in sorted(renamed, key=lambda one: one.at)}
        cases = sorted(latest.values(), key=lambda one: one.at, reverse=True)
        asked = tuple(into if one == case else one for one in self.asked)  # the numbers stay those that were told
        return evolve(self, cases=tuple(cases), asked=asked)

    def in_doubt(self, message: str, candidates: tuple[str, ...]) -> "Talk":
        """Return the talk with one message more that waits for a choice; the resident is asked once."""
        return evolve(self, asked=self.asked or candidates, unassigned=(*self.unassigned, message))

    def decided(self) -> "Talk":
        """Return the talk after the choice."""
        return evolve(self, asked=(), unassigned=())

    def anew(self) -> "Talk":
        """Return the talk whose next words are another matter."""
        return evolve(self, starts_anew=True)
