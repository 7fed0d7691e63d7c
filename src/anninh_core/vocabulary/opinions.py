"""What plugins may say to help a person decide. An opinion never decides."""

from attrs import field, frozen

LEAK_CHECK = "leak_check"
"""Who finds what leads to somebody in a draft: see `Finding.by`. It looks again before anything is sent."""


@frozen
class TriageOpinion:
    """What a message seems to be.

    Attributes:
        kind: tip, question, chatter, command or unsuitable.
        category: one of the profile's incoming categories, or ""; also of what isn't a tip, should it become one.
        emergency: whether the words mean danger now.
        confidence: 0 to 1, comparable only within one plugin.
        reason: one line an officer can check, such as the words that matched.
        look_first: whether danger is possible: an officer should see it before others, but nobody is alarmed.
        fallback: whether it counts only where nobody else has an opinion; beside another it is shown as a second one.
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
    """Which unit should handle a tip, and which rule says so."""

    unit: str
    reason: str
    by: str = ""


@frozen
class Flag:
    """Something in a group post that a person should look at.

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
    """Something a check noticed in a draft.

    Attributes:
        gate: the gate it stands beside: official_source, true, no_state_secret or permitted.
        severity: `note` or `hold`; a `hold` must be answered by the reviewer in words.
        text: one line.
        ran: False when the check failed: that holds the gate too.
        by: name of the check that noticed it.
    """

    gate: str
    text: str
    severity: str = "note"
    ran: bool = True
    by: str = field(default="")
