"""Pure functions over a `District` that find the places of events in a resident's text and in a location that the
resident sent.

Nothing is guessed silently: each suggestion has the words and the rule that found it. Only one suggestion can be
certain, and only if nothing contradicts it.
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
"""Lowest certainty at which a place is set at reception; below it, a place is a suggestion for a person."""

_NAMED = 0.5  # Lowest certainty of a mention that counts as a place, including directions and neighbours.
_RIVAL = 0.6  # A rival place below this certainty doesn't make a certain place doubtful.
_DOUBTFUL = 0.55  # Highest certainty of two places that contradict each other.
_AREA_OF_ACCOUNT = 0.85
_EARTH_KM = 6371.0
_MOST = 5  # Maximum number of suggestions.

Point = tuple[float, float]
"""Latitude and longitude, in degrees of WGS 84."""


@frozen(kw_only=True)
class PlaceSuggestion:
    """A possible place of an event.

    Attributes:
        unit: id of the unit.
        certainty: 0 to 1; from `CERTAIN` on nothing contradicts it.
        words: the resident's words; "" for a location.
        rule: conclusion from the words or the location.
    """

    unit: str
    certainty: float
    words: str = field(default="", repr=False)
    rule: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether the place may be set without asking the resident."""
        return self.certainty >= CERTAIN

    @property
    def reason(self) -> str:
        """The rule that found the place and the words as written, in one line."""
        return f"{self.rule}: “{self.words}”" if self.words else self.rule

    def to_view(self) -> PlaceSuggestionView:
        """Return the read-only view of the suggestion."""
        return make_view(PlaceSuggestionView, self)


def find_places(
    district: District,
    text: str,
    *,
    day: date,
    within: str = "",
    point: Point | None = None,
    ignored_units: Collection[str] = (),
) -> tuple[PlaceSuggestion, ...]:
    """Return possible places of an event, the most certain first; at most five.

    Args:
        district: district with the places.
        text: the resident's text.
        day: day of the text, in the district's time zone: it decides which unit has a name.
        within: unit that the account or group belongs to: "xóm 3" counts inside a commune only.
        point: location that was sent along.
        ignored_units: ids of units to ignore in the text, because they are known and another place is searched for.
    """
    text_places = _find_places_in_text(district, text, day, within, ignored_units)
    return _join_places(district, text_places, _find_places_near(district, point, day) if point else ())[:_MOST]


def find_certain_place(suggestions: Sequence[PlaceSuggestion]) -> PlaceSuggestion | None:
    """Return the place that may be set without asking, or None."""
    return suggestions[0] if suggestions and suggestions[0].is_certain else None


def find_named_place(suggestions: Sequence[PlaceSuggestion]) -> PlaceSuggestion | None:
    """Return the only place that a text names, even as a direction or a neighbour; None for none or several."""
    if (place := find_certain_place(suggestions)) is not None:
        return place
    candidates = [place for place in suggestions if place.certainty >= _NAMED]
    return candidates[0] if len(candidates) == 1 else None


def find_other_names(district: District, unit: str, text: str, day: date) -> frozenset[str]:
    """Return the other names of a unit in a text, folded: names of units that were merged into it, without initials.

    Two former communes that were merged into the same unit are still different places.
    """
    own_name = _strip_kind(district, words(district.unit(unit).name))
    names = {
        _strip_kind(district, words(mention.words))
        for mention in find_mentions(district, text, day)
        if mention.units == (unit,)
    }
    return frozenset(" ".join(name) for name in names if name != own_name and all(len(word) > 1 for word in name))


def _strip_kind(district: District, tokens: Sequence[str]) -> tuple[str, ...]:
    kinds = district.place_names.kind_words
    length = next((length for length in (3, 2, 1) if tuple(tokens[:length]) in kinds), 0)
    return tuple(tokens[length:]) or tuple(tokens)


def _find_places_in_text(
    district: District, text: str, day: date, within: str, ignored_units: Collection[str]
) -> tuple[PlaceSuggestion, ...]:
    mentions = [mention for mention in find_mentions(district, text, day) if not {*mention.units} <= {*ignored_units}]
    if not mentions:
        return ()
    communes = _drop_ambiguous_mentions([m for m in mentions if not m.is_area])
    areas = [m for m in mentions if m.is_area]
    if not communes:
        return _suggest_areas(district, areas, within)
    ranked = _rank_suggestions(communes)
    areas = [m for m in areas if m.certainty >= _RIVAL]
    return tuple(_narrow_to_area(district, place, areas) for place in ranked)


