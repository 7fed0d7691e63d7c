"""Pure rules of tips: receipts, routing, duplicates."""

from datetime import timedelta

from anninh_core.kernel.text import words
from anninh_core.rooms.tips.model import Tip
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import RoutingOpinion

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, so that nothing is misread aloud
_NEAR = timedelta(hours=2)
_ALIKE = 0.3


def receipt_from(id: str) -> str:
    """Return the receipt that goes with a tip's id: ten letters of its random part, such as `7KM2Q-9XA3D`."""
    number = int(id.replace("-", "")[-13:], 16) & ((1 << 50) - 1)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(45, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"


def routed(district: District, tip: Tip) -> RoutingOpinion:
    """Return who should handle a tip by the profile's rules, and which rule says so. The first match wins."""
    for rule in district.routing:
        fits_category = not rule.categories or tip.category in rule.categories
        fits_urgency = not rule.urgencies or tip.urgency in rule.urgencies
        if fits_category and fits_urgency:
            unit = tip.unit if rule.to == "own" else rule.to
            return RoutingOpinion(unit, f"{rule.id}: {rule.reason}", by="profile")
    return RoutingOpinion(tip.unit, "no rule matched: the unit the tip came from", by="profile")


def likeness(one: Tip, other: Tip) -> float:
    """Return how much two tips seem to tell of the same thing, 0 to 1: category and time must fit, then words count."""
    if one.category != other.category or abs(one.received_at - other.received_at) > _NEAR:
        return 0.0
    mine, others = set(words(one.text)), set(words(other.text))
    return len(mine & others) / max(1, len(mine | others))


def duplicates_of(tip: Tip, others: tuple[Tip, ...]) -> tuple[tuple[Tip, float], ...]:
    """Return tips that may tell of the same thing, most alike first. A person decides."""
    scored = [(other, likeness(tip, other)) for other in others if other.id != tip.id]
    return tuple(sorted((pair for pair in scored if pair[1] >= _ALIKE), key=lambda pair: -pair[1]))
