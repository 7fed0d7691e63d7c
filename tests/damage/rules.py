"""Rules of the damage matrix: the verdicts that are allowed for each act over each sort of damage; `python -m
tests.damage` checks them, and the documentation shows them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from tests.damage.damages import Damage


class DamagedPart(StrEnum):
    """The part of a record or queue row that is damaged."""

    BODY = "body"
    COLUMN = "column"
    KEY = "key"
    NAMED = "named"


SORTS: Mapping[DamagedPart, str] = {
    DamagedPart.BODY: "a byte of its body is flipped",
    DamagedPart.COLUMN: "one of its clear columns has another value",
    DamagedPart.KEY: "the row of its key is missing",
    DamagedPart.NAMED: "a record that one of its columns names is missing",
}
"""Description of each sort of damage."""


@frozen
class Verdict:
    """The verdict on an act over a damaged town.

    Attributes:
        word: one of `WORDS`, or another word, which is a fault.
        why: the observation.
    """

    word: str
    why: str = ""


WORDS: Mapping[str, Mapping[str, str]] = {
    "emergency": {"paged": "an officer on duty gets a notice within two minutes, the webhook 200"},
    "list": {
        "same": "shows the same",
        "rest": "shows the rest and counts what is missing",
        "refused": "is refused as damaged",
        "fewer": "counts of lists count what is shown",
        "unlisted": "doesn't show it and doesn't count it",
    },
    "report": {"same": "has the same figures", "refused": "is refused as damaged"},
    "tick": {"goes on": "every job goes on", "refused": "jobs that count or prepare refuse, the others go on"},
    "erasure": {"done": "is carried out", "waits": "waits, and is reported as nothing else"},
    "verify": {"named": "`anninh audit verify` names it"},
}
"""The words of the verdicts on each act, with their meanings."""

RULES: Mapping[str, Mapping[DamagedPart, Sequence[str]]] = {
    "emergency": dict.fromkeys(DamagedPart, ("paged",)),
    "list": {
        DamagedPart.BODY: ("same", "rest", "refused", "fewer"),
        DamagedPart.COLUMN: ("same", "rest", "refused", "fewer", "unlisted"),
        DamagedPart.KEY: ("same", "rest", "refused", "fewer"),
        DamagedPart.NAMED: ("same", "rest", "refused", "fewer", "unlisted"),
    },
    "report": dict.fromkeys(DamagedPart, ("same", "refused")),
    "tick": dict.fromkeys(DamagedPart, ("goes on", "refused")),
    "erasure": dict.fromkeys(DamagedPart, ("done", "waits")),
    "verify": dict.fromkeys(DamagedPart, ("named",)),
}
"""The allowed words of a verdict for each act and each sort of damage."""


@frozen(kw_only=True)
class Exemption:
    """An exemption from the rules: cells of the damage matrix in which another verdict is expected.

    Attributes:
        act: name of the act.
        damages: pattern of `str(damage)`, such as `inbox column (state|token)`.
        about: description of the damages.
        words: expected words of a verdict.
        why: reason that no other verdict is possible.
    """

    act: str
    damages: str
    about: str
    words: tuple[str, ...]
    why: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, eq=False)

    @_pattern.default
    def _compile_pattern(self) -> re.Pattern[str]:
        return re.compile(self.damages)

    def covers(self, damage: str, act: str, word: str) -> bool:
        """Return whether the exemption allows the verdict `word` on the act over the damage."""
        return act == self.act and word in self.words and self._pattern.fullmatch(damage) is not None


_PUBLIC = "(article|checkpoint|journal_head|publication|quarantined|received_head|source)"

EXEMPTIONS: Sequence[Exemption] = (
    Exemption(
        act="list",
        damages=rf"{_PUBLIC} (body|column .*)",
        about="a byte or a column of a public kind",
        words=("unlisted", "other"),
        why="It is stored in clear. What was altered so that it still can be read is shown as it is.",
    ),
    Exemption(
        act="list",
        damages=r"(tip|message|case_note|subcase) (body|key|column .*)",
        about="a case, and what its key seals",
        words=("unlisted",),
        why="Holds and disclosures of a case are shown to no officer while nobody can read who is excluded from it.",
    ),
    Exemption(
        act="list",
        damages=r"\w+ named \w+",
        about="a missing record",
        words=("other",),
        why="What hangs on it may be shown by other lists: without its conversation a case counts as nobody's.",
    ),
    Exemption(
        act="list",
        damages=r"inbox column conversation",
        about="the conversation of a received event",
        words=("other",),
        why="What the queue has in clear isn't bound to its body: the clock runs for another conversation too.",
    ),
    Exemption(
        act="report",
        damages=r"decision named subject",
        about="a missing report that was accepted",
        words=("other",),
        why="It can't be consolidated, as if it had not been handed in.",
    ),
    Exemption(
        act="verify",
        damages=r"\w+ named (conversation|sender|author)",
        about="a missing account",
        words=("found",),
        why="The journal has another name for it in each version, and the findings have these.",
    ),
    Exemption(
        act="verify",
        damages=r"(inbox|outbox) column \w+",
        about="a column of a queue",
        words=("unseen",),
        why="The journal names what is put into the outbox, not what became of a row since, nor the inbox.",
    ),
)


def find_fault(damage: "Damage", act: str, verdict: Verdict) -> str:
    """Return the fault of a verdict on an act over a damage, or "" if the rules or exemptions allow the verdict."""
    if verdict.word in RULES[act][damage.what] or any(
        exemption.covers(str(damage), act, verdict.word) for exemption in EXEMPTIONS
    ):
        return ""
    return f"{damage}: {act} {verdict.word}: {verdict.why}"


def iter_rule_rows() -> Iterator[tuple[str, ...]]:
    """Yield a row for each sort of damage with the allowed verdicts of each act."""
    for what in DamagedPart:
        yield SORTS[what], *("; or ".join(WORDS[act][word] for word in RULES[act][what]) for act in RULES)


def iter_exemption_rows() -> Iterator[tuple[str, ...]]:
    """Yield a row for each exemption: the act, the damages, and the reason."""
    for exemption in EXEMPTIONS:
        yield exemption.act, exemption.about, exemption.why
