"""Rules of a profile: categories, gates, charter, deadlines, routing. All dated data, none of it code."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of weekdays in profiles, from Monday on."""

TIP_FACTS: Mapping[str, tuple[str, ...]] = {
    "emergency": ("no", "yes"),
    "legal_kind": (),
    "origin": ("entry", "group", "import", "letter", "one_to_one", "phone", "website"),
    "place": (),
}
"""What a routing rule may ask of a tip -> the values it can have; none where they are the profile's or free words.

Everything else that is known of a tip either has a condition of its own or tells who its reporter is.
"""


@frozen(kw_only=True)
class Category:
    """An incoming or outgoing category (P-II.3.2).

    Attributes:
        urgency: what a tip of this category starts with: `ordinary` or `serious`.
        legal_kind: the legal kind suggested first (a person sets it).
        words: folded phrases that suggest it.
        needs_decision: an item of this category must cite an official decision (wanted notices).
        needs_requester: an item of this category names who asks for it and how that was checked (family searches).
        danger_reply: name of the wording that answers words of this incoming category, which always mean danger; "" for
            a category whose words alone mean none.
        in_register: whether tips of this category are listed in the register of what may be crime.
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
    """One of the four gates (P-II.3.1.c): a question a person answers before anything is published."""

    id: str
    question: str


@frozen
class CharterRule:
    """A rule of the group charter; `code` is the reason code of moderation."""

    code: str
    text: str
    words: tuple[str, ...] = ()


@frozen(kw_only=True)
class Charter:
    """The published rules of the groups (P-II.1.b).

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
    """A deadline, of the law or of the district itself.

    Attributes:
        legal_kinds, urgencies: what it applies to; empty means all.
        start: the moment it counts from: `received`, `settled`, or `revoked` (a suspension was revoked).
        met_by: the moment that meets it: `receipt` (the reporter has the receipt in chat), `notice` (a written notice
            was recorded, or that the reporter refused to be named), `assigned`, `settled` or `answered`.
        decision: what must have been recorded before it runs: `complex`, `extended`, `revoked`, or "" for nothing.
        limit: `24h`, `7d`, `3wd` (working days), `2m` (months).
        warn_days, warn_hours: how long before the earlier reading of the limit a warning is due, both together.
        source: the rule of law it comes from.
        own: the district's own clock, no rule of law: it pauses while the reporter is asked. No other does.
        moves: a limit that ends on a day off ends on the next working day.
        moves_by: the rule of law that moves it.
        suspends: a recorded suspension stops it.
        replaces: clocks that this one takes the place of once its decision was recorded; the one it follows is last.
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
    """A block of the day on Vietnam's clock; one that ends before it starts crosses midnight."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Tell whether a time of day lies in it; the end doesn't."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@frozen(kw_only=True)
