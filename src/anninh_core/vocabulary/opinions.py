"""Opinions of plugins that help a person decide. An opinion never decides anything."""

from attrs import field, frozen

LEAK_CHECK = "leak_check"
"""Name of the check that finds identifying details in a draft, as in `Finding.by`. The check runs again before the
draft is sent.
"""


@frozen
class TriageOpinion:
    """A plugin's opinion about the kind of a message.

    Attributes:
        kind: tip, question, chatter, command or unsuitable.
        category: one of the profile's incoming categories, or ""; also for other kinds, in case the message becomes a
            tip.
        emergency: whether the words mean danger now.
        confidence: 0 to 1, comparable only within one plugin.
        reason: one line an officer can check, such as the words that matched.
        look_first: whether danger is possible: an officer should see it before others, but no alarm is raised.
        fallback: whether it counts only without any other opinion; otherwise it is shown as a second opinion.
    """

    kind: str
    category: str = ""
    emergency: bool = False
    confidence: float = 0.5
    reason: str = ""
    by: str = ""
    look_first: bool = False
    fallback: bool = False


@frozen
class RoutingOpinion:
    """A plugin's opinion on which unit should handle a tip; its reason is the rule that matched."""

    unit: str
    reason: str
    by: str = ""


@frozen
class Flag:
    """A mark on a group post that a person should review.

    Attributes:
        code: reason code of the published charter.
        reason: one line, without repeating personal data.
        by: name of the rule or plugin that flagged it.
    """

    code: str
    reason: str
    by: str = ""


@frozen
class Finding:
    """A result of a check that a person must consider before a draft is published.

    Attributes:
        gate: the gate it belongs to: official_source, true, no_state_secret or permitted.
        severity: `note` or `hold`; the reviewer must answer a `hold` in words.
        text: one line.
        ran: False if the check failed, which also holds the gate.
        by: name of the check.
    """

    gate: str
    text: str
    severity: str = "note"
    ran: bool = True
    by: str = field(default="")
