"""Rules of a profile for categories, gates, the charter, deadlines and routing. All are dated data, none is code."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of weekdays in profiles, starting with Monday."""

TIP_FACTS: Mapping[str, tuple[str, ...]] = {
    "emergency": ("no", "yes"),
    "legal_kind": (),
    "origin": ("entry", "group", "import", "letter", "one_to_one", "phone", "website"),
    "place": (),
}
"""Name of a tip's fact that a routing rule may require -> the fact's possible values; empty if they come from the
profile or are free text.

All other data of a tip either have their own condition or could reveal its reporter.
"""


@frozen(kw_only=True)
class Category:
    """A category of incoming tips or of outgoing content (P-II.3.2).

    Attributes:
        urgency: initial urgency of a tip of this category: `ordinary` or `serious`.
        legal_kind: the legal kind suggested first (a person sets it).
        words: folded phrases that suggest it.
        needs_decision: an item of this category must cite an official decision (wanted notices).
        needs_requester: an item of this category names its requester and how the requester was checked (family
            searches).
        danger_reply: name of the wording that answers words of this incoming category, which always mean danger; "" if
            its words alone mean none.
        in_register: whether tips of this category are listed in the register of potential crimes.
    """

    id: str
    name: str
    urgency: str = "ordinary"
    legal_kind: str = "feedback"
    words: tuple[str, ...] = ()
    needs_decision: bool = False
    needs_requester: bool = False
    danger_reply: str = ""
    in_register: bool = True


@frozen
class Gate:
    """One of the four gates (P-II.3.1.c): a question that a person answers before anything is published."""

    id: str
    question: str


@frozen
class CharterRule:
    """A rule of the group charter; moderators give its `code` as the reason of their decision."""

    code: str
    text: str
    words: tuple[str, ...] = ()


@frozen(kw_only=True)
class Charter:
    """The published rules that group members must follow (P-II.1.b).

    Attributes:
        appeal_days: days an author has to appeal against a moderation decision.
    """

    version: str
    title: str
    rules: tuple[CharterRule, ...]
    reminder: str
    appeal_days: int = 7


@frozen(kw_only=True)
class DeadlineRule:
    """A deadline for work on a tip, set by law or by the district.

    Attributes:
        legal_kinds, urgencies: tips that it applies to; empty means all.
        start: start of the period: `received`, `settled`, or `revoked` (a suspension was revoked).
        met_by: event that meets it: `receipt` (the reporter has the receipt in chat), `notice` (a written notice was
            recorded, or that the reporter refused to be named), `assigned`, `settled` or `answered`.
        decision: decision that must be recorded before it runs: `complex`, `extended`, `revoked`, or "" for none.
        limit: `24h`, `7d`, `3wd` (working days), `2m` (months).
        warn_days, warn_hours: how long before the earlier reading of the limit a warning is due; both are added.
        source: the rule of law that it comes from.
        own: the district's own deadline instead of a rule of law: it pauses while the reporter is being asked. No other
            deadline does.
        moves: a limit that ends on a day off ends on the next working day.
        moves_by: the rule of law that moves it.
        suspends: a recorded suspension stops it.
        replaces: deadlines that this one replaces once its decision was recorded; its direct predecessor is last.
    """

    id: str
    name: str
    limit: str
    source: str
    start: str = "received"
    met_by: str = "settled"
    decision: str = ""
    legal_kinds: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    warn_days: int = 1
    valid_from: date = date.min
    valid_to: date = date.max
    warn_hours: int = 0
    own: bool = False
    moves: bool = False
    moves_by: str = ""
    suspends: bool = False
    replaces: tuple[str, ...] = ()


