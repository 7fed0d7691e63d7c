"""Functions that write parts of the page about damage from the rules of the damage matrix."""

from collections.abc import Callable, Mapping

from tests.damage.rules import RULES, iter_exemption_rows, iter_rule_rows
from tools.reference.markdown import write_table


def damage_rules() -> str:
    """Return a table of the effect of each sort of damage on each act."""
    return write_table(("Damage", *(act.capitalize() for act in RULES)), iter_rule_rows())


def damage_limits() -> str:
    """Return a table of the exemptions from the rules of the damage matrix."""
    return write_table(("Act", "Damage", "Why"), iter_exemption_rows())


DAMAGE_PARTS: Mapping[str, Callable[[], str]] = {
    function.__name__: function for function in (damage_rules, damage_limits)
}
