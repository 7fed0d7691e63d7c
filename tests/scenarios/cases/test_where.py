"""The place of an event and the unit that gets it: accounts bound to units, places in the text, and one question."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.scenarios.cases.town import AN, BINH, THEFT, TwoAccountTown, open_bound_town, open_town

from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import pump
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.memory import MemoryStorage
from anninh_core.vocabulary.messages import Attachment


@pytest.fixture
def town(storage: Storage) -> Iterator[TwoAccountTown]:
    opened = open_bound_town(storage)
    with opened.app:
        yield opened


# ---- Accounts that are bound to a unit


def test_tip_belongs_to_the_unit_of_the_account(town: TwoAccountTown) -> None:
    """A tip to a commune's account belongs to that commune, the reason is on record, and other communes can't see the
    tip.
    """
    town.commune_dialog.says(AN, THEFT)
    (tip,) = town.tips("ninh-hoa")
    assert tip.unit == "ninh-hoa"
    assert "the unit of the account" in tip.place_reason
    assert town.tips("ninh-an") == []


def test_commune_account_asks_for_no_place(town: TwoAccountTown) -> None:
    """A resident who writes to a commune's account isn't asked for the place."""
    town.commune_dialog.says(AN, THEFT)
    assert not any("Việc này" in text for text in town.commune_chat.hears(town.commune_chat.person(AN)))


def test_question_belongs_to_the_unit_of_the_account(town: TwoAccountTown) -> None:
    """A question to a commune's account belongs to that commune."""
    town.commune_dialog.says(AN, "Làm căn cước công dân ở đâu?")
    (inquiry,) = town.app.inquiries.list(town.appoint_officer("ninh-hoa")).items
    assert inquiry.unit == "ninh-hoa"


def test_an_account_is_bound_to_a_unit_that_exists() -> None:
    """An account's unit that is unknown or outside the authority is refused when the app opens, with the key of the
    setting.
    """
    for unit in ("ninh-hoaa", "phuong-hoa-lu"):
        with pytest.raises(ConfigurationError, match=r"messengers\.oa\.unit"):
            open_town(MemoryStorage(), shipped_district(), {"oa": unit})


# ---- Places in the text


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("Trộm xe máy ở xã Ninh Hòa", "ninh-hoa"),
        ("mat trom xe may o ninh van", "ninh-van"),
        ("Trộm chó ở khu dân cư số 2, Ninh An", "ninh-an/kdc-2"),
        ("TT Thiên Tôn có đánh bạc", "thien-ton"),
    ],
)
def test_a_place_in_the_words_decides(town: TwoAccountTown, words: str, unit: str) -> None:
    """A place in the text decides about the unit, and the reason quotes the words."""
    town.district_dialog.says(AN, words)
    (tip,) = town.tips(shipped_district().counting_unit(unit))
    assert tip.unit == unit
    assert "“" in tip.place_reason
    assert not any("Việc này" in text for text in town.heard(AN))


def test_a_direction_is_no_place(town: TwoAccountTown) -> None:
    """A direction in the text is only suggested as a place and doesn't move the tip."""
    town.district_dialog.says(AN, "Thằng trộm xe máy chạy về Ninh Vân rồi")
    (tip,) = town.tips()
    assert tip.unit == "hoa-lu"
    (place,) = town.app.tips.suggest_place(town.appoint_officer("hoa-lu"), tip.id)
    assert (place.unit, place.is_certain) == ("ninh-van", False)
    assert "Ninh Vân" in place.reason


def test_later_place_counts(town: TwoAccountTown) -> None:
    """A place in a later message moves a tip if no person has set its place."""
    chat = town.district_chat
    message = chat.says(chat.person(AN), THEFT)
    pump(town.app, chat, "oa")
    chat.says(chat.person(AN), "nhà em ở xã Ninh Khang, cạnh đình", reply_to=message.id)
    pump(town.app, chat, "oa")
    (tip,) = town.tips("ninh-khang")
    assert tip.place_reason.startswith("said later")


def test_location_decides_for_units_with_coordinates(storage: Storage) -> None:
    """A location inside the radius of a unit with coordinates is a certain place."""
    district = shipped_district()
    placed = evolve(district.unit("ninh-giang"), lat=20.289, lon=105.928, radius_km=2.0)
    town = open_town(storage, evolve(district, units={**district.units, "ninh-giang": placed}), {"oa": "hoa-lu"})
    with town.app:
        pin = Attachment("location", latitude=20.2893, longitude=105.9288)
        town.district_dialog.says(AN, "Cháy xưởng mộc rồi các anh ơi", attachments=[pin])
        (tip,) = town.tips("ninh-giang")
        assert "km from its middle" in tip.place_reason
        assert tip.point == (20.2893, 105.9288)


