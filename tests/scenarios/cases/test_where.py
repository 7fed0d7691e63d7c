"""Where something happened, and who gets it: accounts bound to units, places in the words, and one question."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.scenarios.cases.town import AN, BINH, THEFT, Town, bound_town, open_town

from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import pump
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.memory import MemoryStorage
from anninh_core.vocabulary.messages import Attachment


@pytest.fixture
def town(storage: Storage) -> Iterator[Town]:
    opened = bound_town(storage)
    with opened.app:
        yield opened


# ---- whose account


def test_a_commune_sees_what_is_written_to_its_own_account(town: Town) -> None:
    """A tip to Ninh Hòa's account lies at Ninh Hòa, with the reason on record; another commune sees nothing of it."""
    town.commune_talk.says(AN, THEFT)
    (tip,) = town.tips("ninh-hoa")
    assert tip.unit == "ninh-hoa"
    assert "the unit of the account" in tip.place_reason
    assert town.tips("ninh-an") == []


def test_who_writes_to_a_commune_is_not_asked_where(town: Town) -> None:
    """Where one commune is served, nothing is to be asked."""
    town.commune_talk.says(AN, THEFT)
    assert not any("Việc này" in text for text in town.commune_chat.hears(town.commune_chat.person(AN)))


def test_questions_lie_where_the_account_is_too(town: Town) -> None:
    """An inquiry to Ninh Hòa's account is Ninh Hòa's."""
    town.commune_talk.says(AN, "Làm căn cước công dân ở đâu?")
    (inquiry,) = town.app.inquiries.list(town.officer("ninh-hoa")).items
    assert inquiry.unit == "ninh-hoa"


def test_an_account_is_bound_to_a_unit_that_exists() -> None:
    """A mistyped unit, or one outside the authority, is told when the app opens, with the place in the settings."""
    for unit in ("ninh-hoaa", "phuong-hoa-lu"):
        with pytest.raises(ConfigurationError, match=r"messengers\.oa\.unit"):
            open_town(MemoryStorage(), shipped_district(), {"oa": unit})


# ---- what the words say


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("Trộm xe máy ở xã Ninh Hòa", "ninh-hoa"),
        ("mat trom xe may o ninh van", "ninh-van"),
        ("Trộm chó ở khu dân cư số 2, Ninh An", "ninh-an/kdc-2"),
        ("TT Thiên Tôn có đánh bạc", "thien-ton"),
    ],
)
def test_a_place_in_the_words_decides(town: Town, words: str, unit: str) -> None:
    """The commune's officer sees the tip at once, and reads by which words it came there."""
    town.district_talk.says(AN, words)
    (tip,) = town.tips(shipped_district().counting_unit(unit))
    assert tip.unit == unit
    assert "“" in tip.place_reason
    assert not any("Việc này" in text for text in town.heard(AN))


def test_a_direction_is_no_place(town: Town) -> None:
    """Where somebody only went stays a suggestion with its reason; the tip doesn't move."""
    town.district_talk.says(AN, "Thằng trộm xe máy chạy về Ninh Vân rồi")
    (tip,) = town.tips()
    assert tip.unit == "hoa-lu"
    (place,) = town.app.tips.suggest_place(town.officer("hoa-lu"), tip.id)
    assert (place.unit, place.is_certain) == ("ninh-van", False)
    assert "Ninh Vân" in place.reason


def test_a_place_said_later_counts(town: Town) -> None:
    """While nobody has placed a tip, a quoted addition that names the place does."""
    chat = town.district_chat
    said = chat.says(chat.person(AN), THEFT)
    pump(town.app, chat, "oa")
    chat.says(chat.person(AN), "nhà em ở xã Ninh Khang, cạnh đình", reply_to=said.id)
    pump(town.app, chat, "oa")
    (tip,) = town.tips("ninh-khang")
    assert tip.place_reason.startswith("said later")


