"""Where something happened, by a resident's words and location."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.tips.sorting.places import PlaceSuggestion, certain_place, find_places
from anninh_core.kernel.text import fold
from anninh_core.profile import load_profile
from anninh_core.testing.apps import shipped_district
from anninh_core.vocabulary.district import District

DAY = date(2021, 9, 1)
AT_LEAST = {"places_seen": 30, "places_held_out": 27}
"""So many of thirty sentences are read right; of those held out none was looked at while the rules were made."""
WRONG_AT_MOST = {"places_seen": 0, "places_held_out": 1}
"""So many are taken for another place without asking: the one fault that nobody notices."""


def found(text: str, *, within: str = "", day: date = DAY) -> tuple[PlaceSuggestion, ...]:
    return find_places(shipped_district(), text, day=day, within=within)


def certain(text: str, *, within: str = "", day: date = DAY) -> str:
    place = certain_place(found(text, within=within, day=day))
    return place.unit if place else ""


@frozen
class Score:
    right: int
    wrong: int
    told: str


def score(name: str) -> Score:
    """Read a file of sentences and count what is read right, and what is taken for another place."""
    file = Path(__file__).with_name(f"{name}.toml")
    sentences = tomllib.loads(file.read_text(encoding="utf-8"))["sentence"]
    assert len(sentences) == 30
    right = 0
    wrong = 0
    told = []
    for sentence in sentences:
        unit = certain(sentence["text"])
        suggested = {place.unit for place in found(sentence["text"])}
        fits = unit == sentence["unit"] and suggested >= {*sentence.get("maybe", ())}
        right += fits
        wrong += unit not in ("", sentence["unit"])
        if not fits:
            told.append(f"{sentence['text']}: {unit or 'nothing'}, not {sentence['unit'] or 'nothing'}")
    return Score(right, wrong, f"{name}: {right} of 30 right, {wrong} wrong without asking\n" + "\n".join(told))


@pytest.mark.parametrize("name", AT_LEAST)
def test_sentences_in_peoples_ways_are_read(name: str) -> None:
    """Half was looked at while the rules were made, half was only measured afterwards; the figures are printed."""
    result = score(name)
    print(result.told)  # noqa: T201  the figures are what this test is for
    assert result.right >= AT_LEAST[name], result.told
    assert result.wrong <= WRONG_AT_MOST[name], result.told


def test_a_suggestion_tells_words_and_rule() -> None:
    """The words stand as they were written, with the rule that concluded from them."""
    (place,) = found("Mất xe ở X. NINH HOÀ tối qua")
    assert place.reason == "named with its kind as the place: “X. NINH HOÀ”"
    assert place.certainty > 0.9


@pytest.mark.parametrize("unit", ["xã Ninh Hòa", "thị trấn Thiên Tôn", "xã Trường Yên", "xã Ninh Mỹ"])
@pytest.mark.parametrize("way", [str, fold, str.upper, lambda name: name.replace(" ", "  ")])
def test_accents_capitals_and_blanks_do_not_matter(unit: str, way: object) -> None:
    """Names are found however they are typed."""
    assert callable(way)
    wanted = next(one.id for one in shipped_district().units.values() if one.name == unit)
    assert certain(f"{way('Có trộm ở')} {way(unit)}") == wanted


def test_an_area_counts_inside_its_commune_only() -> None:
    """There is a "khu 1" everywhere: it counts with a commune beside it, or in a commune's own account."""
    assert found("khu dân cư số 1 mất điện") == ()
    assert certain("khu dân cư số 1 mất điện", within="ninh-an") == "ninh-an/kdc-1"
    assert certain("kdc 01 Ninh An mất điện") == "ninh-an/kdc-1"
    assert certain("kdc 9 Ninh An mất điện") == "ninh-an"


def test_later_names_lead_back_and_say_that_they_are_unsure() -> None:
    """Ninh Nhất holds more than Ninh Xuân did; Tây Hoa Lư holds three communes, of which one may be named besides."""
    assert [(place.unit, place.is_certain) for place in found("xã Ninh Nhất có trộm")] == [("ninh-xuan", False)]
    places = found("phường Tây Hoa Lư có trộm")
    assert {place.unit for place in places} == {"ninh-giang", "truong-yen", "ninh-hoa"}
    assert not any(place.is_certain for place in places)
    assert certain("phường Tây Hoa Lư (Trường Yên cũ)") == "truong-yen"


def test_old_names_lead_to_the_ward_of_today() -> None:
    """In the profile of 2025 the wards go by the names of the communes that they were made of, too."""
    district = load_profile("hai_cap_2025")
    for text, ward in {
        "trộm chó ở Ninh Hòa": "phuong-tay-hoa-lu",
        "thiên tôn có đánh bạc": "phuong-hoa-lu",
        "p. Nam Hoa Lư mất nước": "phuong-nam-hoa-lu",
        "tdp số 1 phường Hoa Lư": "phuong-hoa-lu/tdp-1",
    }.items():
        place = certain_place(find_places(district, text, day=date(2025, 9, 1)))
        assert place is not None, text
        assert place.unit == ward


