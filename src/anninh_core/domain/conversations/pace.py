"""Counts of a person's recent messages and cases. They are part of the person's encrypted talk, so that they are purged
with it.
"""

from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.kernel.replacing import evolve
from anninh_core.vocabulary.rules import FloodRules

_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Pace:
    """The pace of a person: how many messages and cases recently came in a talk, and when, without their content. The
    counts don't mark a person.

    Attributes:
        since: beginning of the period that counts messages, None before the first.
        messages: number of messages in that period.
        day: beginning of the day that counts cases, None before the first.
        cases: number of cases opened automatically in that day.
        over_at: time of the last message over a limit.
        told_at: when the sender was notified of the limit.
        warned_at: when a sender who wrote of danger over the limit last got the emergency numbers.
    """

    since: datetime | None = None
    messages: int = 0
    day: datetime | None = None
    cases: int = 0
    over_at: datetime | None = None
    told_at: datetime | None = None
    warned_at: datetime | None = None

    def heard(self, at: datetime, rules: FloodRules) -> "Pace":
        """Return the pace after another message of the person; a late message counts in the current period."""
        if self.since is None or at - self.since >= rules.person_window:
            return evolve(self, since=at, messages=1)
        return evolve(self, messages=self.messages + 1)

    def opened(self, at: datetime) -> "Pace":
        """Return the pace after a case was opened automatically for the person."""
        if self.day is None or at - self.day >= _DAY:
            return evolve(self, day=at, cases=1)
        return evolve(self, cases=self.cases + 1)

    def has_too_many_messages(self, rules: FloodRules) -> bool:
        """Return whether the last counted message is over the limit."""
        return self.messages > rules.person_messages

    def has_too_many_cases(self, at: datetime, rules: FloodRules) -> bool:
        """Return whether the day's limit of opened cases is reached."""
        return self.day is not None and at - self.day < _DAY and self.cases >= rules.person_cases

    def begins_flood(self, at: datetime, rules: FloodRules) -> bool:
        """Return whether a message over a limit begins a flood, so that its sender and the officers are notified.

        Messages belong to one flood until none has been over the limit for the profile's minutes; cases, until a day is
        over.
        """
        if self.told_at is None or self.over_at is None:
            return True
        if self.has_too_many_messages(rules):
            return at - self.over_at > rules.person_window
        return at - self.told_at >= _DAY

    def flooded(self, at: datetime, rules: FloodRules) -> "Pace":
        """Return the pace after another message that is over a limit."""
        told_at = at if self.begins_flood(at, rules) else self.told_at
        return evolve(self, over_at=max(at, self.over_at or at), told_at=told_at)

    def is_warning_due(self, at: datetime, rules: FloodRules) -> bool:
        """Return whether the emergency numbers are sent again in reply to a message about danger."""
        is_due = self.warned_at is None or at - self.warned_at >= rules.danger_answer
        return is_due or not self.has_too_many_messages(rules)

    def warned(self, at: datetime) -> "Pace":
        """Return the pace after the person got the emergency numbers."""
        return evolve(self, warned_at=at)
