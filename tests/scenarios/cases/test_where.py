"""Where something happened, and who gets it: accounts bound to units, places in the words, one question, one matter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve, frozen

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.app.factory import open_app
from anninh_core.app.parts import Parts
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import BadInput, ConfigurationError, NotFound, Refused, WrongStep
from anninh_core.ports.changes import entry_from
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, SeededIds, memory_services, pump
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.rules import RoutingRule
from anninh_storage import SqliteStorage

AN, BINH, CUC = "Thử Văn An", "Thử Thị Bình", "Thử Thị Cúc"
THEFT = "Đêm qua nhà tôi bị mất trộm xe máy"
OWN = RoutingRule(id="own", to="own", reason="the rest stays")


@frozen
class Town:
    """The district's account `oa`, and an account `hoa` of Ninh Hòa's own."""

    app: App
    district_chat: MockChat
    commune_chat: MockChat
    clock: FixedClock

    @property
    def district_talk(self) -> Dialog:
        return Dialog(self.district_chat, partial(pump, self.app, self.district_chat, "oa"))

    @property
    def commune_talk(self) -> Dialog:
        return Dialog(self.commune_chat, partial(pump, self.app, self.commune_chat, "hoa"))

    def officer(self, unit: str, role: str = "tip_officer") -> Actor:
        return UnsafeLocalUsers(self.app).appoint(f"Cán bộ {unit}", unit, role)

    def tips(self, unit: str = "hoa-lu") -> list[Tip]:
        """Return what an officer of a unit sees, oldest first."""
        return [*reversed(self.app.tips.list(self.officer(unit)).items)]

    def heard(self, person: str) -> list[str]:
        return self.district_chat.hears(self.district_chat.person(person))


def open_town(folder: Path, engine: str, district: District, units: dict[str, str]) -> Town:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    ids = SeededIds(clock)
    chats = {name: MockChat(clock) for name in ("oa", "hoa")}
    file = f"sqlite:///{folder / 'anninh.db'}"
    parts = Parts(
        storage=MemoryStorage() if engine == "memory" else SqliteStorage(file),
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=ids,
        messengers={name: MockMessenger.on(c, name, memory_services(clock, ids)) for name, c in chats.items()},
    )
    bound = {name: MessengerSettings(type="mock", unit=unit) for name, unit in units.items()}
    return Town(open_app(district, Settings(messengers=bound), parts), chats["oa"], chats["hoa"], clock)


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def town(tmp_path: Path, engine: str) -> Iterator[Town]:
    opened = open_town(tmp_path, engine, shipped_district(), {"oa": "hoa-lu", "hoa": "ninh-hoa"})
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


def test_an_account_is_bound_to_a_unit_that_exists(tmp_path: Path) -> None:
    """A mistyped unit, or one outside the authority, is told when the app opens, with the place in the settings."""
    for unit in ("ninh-hoaa", "phuong-hoa-lu"):
        with pytest.raises(ConfigurationError, match=r"messengers\.oa\.unit"):
            open_town(tmp_path, "memory", shipped_district(), {"oa": unit})


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
    talk, chat = town.district_talk, town.district_chat
    said = chat.says(chat.person(AN), THEFT)
    pump(town.app, chat, "oa")
    chat.says(chat.person(AN), "nhà em ở xã Ninh Khang, cạnh đình", reply_to=said.id)
    pump(town.app, chat, "oa")
    (tip,) = town.tips("ninh-khang")
    assert tip.place_reason.startswith("said later")
    talk.hears(AN, "Đã ghi thêm")


def test_a_location_decides_where_the_profile_knows_the_middles(tmp_path: Path, engine: str) -> None:
    """Coordinates count only for units that have them: inside one radius the place is certain."""
    district = shipped_district()
    placed = evolve(district.unit("ninh-giang"), lat=20.289, lon=105.928, radius_km=2.0)
    town = open_town(
        tmp_path, engine, evolve(district, units={**district.units, "ninh-giang": placed}), {"oa": "hoa-lu"}
    )
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
    """Who is asked where and cries for help has a new case, and its numbers."""
    town.district_talk.says(AN, THEFT)
    town.district_talk.says(AN, "Cháy nhà ở Ninh An")
    assert [tip.emergency for tip in town.tips()] == [False, True]


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


# ---- routing


def test_every_rule_is_explained(town: Town) -> None:
    """An officer reads of each rule whether it matched, and which condition didn't."""
    town.district_talk.says(AN, "Mất trộm xe máy ở Ninh Hòa")
    (tip,) = town.tips("ninh-hoa")
    trials = town.app.tips.explain_route(town.officer("ninh-hoa"), tip.id)
    assert [trial.rule for trial in trials] == [rule.id for rule in shipped_district().routing]
    assert [trial.matches for trial in trials] == [False, True, False, True]
    assert trials[0].conditions == ("urgency ordinary in serious: no",)


