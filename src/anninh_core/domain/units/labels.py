"""What officers read of states, steps and other closed words, so that no screen shows the words of the program."""

from collections.abc import Iterator, Mapping
from typing import Literal

from anninh_core.domain.units.views import WordLabels
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission

_PREFIXES = {
    "act": "act.",
    "deadline": "clock_state.",
    "tip_outcome": "outcome.",
    "urgency": "urgency.",
    "legal_kind": "legal_kind.",
    "group_kind": "group_kind.",
    "key_person": "key_person.",
    "board": "board.",
    "rights_kind": "rights.kind.",
    "origin": "register.origin.",
}
"""Family -> how the profile's wordings of it begin, where they have another use too."""

_LABEL = "label."

Families = Mapping[str, Mapping[str, str]]


class LabelBook(Service):
    """Answers what officers read of closed words."""

    action_prefix = "units"

    @query(Permission.OWN_ACCOUNT, public=True)
    def labels(self, session: ReadSession, *, language: Literal["vi", "en"] = "vi") -> WordLabels:
        """Return what officers read of all closed words; what residents are told of them is put otherwise.

        Args:
            language: `en` makes English of the words of the program; what the profile names stays as it names it.
        """
        session.permitted_units()
        worded = worded_families(self.context.district)
        if language == "en":
            worded = {family: {value: _in_english(value) for value in labels} for family, labels in worded.items()}
        return WordLabels(families={**worded, **named_families(self.context.district)})


def worded_families(district: District) -> Families:
    """Return what the profile's wordings say of words of the program, by family and value."""
    families: dict[str, dict[str, str]] = {}
    for family, value, label in _iter_worded(district):
        families.setdefault(family, {})[value] = label
    return families


def named_families(district: District) -> Families:
    """Return what the profile calls its own things, by family and id."""
    categories = {**district.outgoing, **district.incoming}
    return {
        "role": {id: role.name for id, role in district.roles.items()},
        "category": {id: category.name for id, category in categories.items()},
        "gate": {gate.id: gate.question for gate in district.gates},
        "charter_rule": {rule.code: rule.text for rule in district.charter.rules},
        "deadline_rule": {rule.id: rule.name for rule in district.deadlines},
        "milestone": {milestone.id: milestone.name for milestone in district.milestones},
        "obligation": {id: obligation.name for id, obligation in district.obligations.items()},
        "level": {id: level.name for id, level in district.levels.items()},
        "false_reason": dict(district.false_reasons),
    }


def _iter_worded(district: District) -> Iterator[tuple[str, str, str]]:
    for key, label in district.wording.items():
        if key.startswith(_LABEL):
            family, _, value = key.removeprefix(_LABEL).partition(".")
            yield family, value, label
        for family, prefix in _PREFIXES.items():
            if key.startswith(prefix):
                yield family, key.removeprefix(prefix), label


def _in_english(value: str) -> str:
    words = value.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]
