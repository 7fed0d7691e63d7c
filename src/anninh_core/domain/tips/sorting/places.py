"""Where something happened: places found in a resident's words and in a location they sent. Pure, over a `District`.

Nothing is guessed silently: what is found stands with the words and the rule that found it. Only one suggestion can be
certain, and only where nothing speaks against it.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import chain

from attrs import evolve, field, frozen

from anninh_core.domain.tips.sorting.mentions import PlaceMention, find_mentions
from anninh_core.domain.tips.sorting.views import PlaceSuggestionView
from anninh_core.kernel.text import words
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.units import Unit

CERTAIN = 0.8
"""From this certainty on, a place is taken over at reception; anything below is a suggestion for a person."""

_NAMED = 0.5  # from this certainty on, a name is one of a place, also as a direction or a neighbour
_RIVAL = 0.6  # what is less certain than this doesn't make a certain place doubtful
_DOUBTFUL = 0.55  # what two places that contradict each other come down to
_AREA_OF_ACCOUNT = 0.85
_EARTH_KM = 6371.0
_MOST = 5  # suggestions

Point = tuple[float, float]
"""Latitude and longitude, in degrees of WGS 84."""


@frozen(kw_only=True)
class PlaceSuggestion:
    """A place that something may have happened at.

    Attributes:
        unit: id of the unit.
        certainty: 0 to 1; from `CERTAIN` on nothing speaks against it.
        words: what the resident wrote; "" for a location.
        rule: what was concluded from that.
    """

    unit: str
    certainty: float
    words: str = field(default="", repr=False)
    rule: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether it may be taken over without asking."""
        return self.certainty >= CERTAIN

    @property
    def reason(self) -> str:
        """The rule and the words as written, in a line."""
        return f"{self.rule}: “{self.words}”" if self.words else self.rule

    def to_view(self) -> PlaceSuggestionView:
        """Return what may leave."""
        return make_view(PlaceSuggestionView, self)


def find_places(
    district: District,
    text: str,
    *,
    day: date,
    within: str = "",
    point: Point | None = None,
    besides: Collection[str] = (),
) -> tuple[PlaceSuggestion, ...]:
    """Return where something may have happened, the most certain place first; at most five.

    Args:
        district: whose places.
        text: the resident's words.
        day: when they were said, in the district's time zone: it decides which unit holds a name.
        within: unit that the account or group belongs to: "xóm 3" counts inside a commune only.
        point: location that was sent along.
        besides: ids of units whose names in the text don't count: they are known, and another place is asked for.
    """
    named = _places_of_words(district, text, day, within, besides)
    return _join(district, named, _places_near(district, point, day) if point else ())[:_MOST]


def certain_place(suggestions: Sequence[PlaceSuggestion]) -> PlaceSuggestion | None:
    """Return the place that may be taken over without asking, or None."""
    return suggestions[0] if suggestions and suggestions[0].is_certain else None


def named_place(suggestions: Sequence[PlaceSuggestion]) -> PlaceSuggestion | None:
    """Return the one place that a text names, though as a direction or a neighbour; None for none, or for several."""
    if (place := certain_place(suggestions)) is not None:
        return place
    named = [place for place in suggestions if place.certainty >= _NAMED]
    return named[0] if len(named) == 1 else None


def names_of_place(district: District, unit: str, text: str, day: date) -> frozenset[str]:
    """Return by which other names a text names a unit, folded: those of what it was merged from, and no initials.

    Two communes of before that became one unit lie apart as before.
    """
    own = _without_kind(district, words(district.unit(unit).name))
    names = {
        _without_kind(district, words(mention.words))
        for mention in find_mentions(district, text, day)
        if mention.units == (unit,)
    }
    return frozenset(" ".join(name) for name in names if name != own and all(len(word) > 1 for word in name))


def _without_kind(district: District, tokens: Sequence[str]) -> tuple[str, ...]:
    kinds = district.place_names.kind_words
    length = next((length for length in (3, 2, 1) if tuple(tokens[:length]) in kinds), 0)
    return tuple(tokens[length:]) or tuple(tokens)


def _places_of_words(
    district: District, text: str, day: date, within: str, besides: Collection[str]
) -> tuple[PlaceSuggestion, ...]:
    mentions = [mention for mention in find_mentions(district, text, day) if not {*mention.units} <= {*besides}]
    if not mentions:
        return ()
    communes = _narrow([m for m in mentions if not m.is_area])
    areas = [m for m in mentions if m.is_area]
    if not communes:
        return _areas_alone(district, areas, within)
    ranked = _rank(communes)
    areas = [m for m in areas if m.certainty >= _RIVAL]
    return tuple(_with_area(district, place, areas) for place in ranked)