def _drop_ambiguous_mentions(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Drop a mention with several possible places if one of them is also named alone: "phường Tây Hoa Lư (Ninh Hòa
    cũ)".
    """
    single = {mention.units[0] for mention in mentions if len(mention.units) == 1}
    return [m for m in mentions if len(m.units) == 1 or not single & {*m.units}]


def _rank_suggestions(mentions: Sequence[PlaceMention]) -> list[PlaceSuggestion]:
    best: dict[str, PlaceSuggestion] = {}
    for mention in mentions:
        shared = len(mention.units) > 1
        for unit in mention.units:
            place = _make_suggestion(mention, unit)
            if shared:
                rule = f"{mention.rule}; the name means {len(mention.units)} places"
                place = evolve(place, certainty=min(mention.certainty, 0.5), rule=rule)
            if unit not in best or place.certainty > best[unit].certainty:
                best[unit] = place
    return _lower_rivals(sorted(best.values(), key=lambda place: -place.certainty))


def _lower_rivals(ranked: list[PlaceSuggestion]) -> list[PlaceSuggestion]:
    """Lower the certainty of all places if two places that contradict each other are named."""
    if len(ranked) < 2 or ranked[1].certainty < _RIVAL:
        return ranked
    return [
        evolve(place, certainty=min(place.certainty, _DOUBTFUL), rule=f"{place.rule}; another place is named too")
        for place in ranked
    ]


def _make_suggestion(mention: PlaceMention, unit: str) -> PlaceSuggestion:
    return PlaceSuggestion(unit=unit, certainty=mention.certainty, words=mention.words, rule=mention.rule)


def _narrow_to_area(district: District, place: PlaceSuggestion, areas: Sequence[PlaceMention]) -> PlaceSuggestion:
    """Return a place, or the area in it that is named as well, if only one such area is named."""
    inside = {id: m for m in areas for id in m.units if district.is_within(id, place.unit)}
    if len(inside) != 1:
        return place
    ((unit, mention),) = inside.items()
    words = place.words if mention.words in place.words else f"{mention.words} … {place.words}"
    return evolve(place, unit=unit, words=words, rule=f"an area beside its commune, {place.rule}")


def _suggest_areas(district: District, areas: Sequence[PlaceMention], within: str) -> tuple[PlaceSuggestion, ...]:
    """Return areas named without their commune: inside the account's commune, or by a name without a number."""
    commune = district.counting_unit(within) if within else ""
    if commune and district.levels[district.units[commune].level].counts:
        inside = {id: m for m in areas for id in m.units if district.is_within(id, commune)}
        return tuple(_lower_rivals([_suggest_in_account(m, id) for id, m in inside.items()]))
    named_areas = [(id, m) for m in areas for id in m.units if not m.is_numbered]
    is_single = len({id for id, _ in named_areas}) == 1
    return tuple(
        evolve(
            _make_suggestion(m, id), certainty=m.certainty if is_single else 0.3, rule=f"{m.rule}, without its commune"
        )
        for id, m in named_areas
    )


def _suggest_in_account(mention: PlaceMention, unit: str) -> PlaceSuggestion:
    certainty = _AREA_OF_ACCOUNT if mention.certainty >= _RIVAL else mention.certainty
    rule = f"{mention.rule}, in the commune of the account or group"
    return evolve(_make_suggestion(mention, unit), certainty=certainty, rule=rule)


def _find_places_near(district: District, point: Point, day: date) -> tuple[PlaceSuggestion, ...]:
    """Return the smallest units that contain a location, or the nearest unit as a doubtful suggestion."""
    distances = sorted(_iter_distances(district, point, day), key=lambda p: (p[2], p[1]))
    inside = [unit for unit, km, reach in distances if km <= reach]
    deepest = {u.id for u in inside if not any(o is not u and district.is_within(o.id, u.id) for o in inside)}
    if not deepest:
        nearest = sorted(distances, key=lambda p: p[1])[:1]
        return tuple(
            _suggest_located(u, 0.4, f"the location sent is {km:.1f} km from its middle") for u, km, _ in nearest
        )
    certainty = 0.9 if len(deepest) == 1 else 0.5
    return tuple(
        _suggest_located(unit, certainty, f"the location sent is {km:.1f} km from its middle, within {reach:g} km")
        for unit, km, reach in distances
        if unit.id in deepest
    )


def _iter_distances(district: District, point: Point, day: date) -> Iterator[tuple[Unit, float, float]]:
    """Yield the units with a known centre, its distance from a location, and the unit's radius, both in kilometres."""
    for unit in map(district.unit, district.place_names.list_places_on(day)):
        if unit.lat is not None and unit.lon is not None:
            yield unit, distance_km(point, (unit.lat, unit.lon)), unit.radius_km or 0.0


def _suggest_located(unit: Unit, certainty: float, rule: str) -> PlaceSuggestion:
    return PlaceSuggestion(unit=unit.id, certainty=certainty, rule=rule)


def distance_km(first: Point, other: Point) -> float:
    """Return the distance between two points of the earth in kilometres."""
    (lat, lon), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (first, other))
    a = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(a))


def _join_places(
    district: District, text_places: Sequence[PlaceSuggestion], location_places: Sequence[PlaceSuggestion]
) -> tuple[PlaceSuggestion, ...]:
    """Join places of the text and of the location: if two agree, they become certain; else a person decides."""
    if not text_places or not location_places:
        return (*text_places, *location_places)
    for place in text_places:
        for spot in location_places:
            fits = district.is_within(place.unit, spot.unit) or district.is_within(spot.unit, place.unit)
            if fits and max(place.certainty, spot.certainty) >= _RIVAL:
                deeper = place if district.is_within(place.unit, spot.unit) else spot
                rule = f"{place.rule}, and {spot.rule}"
                agreed = evolve(deeper, certainty=0.97, words=place.words, rule=rule)
                return (agreed, *(other for other in chain(text_places, location_places) if other not in (place, spot)))
    return tuple(_lower_rivals(sorted(chain(text_places, location_places), key=lambda place: -place.certainty)))
