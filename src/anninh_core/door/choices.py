"""What an officer may choose from the profile, whichever interface asks: a code, and what it is called."""

from collections.abc import Callable, Mapping

from anninh_core.vocabulary.district import District


def list_choices(district: District, name: str) -> Mapping[str, str]:
    """Return code -> what people call it, of a list of the profile such as `incoming`."""
    return _LISTS[name](district)


def list_wording(district: District, family: str) -> Mapping[str, str]:
    """Return code -> the words of a family of the profile's wording, such as `legal_kind`."""
    start = f"{family}."
    return {key.removeprefix(start): text for key, text in district.wording.items() if key.startswith(start)}


_LISTS: Mapping[str, Callable[[District], Mapping[str, str]]] = {
    "charter_rules": lambda district: {rule.code: rule.text for rule in district.charter.rules},
    "false_reasons": lambda district: district.false_reasons,
    "gates": lambda district: {gate.id: gate.question for gate in district.gates},
    "incoming": lambda district: {category.id: category.name for category in district.incoming.values()},
    "obligations": lambda district: {obligation.id: obligation.name for obligation in district.obligations.values()},
    "outgoing": lambda district: {category.id: category.name for category in district.outgoing.values()},
    "rights_deliveries": lambda district: district.rights.deliveries,
    "rights_ways": lambda district: district.rights.ways,
    "roles": lambda district: {role.id: role.name for role in district.roles.values()},
}