@frozen
class HourSpan:
    """A span of hours in Vietnam's time zone; a span that ends before it starts crosses midnight."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Return whether the span of hours contains the time of day of `moment`; the end of the span is excluded."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@frozen(kw_only=True)
class RoutingRule:
    """A rule that chooses the unit that handles a tip: all conditions of a rule must hold, and the first rule that
    matches wins.

    Attributes:
        to: a unit id, or `own` for the unit the tip came from.
        categories, urgencies: tips that it applies to; empty means all.
        legal_kinds: legal kinds of tips that it applies to; empty means all.
        emergency: whether the tip must be an emergency, or must not be; None for either.
        areas: units that contain the tip's unit, or are it; empty means everywhere.
        hours: times of day of its reception, in Vietnam's time zone; a span that ends before it starts crosses
            midnight. Empty means any.
        weekdays: weekdays of its reception, 0 for Monday; empty means any.
        holiday: whether it was received on a holiday of the calendar; None for either.
        words: folded phrases, at least one present in its text; empty means any text.
        facts: name of `TIP_FACTS` -> value that the tip must have. A tip with an unknown fact doesn't match, such as
            the place before a person has entered it. Values are compared by `same_text`.
    """

    id: str
    to: str
    reason: str
    categories: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(factory=dict)
    legal_kinds: frozenset[str] = frozenset()
    emergency: bool | None = None
    areas: frozenset[str] = frozenset()
    hours: tuple[HourSpan, ...] = ()
    weekdays: frozenset[int] = frozenset()
    holiday: bool | None = None
    words: tuple[str, ...] = ()


@frozen(kw_only=True)
class SettlingRule:
    """Requirements for settling a tip with an outcome.

    Attributes:
        evidence: whether evidence must be named: a document's number, or a message with a file.
        reasons: reason code -> its name; empty if any code is allowed.
    """

    evidence: bool = False
    reasons: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class KeyRules:
    """Rules for how long epoch keys are kept. Purged content can be read from old backups until the epoch key of that
    time is destroyed.

    Attributes:
        epoch_days: days after which the worker begins a new epoch; None: only a person does.
        forget_after_days: days after the end of an epoch when the worker rewraps the remaining data keys and destroys
            the epoch's key: after that, no backup made in that epoch can be decrypted with the current keys. None: only
            a person does.
    """

    epoch_days: int | None = None
    forget_after_days: int | None = None

    @property
    def days_until_backups_forget(self) -> int | None:
        """Maximum number of days until data purged today can't be decrypted from any older backup; None if no schedule
        ensures it.

        The current epoch ends within `epoch_days`, and its key is destroyed `forget_after_days` later.
        """
        if self.epoch_days is None or self.forget_after_days is None:
            return None
        return self.epoch_days + self.forget_after_days

    @property
    def explanation(self) -> str:
        """Explanation for operators of how long purged data can be read from backups, in a sentence."""
        if self.days_until_backups_forget is not None:
            return Sentence(
                "Data purged today can't be read from any backup after {days} days at the latest: "
                "a new epoch begins within {epoch_days} days, and the key of the old one is "
                "destroyed {forget_days} days later. Older backups open nothing then, not even "
                "with a later copy of the keys; destroy older copies of the keys by hand.",
                days=self.days_until_backups_forget,
                epoch_days=self.epoch_days,
                forget_days=self.forget_after_days,
            )
        if self.forget_after_days is not None:
            return Sentence(
                "Data purged today can be read from backups until {days} days after a person "
                "begins a new epoch (`anninh keys rotate`).",
                days=self.forget_after_days,
            )
        return Sentence(
            "Data purged today can be read from earlier backups as long as they and the keys "
            "exist: no epoch key is destroyed on schedule (`[keys]` of the profile)."
        )


class EscalationTarget(StrEnum):
    """Who is notified when no officer has acknowledged a new tip in time."""

    SUPERVISOR = "supervisor"
    PARENT = "parent"


@frozen
class EscalationStep:
    """One escalation level of a new tip that no officer acknowledges.

    Attributes:
        after: how long after the first notice.
        to: who is notified then.
    """

    after: timedelta
    to: EscalationTarget


@frozen(kw_only=True)
class DutyRules:
    """A profile's rules for notices to officers on duty, from its section `[duty]`.

    Attributes:
        repage: how long until an officer who doesn't react to an urgent notice gets another.
        hand_up: how long after an officer's first urgent notice the next officer on the list gets one.
        bundle: how long new tips are collected before their officers are notified.
        claim: how long a claim of an emergency remains valid without recorded work, before the next officer gets an
            urgent notice.
        group_pause: how long a group is sent the emergency numbers only once, however many members report danger.
        digest_at: when officers get their daily digest, in the district's time zone; None for never.
        window_warning: how long before a shift an officer is asked to open the contact window of their chat.
        code_life: how long a code for binding a chat is valid.
        code_tries: number of wrong codes that invalidates it.
        escalation: escalation of a new tip that no officer acknowledges, in the order of time.
        ask: how long a reporter who was asked about danger may take to answer before urgent notices begin.
        lock: time for a person to decide about a supervisor lock before the supervising unit's ladder gets urgent
            notices.
        incident: how long after the first report further reports of the same category and area share its urgent notice.
        incident_km: how far apart reported positions may be to count as the same area.
    """

    repage: timedelta = timedelta(minutes=3)
    hand_up: timedelta = timedelta(minutes=6)
    bundle: timedelta = timedelta(minutes=2)
    claim: timedelta = timedelta(minutes=30)
    group_pause: timedelta = timedelta(minutes=15)
    digest_at: time | None = time(7, 30)
    window_warning: timedelta = timedelta(hours=12)
    code_life: timedelta = timedelta(minutes=30)
    code_tries: int = 5
    escalation: tuple[EscalationStep, ...] = (
        EscalationStep(timedelta(hours=4), EscalationTarget.SUPERVISOR),
        EscalationStep(timedelta(hours=12), EscalationTarget.PARENT),
    )
    ask: timedelta = timedelta(minutes=3)
    lock: timedelta = timedelta(hours=24)
    incident: timedelta = timedelta(minutes=30)
    incident_km: float = 0.5

    def __attrs_post_init__(self) -> None:
        """Check that the escalation levels are in the order of time.

        Raises:
            BadInput: two levels are at the same time, or in the wrong order.
        """
        spans = [step.after for step in self.escalation]
        if spans != sorted(set(spans)):
            raise BadInput(
                "The steps of the escalation aren't in the order of their hours: give each step a later time "
                "than the one before it."
            )


@frozen(kw_only=True)
class TalkRules:
    """Rules for assigning a resident's messages to their cases.

    Attributes:
        continues_for: how long after its last message a case gets further messages automatically.
        joins_within: messages within this interval belong together, whatever their content; a case with a message as
            recent as this is a candidate if two are possible.
        danger_within: how long after its last message an emergency gets further messages about danger.
        assigned_within: deadline for a person to assign a doubtful message, counted from its reception.
        followed_up_within: how long after its last message a case can be followed up by a message on the same subject.
        objection_days: days after the answer in which an objection counts as a request to reopen the case.
        answers_within: how long a digit counts as the answer to the newest question; the question about danger is asked
            only once in this time.
    """

    continues_for: timedelta = timedelta(hours=4)
    joins_within: timedelta = timedelta(minutes=15)
    danger_within: timedelta = timedelta(hours=1)
    assigned_within: timedelta = timedelta(hours=8)
    followed_up_within: timedelta = timedelta(hours=72)
    objection_days: int = 30
    answers_within: timedelta = timedelta(minutes=15)


@frozen(kw_only=True)
class VideoRules:
    """A profile's rules for outgoing videos, from its section `[video]`; no videos are allowed if it names no
    container.

    Attributes:
        containers: media types of files.
        video_codecs, audio_codecs: allowed codecs of their tracks, such as `AVC` and `AAC`.
    """

    containers: tuple[str, ...] = ()
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    max_seconds: int = 0
    max_bytes: int = 0


@frozen(kw_only=True)
class FloodRules:
    """A profile's limits for floods of messages, from its section `[flood]`.

    Messages over a limit are still stored and shown to a person, and danger is always handled.

    Attributes:
        person_messages: most messages of one person that the program handles within `person_window`.
        person_window: the counting interval; a flood ends when no message was over the limit for this long.
        person_cases: most cases opened from one person's messages within a day.
        danger_answer: minimal time between sendings of the emergency numbers to a person who writes of danger over
            `person_messages`.
        person_dangers: most emergencies of one person within a day with a separate urgent notice each.
        unit_cases: number of new cases in an hour from which a unit's officers get one notice about several.
        unit_notice: interval of these notices.
        unit_dangers: most emergencies of one unit and category within an hour with a separate urgent notice each.
        page_pause: how long further danger in the same alarm is collected before an urgent notice.
    """

    person_messages: int = 30
    person_window: timedelta = timedelta(minutes=10)
    person_cases: int = 12
    danger_answer: timedelta = timedelta(minutes=5)
    person_dangers: int = 3
    unit_cases: int = 30
    unit_notice: timedelta = timedelta(minutes=10)
    unit_dangers: int = 5
    page_pause: timedelta = timedelta(seconds=45)


@frozen
class ReadyAnswer:
    """A prepared text that officers use in a step of their work.

    Attributes:
        code: unique code of the text.
        module: `tip`, `inquiry` or `item`.
        step: the operation that it is for, such as `ask_back`; "" for any of the module.
        title: name for finding it.
        text: the text; "…" marks gaps that officers fill in.
    """

    code: str
    module: str
    step: str
    title: str
    text: str
