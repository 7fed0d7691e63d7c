"""What each act does over each sort of damage: the only place that says so. The tool compares, and the page shows it."""

import re
from collections.abc import Mapping, Sequence

from attrs import field, frozen
from tests.damage.acts import Verdict
from tests.damage.damages import Damage, What

WORDS: Mapping[str, Mapping[str, str]] = {
    "emergency": {"paged": "an officer on duty gets a notice within two minutes, the webhook 200"},
    "list": {
        "same": "shows the same",
        "rest": "shows the rest and counts what is missing",
        "refused": "is refused as damaged",
        "unlisted": "doesn't show it and doesn't count it",
    },
    "report": {"same": "has the same figures", "refused": "is refused as damaged"},
    "tick": {"goes on": "every job goes on", "refused": "jobs that count or prepare refuse, the others go on"},
    "erasure": {"done": "is carried out", "waits": "waits, and is reported as nothing else"},
    "verify": {"named": "`anninh audit verify` names it"},
}
"""Act -> word of a verdict -> what that is."""

RULES: Mapping[str, Mapping[What, Sequence[str]]] = {
    "emergency": dict.fromkeys(What, ("paged",)),
    "list": {
        What.BODY: ("same", "rest", "refused"),
        What.COLUMN: ("same", "rest", "refused", "unlisted"),
        What.KEY: ("same", "rest", "refused"),
        What.NAMED: ("same", "rest", "refused", "unlisted"),
    },
    "report": dict.fromkeys(What, ("same", "refused")),
    "tick": dict.fromkeys(What, ("goes on", "refused")),
    "erasure": dict.fromkeys(What, ("done", "waits")),
    "verify": dict.fromkeys(What, ("named",)),
}
"""Act -> sort of damage -> words that are right."""


@frozen(kw_only=True)
class Exemption:
    """Cells in which something else is seen.

    Attributes:
        act: its name.
        damages: pattern of `str(damage)`, such as `inbox column (state|token)`.
        words: which words of a verdict are expected.
        why: it can't be otherwise; or what is wrong, where it `is_fault`.
        is_fault: whether it is to be mended.
    """

    act: str
    damages: str
    words: tuple[str, ...]
    why: str
    is_fault: bool = False
    _pattern: re.Pattern[str] = field(init=False, repr=False, eq=False)

    @_pattern.default
    def _compile(self) -> re.Pattern[str]:
        return re.compile(self.damages)

    def covers(self, damage: Damage, act: str, word: str) -> bool:
        """Return whether it is about a cell with this verdict."""
        return act == self.act and word in self.words and self._pattern.fullmatch(str(damage)) is not None


EXEMPTIONS: Sequence[Exemption] = ()


def find_fault(damage: Damage, act: str, verdict: Verdict) -> str:
    """Return what is wrong with a verdict, "" where it is as the rules and the exemptions say."""
    if verdict.word in RULES[act][damage.what] or any(one.covers(damage, act, verdict.word) for one in EXEMPTIONS):
        return ""
    return f"{damage}: {act} {verdict.word}: {verdict.why}"