class RoutingRule:
    """Which unit handles what: the first rule that matches wins. All conditions that a rule has must hold.

    Attributes:
        to: a unit id, or `own` for the unit the tip came from.
        categories, urgencies: what it applies to; empty means all.
        legal_kinds: the same for the legal kind.
        emergency: whether it must be one, or none; None for either.
        areas: units, the tip's being one of them or below one; empty means everywhere.
        hours: times of day when it was received, on Vietnam's clock; a block that ends before it starts crosses
            midnight. Empty means any.
        weekdays: days when it was received, 0 for Monday; empty means any.
        holiday: whether that was a holiday of the calendar; None for either.
        words: folded phrases of which its text has one; empty means any text.
        facts: name of `TIP_FACTS` -> value that the tip must have. A tip of which a fact isn't known doesn't match:
            its place, before a person has entered one. Values are compared as they read (`same_text`).
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
    """What a tip needs to be settled with an outcome.

    Attributes:
        evidence: whether it must name what it rests on: a document's number, or a message with a file.
        reasons: reason code -> its name; empty where any code will do.
    """

    evidence: bool = False
    reasons: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class KeyRules:
    """How long epoch keys last. Purged content can be read from old backups until the epoch key of that time is gone.

    Attributes:
        epoch_days: the worker turns the epoch after so many days; None: only a person does.
        forget_after_days: so many days after an epoch ended the worker wraps what lives anew and destroys its key: with
            the keys of today no backup made in that epoch opens any more. None: only a person does.
    """

    epoch_days: int | None = None
    forget_after_days: int | None = None

    @property
    def days_until_backups_forget(self) -> int | None:
        """After how many days at most no older backup opens what is purged today; None: not by the clock.

        The epoch of today ends in `epoch_days` at the latest, and its key is destroyed `forget_after_days` later.
        """
        if self.epoch_days is None or self.forget_after_days is None:
            return None
        return self.epoch_days + self.forget_after_days

    @property
    def explanation(self) -> str:
        """What the number means, in a sentence for whoever operates the system."""
        if self.days_until_backups_forget is not None:
            return Sentence(
                "What is purged today can't be read from any backup after {days} days at the latest: a new epoch "
                "begins within {epoch_days} days, and the key of the old one is destroyed {forget_days} days later. "
                "Older backups open nothing then, not even with a later copy of the keys; destroy older copies of the "
                "keys by hand.",
                days=self.days_until_backups_forget,
                epoch_days=self.epoch_days,
                forget_days=self.forget_after_days,
            )
        if self.forget_after_days is not None:
            return Sentence(
                "What is purged today can be read from backups until {days} days after a person begins a new epoch "
                "(`anninh keys rotate`).",
                days=self.forget_after_days,
            )
        return Sentence(
            "What is purged today can be read from earlier backups as long as they and the keys exist: no epoch key is "
            "destroyed on schedule (`[keys]` of the profile)."
        )


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
        claim: how long a claim of an emergency holds without recorded work, before the next officer is paged.
        group_pause: for how long a group reads the emergency numbers once, however many say that there is danger.
        digest_at: when officers get their daily digest, on the district's clock; None for never.
        window_warning: how long before a shift an officer is asked to open the window of their chat.
        code_life: how long a code to bind a chat holds.
        code_tries: how many wrong codes end it.
        escalation: what becomes of a new tip that nobody acknowledges, in the order of time.
        ask: how long a reporter who was asked about danger may take to answer before officers are paged.
        lock: within what time a person decides about a supervisor lock before the supervising unit's ladder is paged.
        incident: how long after the first report further ones of the same category and area are paged with it.
        incident_km: how far apart positions that were sent may be to be in the same area.
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
        """Check that steps follow each other.

        Raises:
            BadInput: two steps are at the same time, or stand in another order than that of time.
        """
        spans = [step.after for step in self.escalation]
        if spans != sorted(set(spans)):
            raise BadInput(
                "The steps of the escalation aren't in the order of their hours: give each step a later time "
                "than the one before it."
            )


@frozen(kw_only=True)
class TalkRules:
    """How a resident's words find their case.

    Attributes:
        continues_for: how long after its last word further words belong to a case by themselves.
        joins_within: words that follow so soon belong together, whatever they tell; and a case that was heard so lately
            is a candidate where two are in question.
        danger_within: how long after its last word danger belongs to an emergency that was told.
        assigned_within: how long after its reception a person decides where a doubtful message belongs.
        followed_up_within: how long after its last word a message with the same subject may follow up on a case.
        objection_days: days after the answer in which words of objection ask to open the case again.
        answers_within: for how long a digit answers the newest question; whether anybody is in danger is asked once in
            it.
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
    """Which videos go out, in `[video]`; none where the profile names no container.

    Attributes:
        containers: media types of files.
        video_codecs, audio_codecs: what their tracks may be, such as `AVC` and `AAC`.
    """

    containers: tuple[str, ...] = ()
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    max_seconds: int = 0
    max_bytes: int = 0


@frozen(kw_only=True)
class FloodRules:
    """What is too much at once, in `[flood]`.

    What is over a limit is kept and shown to a person all the same, and danger goes on as ever.

    Attributes:
        person_messages: so many messages of one person are handled by the program within `person_window`.
        person_window: the time in which they are counted; a flood is over once nothing was over the limit for so long.
        person_cases: so many cases are opened of one person's messages within a day.
        danger_answer: how often who writes of danger over `person_messages` is sent the emergency numbers.
        person_dangers: so many emergencies of one person are paged one by one within a day.
        unit_cases: from so many new cases in an hour on, a unit's officers are told of them together.
        unit_notice: how often they are told then.
        unit_dangers: so many emergencies of one unit and category within an hour are paged one by one.
        page_pause: how long more danger in the same alarm is gathered before it is paged.
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
    """A wording for a step of the work.

    Attributes:
        code: what tells it from others.
        module: `tip`, `inquiry` or `item`.
        step: the operation whose words it may be, such as `ask_back`; "" for any of the module.
        title: what officers find it by.
        text: what is put in; "…" stands where they fill something in.
    """

    code: str
    module: str
    step: str
    title: str
    text: str
