"""Parts of the page about damage that are written from the rules of the damage matrix."""

from collections.abc import Callable, Mapping

from tests.damage.rules import RULES, show_exemptions, show_rules
from tools.reference.markdown import table


def damage_rules() -> str:
    """What each act does over each sort of damage."""
    return table(("Damage", *(act.capitalize() for act in RULES)), show_rules())


def damage_limits() -> str:
    """Where something else is right."""
    return table(("Act", "Damage", "Why"), show_exemptions())


DAMAGE_PARTS: Mapping[str, Callable[[], str]] = {made.__name__: made for made in (damage_rules, damage_limits)}