# ---- The question about the place


def test_the_resident_is_asked_once_and_answers_by_a_number(town: TwoAccountTown) -> None:
    """The resident gets the receipt first, is asked once for the place, and can answer with a number, which moves the
    tip.
    """
    talk = town.district_dialog
    talk.says(AN, THEFT)
    talk.hears(AN, "Mã tiếp nhận")
    lines = talk.hears(AN, "Việc này ở xã.*").group()
    number = next(line.partition(".")[0] for line in lines.splitlines() if "xã Ninh Hòa" in line)
    talk.says(AN, f"số {number} ạ")
    (tip,) = town.tips("ninh-hoa")
    assert (tip.unit, tip.place_options) == ("ninh-hoa", ())
    talk.says(AN, "Lại bị trộm chó nữa")
    assert not any("Việc này" in text for text in town.heard(AN))


def test_the_resident_answers_in_words(town: TwoAccountTown) -> None:
    """If the resident's message is only the name of a commune, it answers the question and makes no separate tip."""
    town.district_dialog.says(AN, THEFT)
    town.district_dialog.says(AN, "dạ ninh an ạ")
    assert [tip.unit for tip in town.tips()] == ["ninh-an"]


def test_missing_answer_delays_nothing(town: TwoAccountTown) -> None:
    """If the resident doesn't answer, the tip is received by the root unit, and its deadlines run."""
    town.district_dialog.says(AN, THEFT)
    (tip,) = town.tips()
    assert (tip.state, tip.unit) == (TipState.RECEIVED, "hoa-lu")
    assert tip.clocks
    assert len(tip.place_options) == 11


def test_another_report_is_no_answer(town: TwoAccountTown) -> None:
    """A message with another report instead of an answer is a separate tip, and an invalid number moves nothing."""
    town.district_dialog.says(AN, THEFT)
    town.clock.advance(timedelta(hours=5))
    town.district_dialog.says(AN, "Ở Ninh Vân có đám đánh bạc ăn tiền rất to sau chùa")
    assert [tip.unit for tip in town.tips()] == ["hoa-lu", "ninh-van"]
    town.district_dialog.says(BINH, THEFT)
    town.district_dialog.says(BINH, "99")
    assert town.tips()[2].unit == "hoa-lu"


def test_in_danger_the_numbers_come_before_the_question(town: TwoAccountTown) -> None:
    """An emergency gets the numbers first, then the receipt, then the question for the place."""
    town.district_dialog.says(AN, "Cháy nhà các anh ơi, đến ngay")
    first, second, third = town.heard(AN)
    assert "114" in first
    assert "Mã tiếp nhận" in second
    assert "Việc này" in third


def test_danger_is_never_taken_for_an_answer(town: TwoAccountTown) -> None:
    """An answer that reports danger makes the case an emergency with a second matter."""
    town.district_dialog.says(AN, THEFT)
    town.district_dialog.says(AN, "Cháy nhà ở Ninh An")
    (tip,) = town.tips()
    assert (tip.emergency, tip.unit, len(tip.second_matters)) == (True, "ninh-an", 1)


def test_two_places_are_asked_for_and_not_guessed(town: TwoAccountTown) -> None:
    """If the text names two communes, the resident chooses between these two."""
    town.district_dialog.says(AN, "Ninh Hòa với Ninh Giang có đám trộm chó")
    (tip,) = town.tips()
    assert (tip.unit, set(tip.place_options)) == ("hoa-lu", {"ninh-hoa", "ninh-giang"})


def test_place_set_by_a_person_is_kept(town: TwoAccountTown) -> None:
    """A place that a person has set isn't changed by later messages."""
    boss = town.appoint_officer("hoa-lu")
    town.district_dialog.says(AN, THEFT)
    (tip,) = town.tips()
    town.app.tips.triage(boss, tip.id, category="crime", unit="ninh-my")
    town.district_dialog.says(AN, "4")
    (tip,) = [current for current in town.tips() if current.id == tip.id]
    assert (tip.unit, tip.place_reason) == ("ninh-my", "a person says so")
