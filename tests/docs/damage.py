"""Parts of the page about damage, written from the rules of the damage matrix."""

from collections.abc import Callable, Mapping

from tests.damage.rules import RULES, show_exemptions, show_rules
from tools.reference.markdown import table


def damage_rules() -> str:
    """Write the effect of each sort of damage on each act."""
    return table(("Damage", *(act.capitalize() for act in RULES)), show_rules())


def damage_limits() -> str:
    """Write the exemptions from these rules."""
    return table(("Act", "Damage", "Why"), show_exemptions())


DAMAGE_PARTS: Mapping[str, Callable[[], str]] = {
    function.__name__: function for function in (damage_rules, damage_limits)
}
