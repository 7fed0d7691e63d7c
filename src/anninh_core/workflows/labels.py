"""Labels of states, steps and other enumerated values for officers, so that no screen shows internal names."""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache

from anninh_core.domain.content.collected.model import FoundState
from anninh_core.domain.content.values import ItemState, Urgency
from anninh_core.domain.conversations.timeline.views import DeliveryState
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.states import AnswerOutcome, RequestChannel, RequestState
from anninh_core.domain.tips.states import DeadlineState, SubcaseState, TipState
from anninh_core.domain.units.views import WordLabels
from anninh_core.language.catalogue import Language, load_translations
from anninh_core.language.labels import JOURNAL, get_label, humanize_name
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.files.record import Cleaning, FileReason, Scan
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rights import RightsKind

_LISTS: Mapping[str, type[Enum]] = {
    "alarm": AlarmState,
    "cleaning": Cleaning,
    "custodian": CustodianState,
    "delivery": DeliveryState,
    "difficulty": DifficultyState,
    "disclosure": DisclosureState,
    "duty": DutyState,
    "erasure": ErasureState,
    "file_reason": FileReason,
    "found": FoundState,
    "group": GroupState,
    "identity": IdentityField,
    "inquiry": InquiryState,
    "item": ItemState,
    "item_urgency": Urgency,
    "leak": LeakState,
    "opening": OpeningState,
    "post": PostState,
    "post_action": ModerationAction,
    "report": ReportState,
    "rights_channel": RequestChannel,
    "rights_outcome": AnswerOutcome,
    "rights_request": RequestState,
    "scan": Scan,
    "subcase": SubcaseState,
    "tip": TipState,
}
"""The enumerations that have labels for officers, by the family of their labels."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "file": ("image", "video", "audio", "file", "location", "sticker", "link"),
    "act_outcome": ("done", "read", "refused"),
    "search": ("tip", "inquiry", "article", "item"),
}
"""Values that have labels but belong to no enumeration, by family; the family is also their context in the
catalogue.
"""

_PREFIXES = {
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
"""Prefix of the keys of the profile's wordings, by family; residents and documents use these wordings too."""

_FAMILIES = {
    **{members.__name__: family for family, members in _LISTS.items()},
    DeadlineState.__name__: "deadline",
    RightsKind.__name__: "rights_kind",
}
"""Family of the labels of an enumeration, by the enumeration's name."""

_LABEL = "label."
_ACT = "act."
# A profile can override the catalogue's labels by wordings with these prefixes.

Families = Mapping[str, Mapping[str, str]]


class LabelBook(Service):
    """Returns the labels of enumerated values for officers."""

    action_prefix = "units"

    @query(Permission.OWN_ACCOUNT, public=True)
    def labels(self, session: ReadSession, *, language: Language = "vi") -> WordLabels:
        """List the labels that officers read for all enumerated values; residents read other words for some of them.

        Args:
            language: `en` translates the words of the program; what the profile names stays as it names it.
        """
        session.permitted_units()
        district = self.context.district
        families = {**list_catalogue_labels(language), **list_profile_labels(district)}
        for family, value, text in _iter_profile_labels(district, language):
            families[family] = {**families.get(family, {}), value: text}
        return WordLabels(families=families, lists=_FAMILIES)


@cache  # The program's labels are constant, and each page of the board requests them.
def list_catalogue_labels(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue's labels of the program's own values, by family and value."""
    lists = {
        family: {
            str(member.value): _capitalize(get_label(str(member.value), members.__name__, language))
            for member in members
        }
        for family, members in _LISTS.items()
    }
    names = {family: {name: get_label(name, family, language) for name in values} for family, values in _NAMES.items()}
    actions = load_translations("vi").names(JOURNAL)
    return {**lists, **names, "act": {action: get_label(action, JOURNAL, language) for action in actions}}


def name_action(action: str, district: District, language: Language) -> str:
    """Return the label of an action in a line of the journal: the profile's, or else the catalogue's."""
    profile_label = district.wording.get(f"{_ACT}{action}") if language == "vi" else None
    return profile_label or get_label(action, JOURNAL, language)


def name_member(member: Enum, district: District, language: Language) -> str:
    """Return the label of an enumeration's member for officers: the profile's, or else the catalogue's."""
    context = type(member).__name__
    family = _FAMILIES.get(context, "")
    profile_label = district.wording.get(f"{_LABEL}{family}.{member.value}") if language == "vi" else None
    return profile_label or get_label(str(member.value), context, language)


def list_profile_labels(district: District) -> Families:
    """Return the names that the profile gives to its roles, categories, gates and other definitions, by family and
    id.
    """
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


def _iter_profile_labels(district: District, language: Language) -> Iterator[tuple[str, str, str]]:
    """Yield family, value and label of each of the profile's wordings; in English the label is the humanized internal
    name.
    """
    for key, text in district.wording.items():
        for family, prefix in _PREFIXES.items():
            if key.startswith(prefix):
                value = key.removeprefix(prefix)
                yield family, value, text if language == "vi" else humanize_name(value)
        if language == "vi" and key.startswith(_LABEL):
            family, _, value = key.removeprefix(_LABEL).partition(".")
            yield family, value, text
        elif language == "vi" and key.startswith(_ACT):
            yield "act", key.removeprefix(_ACT), text


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
