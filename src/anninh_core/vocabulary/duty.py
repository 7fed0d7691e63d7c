"""Who is told of what comes in, how often, and when it goes a step up: rules of a district's profile."""

from datetime import time, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.errors import BadInput


class EscalationTarget(StrEnum):
    """Whom a new tip goes to that nobody has acknowledged."""

    SUPERVISOR = "supervisor"
    PARENT = "parent"


@frozen
class EscalationStep:
    """One step up.

    Attributes:
        after: how long after the first notice.
        to: who is told then.
    """

    after: timedelta
    to: EscalationTarget


@frozen(kw_only=True)
class DutyRules:
    """Rules of `[duty]`.

    Attributes:
        repage: how long until somebody who was paged and says nothing is paged again.
        hand_up: how long after somebody's first page the next on the list is paged.
        bundle: how long new tips are gathered before their officers are told.
        group_pause: for how long a group reads the emergency numbers once, however many say that there is danger.
        digest_at: when officers get their daily digest, on the district's clock; None for never.
        window_warning: how long before a shift an officer is asked to open the window of their chat.
        code_life: how long a code to bind a chat holds.
        code_tries: how many wrong codes end it.
        escalation: what becomes of a new tip that nobody acknowledges, in the order of time.
    """

    repage: timedelta = timedelta(minutes=3)
    hand_up: timedelta = timedelta(minutes=6)
    bundle: timedelta = timedelta(minutes=2)
    group_pause: timedelta = timedelta(minutes=15)
    digest_at: time | None = time(7, 30)
    window_warning: timedelta = timedelta(hours=12)
    code_life: timedelta = timedelta(minutes=30)
    code_tries: int = 5
    escalation: tuple[EscalationStep, ...] = (
        EscalationStep(timedelta(hours=4), EscalationTarget.SUPERVISOR),
        EscalationStep(timedelta(hours=12), EscalationTarget.PARENT),
    )

    def __attrs_post_init__(self) -> None:
        """Check that steps follow each other.

        Raises:
            BadInput: two steps are at the same time, or stand in another order than that of time.
        """
        spans = [step.after for step in self.escalation]
        if spans != sorted(set(spans)):
            raise BadInput("steps of the escalation stand in another order than that of their hours")