def test_changed_rules_are_tried_on_past_tips(town: Town) -> None:
    """A table says how many would go elsewhere, and which; only numbers of tips are shown, and only one's own."""
    for person, words in ((AN, "Trộm xe máy ở Ninh Hòa"), (BINH, "Trộm xe máy ở Ninh An"), (CUC, "Cháy nhà ở Ninh An")):
        town.district_talk.says(person, words)
    rules = (RoutingRule(id="hoa", to="ninh-hoa", reason="tự xử lý", areas=frozenset({"ninh-hoa"})), OWN)
    boss, an = town.officer("hoa-lu"), town.officer("ninh-an")
    found = town.app.tips.simulate_routing(boss, rules)
    assert (found.tips, found.moved) == (3, 3)
    assert set(found.table) == {("cong-an", "ninh-hoa", 1), ("cong-an", "ninh-an", 2)}
    assert {(change.rule_before, change.rule_after) for _, change in found.items} == {
        ("crime", "hoa"),
        ("crime", "own"),
        ("serious", "own"),
    }
    assert all(tip.receipt and not tip.text and not tip.place_reason for tip, _ in found.items)
    assert town.app.tips.simulate_routing(an, rules).tips == 2
    entry = entry_from(town.app.context.storage.journal.read(limit=10_000)[-1].content)
    assert (entry.action, entry.facts["tips"], entry.actor) == ("tips.simulate_routing", 2, an.label)


def test_a_simulation_needs_rules_that_lead_somewhere(town: Town) -> None:
    """No rules, and a unit that isn't there, are refused; so is somebody without tips to read."""
    boss = town.officer("hoa-lu")
    with pytest.raises(BadInput, match="no rules"):
        town.app.tips.simulate_routing(boss, ())
    with pytest.raises(BadInput, match="no unit"):
        town.app.tips.simulate_routing(boss, (evolve(OWN, to="atlantis"),))
    with pytest.raises(Refused):
        town.app.tips.simulate_routing(town.officer("hoa-lu", "editor"), (OWN,))


# ---- one matter, several reporters


def report_fire(town: Town) -> list[Tip]:
    """Three neighbours report one fire in their ways, the third one without naming it so."""
    for person, words in (
        (AN, "cháy xưởng mộc xóm 3 Ninh Giang rồi các anh ơi, lửa bốc cao lắm"),
        (BINH, "Chay to qua, xuong go canh nha van hoa xom 3 Ninh Giang, goi 114 mai khong duoc"),
        (CUC, "khói đen bên xóm 3 Ninh Giang, nghe tiếng nổ, cứu với"),
    ):
        town.district_talk.says(person, words)
        town.clock.advance(timedelta(minutes=4))
    return town.tips("ninh-giang")