def _narrow(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Let a name that means several places mean the one that is named as well: "phường Tây Hoa Lư (Ninh Hòa cũ)"."""
    single = {mention.units[0] for mention in mentions if len(mention.units) == 1}
    return [m for m in mentions if len(m.units) == 1 or not single & {*m.units}]


def _rank(mentions: Sequence[PlaceMention]) -> list[PlaceSuggestion]:
    best: dict[str, PlaceSuggestion] = {}
    for mention in mentions:
        shared = len(mention.units) > 1
        for unit in mention.units:
            place = _suggestion(mention, unit)
            if shared:
                rule = f"{mention.rule}; the name means {len(mention.units)} places"
                place = evolve(place, certainty=min(mention.certainty, 0.5), rule=rule)
            if unit not in best or place.certainty > best[unit].certainty:
                best[unit] = place
    return _settle_rivals(sorted(best.values(), key=lambda place: -place.certainty))


def _settle_rivals(ranked: list[PlaceSuggestion]) -> list[PlaceSuggestion]:
    """Let nothing be certain where two places are named that contradict each other."""
    if len(ranked) < 2 or ranked[1].certainty < _RIVAL:
        return ranked
    return [
        evolve(place, certainty=min(place.certainty, _DOUBTFUL), rule=f"{place.rule}; another place is named too")
        for place in ranked
    ]


def _suggestion(mention: PlaceMention, unit: str) -> PlaceSuggestion:
    return PlaceSuggestion(unit=unit, certainty=mention.certainty, words=mention.words, rule=mention.rule)


def _with_area(district: District, place: PlaceSuggestion, areas: Sequence[PlaceMention]) -> PlaceSuggestion:
    """Return a place, or the area in it that is named besides, if it is one alone."""
    inside = {id: m for m in areas for id in m.units if district.is_within(id, place.unit)}
    if len(inside) != 1:
        return place
    ((unit, mention),) = inside.items()
    words = place.words if mention.words in place.words else f"{mention.words} … {place.words}"
    return evolve(place, unit=unit, words=words, rule=f"an area beside its commune, {place.rule}")


def _areas_alone(district: District, areas: Sequence[PlaceMention], within: str) -> tuple[PlaceSuggestion, ...]:
    """Return areas that are named without their commune: inside the account's commune, or by a name of their own."""
    commune = district.counting_unit(within) if within else ""
    if commune and district.levels[district.units[commune].level].counts:
        inside = {id: m for m in areas for id in m.units if district.is_within(id, commune)}
        return tuple(_settle_rivals([_inside_account(m, id) for id, m in inside.items()]))
    named = [(id, m) for m in areas for id in m.units if not m.is_numbered]
    alone = len({id for id, _ in named}) == 1
    return tuple(
        evolve(_suggestion(m, id), certainty=m.certainty if alone else 0.3, rule=f"{m.rule}, without its commune")
        for id, m in named
    )


def _inside_account(mention: PlaceMention, unit: str) -> PlaceSuggestion:
    certainty = _AREA_OF_ACCOUNT if mention.certainty >= _RIVAL else mention.certainty
    rule = f"{mention.rule}, in the commune of the account or group"
    return evolve(_suggestion(mention, unit), certainty=certainty, rule=rule)


def _places_near(district: District, point: Point, day: date) -> tuple[PlaceSuggestion, ...]:
    """Return the units that a location lies in, the smallest first, or the nearest one as a doubtful suggestion."""
    placed = sorted(_distances(district, point, day), key=lambda p: (p[2], p[1]))
    inside = [unit for unit, km, reach in placed if km <= reach]
    deepest = {u.id for u in inside if not any(o is not u and district.is_within(o.id, u.id) for o in inside)}
    if not deepest:
        nearest = sorted(placed, key=lambda p: p[1])[:1]
        return tuple(_located(u, 0.4, f"the location sent is {km:.1f} km from its middle") for u, km, _ in nearest)
    certainty = 0.9 if len(deepest) == 1 else 0.5
    return tuple(
        _located(unit, certainty, f"the location sent is {km:.1f} km from its middle, within {reach:g} km")
        for unit, km, reach in placed
        if unit.id in deepest
    )


def _distances(district: District, point: Point, day: date) -> Iterator[tuple[Unit, float, float]]:
    """Yield the units whose middle is known, how far it is from a location, and how far they reach, in kilometres."""
    for unit in map(district.unit, district.place_names.standing_on(day)):
        if unit.lat is not None and unit.lon is not None:
            yield unit, distance_km(point, (unit.lat, unit.lon)), unit.radius_km or 0.0


def _located(unit: Unit, certainty: float, rule: str) -> PlaceSuggestion:
    return PlaceSuggestion(unit=unit.id, certainty=certainty, rule=rule)


def distance_km(one: Point, other: Point) -> float:
    """Return kilometres between two points of the earth."""
    (lat, lon), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    a = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(a))


def _join(
    district: District, said: Sequence[PlaceSuggestion], near: Sequence[PlaceSuggestion]
) -> tuple[PlaceSuggestion, ...]:
    """Join what the words say and where the phone was: agreeing they strengthen each other, else a person decides."""
    if not said or not near:
        return (*said, *near)
    for place in said:
        for spot in near:
            fits = district.is_within(place.unit, spot.unit) or district.is_within(spot.unit, place.unit)
            if fits and max(place.certainty, spot.certainty) >= _RIVAL:
                deeper = place if district.is_within(place.unit, spot.unit) else spot
                rule = f"{place.rule}, and {spot.rule}"
                agreed = evolve(deeper, certainty=0.97, words=place.words, rule=rule)
                return (agreed, *(other for other in chain(said, near) if other not in (place, spot)))
    return tuple(_settle_rivals(sorted(chain(said, near), key=lambda place: -place.certainty)))
