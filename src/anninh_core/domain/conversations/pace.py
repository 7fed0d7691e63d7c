"""How much somebody sends: counted in their sealed talk, so that it goes with it and nowhere else."""

from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.kernel.replacing import evolve
from anninh_core.vocabulary.rules import FloodRules

_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Pace:
    """What came in a talk lately. It says how much and when, never what, and is no mark on anybody.

    Attributes:
        since: when the time began in which messages are counted, None before the first.
        messages: how many came in it.
        day: when the day began in which cases are counted, None before the first.
        cases: how many were opened in it without anybody's act.
        over_at: when the last message came that was over a limit.
        told_at: when the sender was told of it.
        warned_at: when who wrote of danger over the limit was last sent the emergency numbers.
    """

    since: datetime | None = None
    messages: int = 0
    day: datetime | None = None
    cases: int = 0
    over_at: datetime | None = None
    told_at: datetime | None = None
    warned_at: datetime | None = None

    def heard(self, at: datetime, rules: FloodRules) -> "Pace":
        """Return the pace after one message more; one that comes late counts in the time that runs."""
        if self.since is None or at - self.since >= rules.person_window:
            return evolve(self, since=at, messages=1)
        return evolve(self, messages=self.messages + 1)

    def opened(self, at: datetime) -> "Pace":
        """Return the pace after a case was opened of what came."""
        if self.day is None or at - self.day >= _DAY:
            return evolve(self, day=at, cases=1)
        return evolve(self, cases=self.cases + 1)

    def has_too_many_messages(self, rules: FloodRules) -> bool:
        """Tell whether the message counted last is over the limit."""
        return self.messages > rules.person_messages

    def has_too_many_cases(self, at: datetime, rules: FloodRules) -> bool:
        """Tell whether no further case is opened today."""
        return self.day is not None and at - self.day < _DAY and self.cases >= rules.person_cases

    def begins_flood(self, at: datetime, rules: FloodRules) -> bool:
        """Tell whether a message over a limit is the first of a flood, of which its sender and officers are told.

        Messages are one flood until none was over the limit for the profile's minutes; cases, until a day is over.
        """
        if self.told_at is None or self.over_at is None:
            return True
        if self.has_too_many_messages(rules):
            return at - self.over_at > rules.person_window
        return at - self.told_at >= _DAY

    def flooded(self, at: datetime, rules: FloodRules) -> "Pace":
        """Return the pace after a message over a limit."""
        told_at = at if self.begins_flood(at, rules) else self.told_at
        return evolve(self, over_at=max(at, self.over_at or at), told_at=told_at)

    def warns(self, at: datetime, rules: FloodRules) -> bool:
        """Tell whether words of danger are answered once more by the emergency numbers."""
        is_due = self.warned_at is None or at - self.warned_at >= rules.danger_answer
        return is_due or not self.has_too_many_messages(rules)

    def warned(self, at: datetime) -> "Pace":
        """Return the pace after the emergency numbers were sent."""
        return evolve(self, warned_at=at)