def test_three_pieces_of_one_story_are_found(town: Town) -> None:
    """Whatever their categories, each of the three leads to the other two, with what each part adds."""
    tips, boss = report_fire(town), town.officer("hoa-lu")
    assert len(tips) == 3
    for tip in tips:
        found = town.app.tips.suggest_duplicates(boss, tip.id)
        assert {other.id for other, _ in found} == {one.id for one in tips} - {tip.id}
        assert all(any("of 0.45" in reason for reason in likeness.reasons) for _, likeness in found)


def test_what_is_far_away_or_long_ago_is_no_duplicate(town: Town) -> None:
    """The same words of another commune, or a week later, are another matter."""
    first, *_ = report_fire(town)
    town.district_talk.says("Thử Văn Dần", "cháy xưởng mộc xóm 3 Ninh An rồi các anh ơi, lửa bốc cao lắm")
    town.clock.advance(timedelta(days=7))
    town.district_talk.says("Thử Thị Mão", "cháy xưởng mộc xóm 3 Ninh Giang rồi các anh ơi, lửa bốc cao lắm")
    found = town.app.tips.suggest_duplicates(town.officer("hoa-lu"), first.id)
    assert len(found) == 2


def test_each_reporter_of_merged_tips_is_answered_apart(town: Town) -> None:
    """Who reported second gets the words meant for them, and nothing of the first one."""
    boss = town.officer("hoa-lu")
    first, second, _ = report_fire(town)
    for tip in (first, second):
        town.app.tips.triage(boss, tip.id, category="fire")
    town.app.tips.merge(boss, second.id, into=first.id, answer="Đã dập tắt, cảm ơn bà.")
    town.app.tips.settle(boss, first.id, TipState.RESOLVED, answer="Cảm ơn anh An đã báo sớm.", reason="done")
    for tip in (first, second):
        town.app.tips.answer(boss, tip.id)
    town.app.worker.drain()
    assert any("anh An" in text for text in town.heard(AN))
    last = town.heard(BINH)[-1]
    assert "Đã dập tắt" in last
    assert first.receipt not in last
    assert "anh An" not in last


def test_a_merger_is_undone_with_a_reason(town: Town) -> None:
    """The tip is open again and a case of its own; its reporter is told nothing; the reason is on record."""
    boss = town.officer("hoa-lu")
    first, second, _ = report_fire(town)
    town.app.tips.triage(boss, second.id, category="fire")
    town.app.tips.merge(boss, second.id, into=first.id, answer="Đã có đội chữa cháy.")
    town.heard(BINH)
    with pytest.raises(BadInput, match="different matters"):
        town.app.tips.unmerge(boss, second.id, " ")
    split = town.app.tips.unmerge(boss, second.id, "Đám cháy khác, ở cuối làng")
    town.app.worker.drain()
    assert (split.state, split.merged_into, split.is_open) == (TipState.REOPENED, "", True)
    assert town.heard(BINH) == []
    with pytest.raises(WrongStep, match="merged into no other"):
        town.app.tips.unmerge(boss, first.id, "thử")


def test_one_person_in_several_tips_counts_once(town: Town) -> None:
    """A supervisor learns how many people reported, not who, and not which tips are of the same one."""
    for person in (AN, AN, BINH):
        town.district_talk.says(person, "Trộm chó ở xã Ninh Hòa, lại mất thêm con nữa")
    boss = town.officer("ninh-hoa", "tip_supervisor")
    handler = town.officer("ninh-hoa")
    called = town.app.tips.record_walk_in(handler, "Mất chó", unit="ninh-hoa")
    first, *others = town.tips("ninh-hoa")
    sources = town.app.tips.count_sources(boss, first.id, [tip.id for tip in others])
    assert (sources.tips, sources.people, sources.unknown) == (4, 2, 1)
    assert called.id in {tip.id for tip in others}
    with pytest.raises(Refused):
        town.app.tips.count_sources(handler, first.id)
    with pytest.raises((NotFound, Refused)):
        town.app.tips.count_sources(town.officer("ninh-an", "tip_supervisor"), first.id)
