"""Rules of a profile: categories, gates, charter, deadlines, routing. All dated data, none of it code."""

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

TIP_FACTS: Mapping[str, tuple[str, ...]] = {
    "emergency": ("no", "yes"),
    "legal_kind": (),
    "origin": ("entry", "group", "import", "one_to_one"),
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
    """

    id: str
    name: str
    urgency: str = "ordinary"
    legal_kind: str = "feedback"
    words: tuple[str, ...] = ()
    needs_decision: bool = False


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
    """A legal deadline.

    Attributes:
        legal_kinds, urgencies: what it applies to; empty means all.
        start: the moment it counts from: `received` or `settled`.
        met_by: the moment that meets it: `receipt` (the reporter has the receipt), `assigned`, `settled` or `answered`.
        decision: what a person must have decided before it runs: `complex`, `extended`, or "" for nothing.
        limit: `24h`, `7d`, `3wd` (working days), `2m` (months).
        warn_days: days before the limit when a warning is due.
        source: the rule of law it comes from.
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


@frozen(kw_only=True)
class RoutingRule:
    """Which unit handles what: the first rule that matches wins. All conditions that a rule has must hold.

    Attributes:
        to: a unit id, or `own` for the unit the tip came from.
        categories, urgencies: what it applies to; empty means all.
        facts: name of `TIP_FACTS` -> value that the tip must have. A tip of which a fact isn't known doesn't match:
            its place, before a person has entered one. Values are compared as they read (`same_text`).
    """

    id: str
    to: str
    reason: str
    categories: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(factory=dict)