def test_a_profile_that_has_ended_goes_on_by_its_last_day() -> None:
    """Who still works with the communes of 2021 finds them in 2026."""
    assert certain("Có trộm ở xã Ninh Hòa", day=date(2026, 3, 1)) == "ninh-hoa"


@pytest.mark.parametrize(
    "text",
    [
        "tình hình an ninh an toàn",
        "ông Nguyễn Ninh An",
        "Chị Ninh Mỹ Duyên",
        "nhà trường yên tâm",
        "môi trường yên tĩnh",
        "",
        "12345",
        "😀",
    ],
)
def test_names_inside_other_words_are_not_taken(text: str) -> None:
    """Security is no commune, and neither is somebody's name."""
    assert certain(text) == ""


def ward_called(name: str) -> District:
    """Return a district with a ward of another name, which may be a word of everyday life."""
    district = load_profile("hai_cap_2025")
    ward = evolve(district.unit("phuong-nam-hoa-lu"), name=name, aliases=())
    return evolve(district, units={**district.units, ward.id: ward})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("phường An Ninh", "Đêm qua ở phường An Ninh có hai nhà mất trộm"),
        ("phường An Ninh", "Cháy quán ăn tại P. An Ninh rồi các anh ơi"),
        ("phường Thị Trường", "Xe tải đỗ kín đường ở phường Thị Trường"),
    ],
)
def test_an_innocent_phrase_behind_its_kind_is_the_unit(name: str, text: str) -> None:
    """With its kind and its capitals it is the official name, whatever the phrase else means."""
    place = certain_place(find_places(ward_called(name), text, day=date(2025, 9, 1)))
    assert place is not None
    assert place.unit == "phuong-nam-hoa-lu"


@pytest.mark.parametrize(
    "text",
    [
        "tình hình An Ninh ở đây kém lắm",
        "Toàn phường an ninh trật tự ổn định",
        "TOÀN PHƯỜNG AN NINH TRẬT TỰ ỔN ĐỊNH",
        "Công an phường, an ninh cơ sở đã đến",
    ],
)
def test_without_kind_or_capitals_it_stays_a_phrase(text: str) -> None:
    """Who writes of security means no ward."""
    assert find_places(ward_called("phường An Ninh"), text, day=date(2025, 9, 1)) == ()


def test_an_innocent_phrase_in_small_letters_is_a_hint() -> None:
    """At the end of a clause, behind its kind, an officer sees it; nothing is decided by it."""
    (place,) = find_places(ward_called("phường An Ninh"), "trom o phuong an ninh", day=date(2025, 9, 1))
    assert (place.unit, place.is_certain) == ("phuong-nam-hoa-lu", False)


def placed(district: District, **units: tuple[float, float, float]) -> District:
    """Give units a middle and a radius."""
    changed = {
        id.replace("_", "-"): evolve(district.unit(id.replace("_", "-")), lat=lat, lon=lon, radius_km=km)
        for id, (lat, lon, km) in units.items()
    }
    return evolve(district, units={**district.units, **changed})


def test_a_location_is_certain_inside_one_radius_only() -> None:
    """Between two places, or outside all, a person decides."""
    district = placed(shipped_district(), ninh_an=(20.20, 105.95, 2.0), ninh_van=(20.23, 105.95, 2.0))
    inside = find_places(district, "", day=DAY, point=(20.195, 105.95))
    assert [(place.unit, place.is_certain) for place in inside] == [("ninh-an", True)]
    between = find_places(district, "", day=DAY, point=(20.215, 105.95))
    assert {(place.unit, place.is_certain) for place in between} == {("ninh-an", False), ("ninh-van", False)}
    outside = find_places(district, "", day=DAY, point=(20.0, 105.95))
    assert [(place.unit, place.is_certain) for place in outside] == [("ninh-an", False)]
    assert find_places(shipped_district(), "", day=DAY, point=(20.2, 105.95)) == ()


def test_words_and_location_that_contradict_each_other_are_left_to_a_person() -> None:
    """Somebody may write from the road about what they saw at home."""
    district = placed(shipped_district(), ninh_an=(20.20, 105.95, 2.0))
    against = find_places(district, "trộm ở Ninh Hòa", day=DAY, point=(20.2, 105.95))
    assert certain_place(against) is None
    assert {place.unit for place in against} == {"ninh-hoa", "ninh-an"}
    agreeing = certain_place(find_places(district, "trộm ở Ninh An", day=DAY, point=(20.2, 105.95)))
    assert agreeing is not None
    assert "km from its middle" in agreeing.reason


NAMES = st.sampled_from(
    ["Ninh Hòa", "ninh an", "xã", "ở", "đi", "về", "kdc 1", "Nguyễn", "ông", ",", ".", "\n", "(", "N."]
)


@given(st.lists(NAMES | st.text(max_size=8), max_size=12).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    """Whatever is written, one place at most is certain, it comes first, and all are the district's."""
    places = found(text, within="hoa-lu")
    assert [place for place in places[1:] if place.is_certain] == []
    assert [place.certainty for place in places] == sorted((place.certainty for place in places), reverse=True)
    assert all(place.unit in shipped_district().subtree("hoa-lu") and 0 < place.certainty <= 1 for place in places)