def test_a_location_decides_where_the_profile_knows_the_middles(storage: Storage) -> None:
    """Coordinates count only for units that have them: inside one radius the place is certain."""
    district = shipped_district()
    placed = evolve(district.unit("ninh-giang"), lat=20.289, lon=105.928, radius_km=2.0)
    town = open_town(storage, evolve(district, units={**district.units, "ninh-giang": placed}), {"oa": "hoa-lu"})
    with town.app:
        pin = Attachment("location", latitude=20.2893, longitude=105.9288)
        town.district_talk.says(AN, "Cháy xưởng mộc rồi các anh ơi", attachments=[pin])
        (tip,) = town.tips("ninh-giang")
        assert "km from its middle" in tip.place_reason
        assert tip.point == (20.2893, 105.9288)


# ---- the one question


def test_the_resident_is_asked_once_and_answers_by_a_number(town: Town) -> None:
    """The receipt comes first; the answer moves the tip, and nothing more is asked."""
    talk = town.district_talk
    talk.says(AN, THEFT)
    talk.hears(AN, "Mã tiếp nhận")
    lines = talk.hears(AN, "Việc này ở xã.*").group()
    number = next(line.partition(".")[0] for line in lines.splitlines() if "xã Ninh Hòa" in line)
    talk.says(AN, f"số {number} ạ")
    (tip,) = town.tips("ninh-hoa")
    assert (tip.unit, tip.place_options) == ("ninh-hoa", ())
    talk.says(AN, "Lại bị trộm chó nữa")
    assert not any("Việc này" in text for text in town.heard(AN))


def test_the_resident_answers_in_words(town: Town) -> None:
    """The name of a commune alone is the answer, and makes no tip of its own."""
    town.district_talk.says(AN, THEFT)
    town.district_talk.says(AN, "dạ ninh an ạ")
    assert [tip.unit for tip in town.tips()] == ["ninh-an"]


def test_an_answer_that_never_comes_delays_nothing(town: Town) -> None:
    """The tip is received, has its limits and is the root's to handle meanwhile."""
    town.district_talk.says(AN, THEFT)
    (tip,) = town.tips()
    assert (tip.state, tip.unit) == (TipState.RECEIVED, "hoa-lu")
    assert tip.clocks
    assert len(tip.place_options) == 11


def test_another_report_is_no_answer(town: Town) -> None:
    """Words that tell of something else are a tip; a number that isn't on the list moves nothing."""
    town.district_talk.says(AN, THEFT)
    town.clock.advance(timedelta(hours=5))
    town.district_talk.says(AN, "Ở Ninh Vân có đám đánh bạc ăn tiền rất to sau chùa")
    assert [tip.unit for tip in town.tips()] == ["hoa-lu", "ninh-van"]
    town.district_talk.says(BINH, THEFT)
    town.district_talk.says(BINH, "99")
    assert town.tips()[2].unit == "hoa-lu"


def test_in_danger_the_numbers_come_before_the_question(town: Town) -> None:
    """Emergency, receipt, question: in this order."""
    town.district_talk.says(AN, "Cháy nhà các anh ơi, đến ngay")
    first, second, third = town.heard(AN)
    assert "114" in first
    assert "Mã tiếp nhận" in second
    assert "Việc này" in third


def test_danger_is_never_taken_for_an_answer(town: Town) -> None:
    """Who is asked where and cries for help from there raises the case, which an officer sees as two matters."""
    town.district_talk.says(AN, THEFT)
    town.district_talk.says(AN, "Cháy nhà ở Ninh An")
    (tip,) = town.tips()
    assert (tip.emergency, tip.unit, len(tip.second_matters)) == (True, "ninh-an", 1)


def test_two_places_are_asked_for_and_not_guessed(town: Town) -> None:
    """Of two communes named alike, the resident chooses between these two."""
    town.district_talk.says(AN, "Ninh Hòa với Ninh Giang có đám trộm chó")
    (tip,) = town.tips()
    assert (tip.unit, set(tip.place_options)) == ("hoa-lu", {"ninh-hoa", "ninh-giang"})


def test_an_officer_has_the_last_word(town: Town) -> None:
    """Once a person has placed a tip, no later word moves it."""
    boss = town.officer("hoa-lu")
    town.district_talk.says(AN, THEFT)
    (tip,) = town.tips()
    town.app.tips.triage(boss, tip.id, category="crime", unit="ninh-my")
    town.district_talk.says(AN, "4")
    (tip,) = [one for one in town.tips() if one.id == tip.id]
    assert (tip.unit, tip.place_reason) == ("ninh-my", "a person says so")
