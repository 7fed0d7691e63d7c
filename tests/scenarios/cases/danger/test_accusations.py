"""Nobody handles a report about himself, and nobody is cut off from danger by an accusation."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import FIRE, Play

from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

POLICE = "Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo"
GOVERNMENT = "Tôi muốn tố cáo chủ tịch xã Ninh Hòa bán đất công"
ROOT = "Chủ tịch huyện tham ô tiền cứu trợ, tôi tố cáo"
BOTH = f"{FIRE}. Trưởng công an xã Ninh Hòa nhận tiền nên làm ngơ"
ONE_SENTENCE = "Trưởng công an xã Ninh Hòa đang đánh người ở chợ, chảy máu nhiều lắm, cứu với"
THEFT = "mất trộm xe máy đêm qua ở xã Ninh Hòa"


def _by_unit(tips: list[Tip]) -> dict[str, Tip]:
    return {tip.unit: tip for tip in tips}


def _sees(play: Play, officer: Actor) -> list[str]:
    return [tip.receipt for tip in play.app.tips.list(officer).items]


@pytest.mark.parametrize(
    ("text", "supervisor"), [(POLICE, "cong-an"), (GOVERNMENT, "hoa-lu")], ids=["police", "government"]
)
def test_an_accusation_goes_to_who_supervises_by_the_profile(play: Play, text: str, supervisor: str) -> None:
    """It is a case of its own; the accused unit sees nothing of it, and nobody there is notified."""
    play.says(text)
    tip = play.tip()
    assert (tip.unit, tip.legal_kind) == (supervisor, "whistleblow")
    assert tip.lock is not None
    assert (tip.lock.units, tip.lock.place) == (("ninh-hoa",), "ninh-hoa")
    assert _sees(play, play.huyen) == [tip.receipt]
    assert _sees(play, play.hoa) == []
    with pytest.raises(NotVisible):
        play.app.tips.get(play.hoa, tip.id)
    play.wait(20)
    assert play.hears("Trực Hòa") == []


def test_its_reporter_has_a_receipt_and_is_pointed_to_the_supervisor(play: Play) -> None:
    """Never to the office of the accused."""
    play.says(POLICE)
    receipt, guidance = play.hears()
    assert play.tip().receipt in receipt
    assert "Công an huyện Hoa Lư" in guidance
    assert "xã" not in guidance


def test_a_title_without_a_wrong_locks_nothing(play: Play) -> None:
    """Whoever calls the police in vain still reports a fire."""
    play.says(f"{FIRE}, gọi công an xã không nghe máy")
    tip = play.tip()
    assert (tip.unit, tip.lock, tip.emergency) == ("ninh-hoa", None, True)


def test_who_is_at_home_in_the_accused_unit_is_kept_away_whatever_their_grants(play: Play) -> None:
    """A grant on the whole district shows the report to nobody of the accused unit."""
    users = UnsafeLocalUsers(play.app)
    insider = users.appoint("Người nhà", "ninh-hoa", "tip_supervisor")
    for role in ("tip_supervisor", "tip_officer"):
        users.grant(insider, role, "hoa-lu")
    play.says(POLICE)
    tip = play.tip()
    app = play.app
    assert _sees(play, insider) == []
    assert app.tips.list(insider, locked=True).items == ()
    assert app.tips.search(insider, "karaoke").items == ()
    assert app.tips.worklist(insider).items == ()
    for act in (
        app.tips.get,
        app.tips.timeline,
        app.tips.linked,
        app.tips.from_same_reporter,
        app.tips.exclusions.list,
    ):
        with pytest.raises(NotVisible):
            act(insider, tip.id)
    with pytest.raises(NotVisible):
        app.conversations.history(insider, f"tip:{tip.id}")
    with pytest.raises(NotVisible):
        app.tips.locks.lift(insider, tip.id, reason="không có gì")


def test_a_running_case_keeps_its_unit(play: Play) -> None:
    """An accusation beside it is another case, and words after it don't move the talk to the supervisor's unit."""
    play.says(THEFT, pause=2)
    play.says(GOVERNMENT, pause=300)
    play.says("nhà bên cạnh đổ rác ra đường, mùi lắm")
    theft, accusation, rubbish = play.tips()
    assert (theft.unit, accusation.unit, rubbish.unit) == ("ninh-hoa", "hoa-lu", "ninh-hoa")
    assert theft.text == THEFT


def test_danger_is_never_locked_and_carries_no_accusing_word(play: Play) -> None:
    """The duty of the accused unit is paged about the fire; the accusation is the supervisor's alone."""
    play.says(BOTH)
    tips = _by_unit(play.tips())
    fire = tips["ninh-hoa"]
    accusation = tips["cong-an"]
    assert (fire.emergency, fire.lock, fire.text) == (True, None, FIRE)
    assert play.paged(fire) == [play.hoa.id]
    assert accusation.text == BOTH
    assert accusation.lock is not None
    assert _sees(play, play.hoa) == [fire.receipt]
    talk = play.app.conversations.history(play.hoa, f"tip:{fire.id}").items
    assert [message.text for message in talk] == [FIRE]
    assert play.app.tips.linked(play.hoa, fire.id).items == ()


def test_a_sentence_that_tells_both_is_withheld(play: Play) -> None:
    """Who comes to help reads the kind of danger and the place."""
    play.says(ONE_SENTENCE)
    danger = next(tip for tip in play.tips() if tip.emergency)
    assert danger.unit == "ninh-hoa"
    assert "công an" not in danger.text
    assert play.paged(danger) == [play.hoa.id]


def test_a_mere_sign_of_a_wrong_withholds_nothing_in_danger(play: Play) -> None:
    """Who comes to help reads every word; without danger the same sign locks the report."""
    sign = "hôm nọ cán bộ xã Ninh Hòa đòi bồi dưỡng"
    play.says(f"{FIRE}, cứu với, {sign}")
    assert play.tip().text == f"{FIRE}, cứu với, {sign}"
    play.says(sign, name="Thử Thị Bình")
    assert [tip.text for tip in play.tips() if tip.is_locked] == [sign]


def test_more_danger_joins_the_case_of_danger(play: Play) -> None:
    """It joins no locked case, though that one was opened last."""
    play.says(BOTH, "cháy to quá, có người kẹt")
    fire = next(tip for tip in play.tips() if tip.emergency)
    assert "có người kẹt" in fire.text
    assert len(play.tips()) == 2


def test_danger_after_an_accusation_is_a_case_of_its_own(play: Play) -> None:
    """The accused unit's duty is paged about it."""
    play.says(POLICE, "cướp! nó cầm dao ở chợ Ninh Hòa")
    danger = next(tip for tip in play.tips() if tip.emergency)
    assert (danger.unit, danger.lock) == ("ninh-hoa", None)
    assert play.paged(danger) == [play.hoa.id]


def test_yes_to_danger_opens_a_case_beside_a_locked_one(play: Play) -> None:
    """A digit doesn't turn a locked case into an emergency that the accused unit's duty can't see."""
    play.says("chủ tịch ubnd xã Ninh Hòa đánh người giữa chợ")
    assert any("Có ai đang nguy hiểm" in text for text in play.hears())
    play.says("1")
    locked, danger = play.tips()
    assert (locked.is_locked, locked.emergency) == (True, False)
    assert (danger.unit, danger.emergency, danger.lock) == ("ninh-hoa", True, None)
    assert play.paged(danger) == [play.hoa.id]


def test_an_accused_officer_is_passed_over_and_others_of_the_unit_are_not(play: Play) -> None:
    """As long as others can be paged; nobody is excluded by it."""
    second = UnsafeLocalUsers(play.app).appoint("Trực Bình", "ninh-hoa", "tip_officer")
    play.write("Trực Bình", play.app.units.begin_binding(play.boss, second.id).code)
    play.says(f"{FIRE}. Ông Trực Hòa, công an xã Ninh Hòa, nhận tiền của chủ xưởng")
    fire = next(tip for tip in play.tips() if tip.emergency)
    assert fire.passed_over == (play.hoa.id,)
    assert fire.excluded == ()
    play.wait(8)
    assert play.hoa.id not in play.paged(fire)
    assert second.id in play.paged(fire)


def test_who_accuses_everybody_cuts_no_unit_off_from_danger(play: Play) -> None:
    """Where all who could be paged are accused, they are paged all the same."""
    names = "Trực Hòa, Trực Yên, Trực Huyện, Chỉ huy"
    play.says(f"{FIRE}. Công an xã, chủ tịch xã, công an huyện, chủ tịch huyện: {names}, tất cả nhận hối lộ")
    fire = next(tip for tip in play.tips() if tip.emergency)
    assert play.paged(fire)
    assert _sees(play, play.hoa) == [fire.receipt]
    play.says("cháy lan sang nhà bên rồi")
    assert len(play.alarm(fire).more_at) == 1


def test_a_report_about_the_root_is_read_by_nobody_inside(play: Play) -> None:
    """Its reporter is pointed to the office outside that the profile names."""
    play.says(ROOT)
    tip = play.tip()
    assert tip.lock is not None
    assert tip.lock.is_outside
    assert [_sees(play, who) for who in (play.boss, play.huyen, play.hoa)] == [[], [], []]
    guidance = play.hears()[-1]
    assert "không cán bộ nào ở đây xem được" in guidance
    assert "Ban Tiếp công dân tỉnh Ninh Bình" in guidance
    play.wait(30)
    assert [play.hears(name) for name in ("Chỉ huy", "Trực Huyện", "Trực Hòa")] == [[], [], []]


def test_a_named_person_confirms_and_the_accused_still_see_nothing(play: Play) -> None:
    """The lock names who confirmed it, when and why; a second confirmation is refused."""
    play.says(POLICE)
    tip = play.tip()
    confirmed = play.app.tips.locks.confirm(play.boss, tip.id, reason="Có nêu hành vi cụ thể")
    assert confirmed.lock is not None
    assert (confirmed.lock.confirmed_by, confirmed.lock.reason) == (play.boss.id, "Có nêu hành vi cụ thể")
    assert _sees(play, play.hoa) == []
    with pytest.raises(WrongStep, match="was already confirmed"):
        play.app.tips.locks.confirm(play.boss, tip.id, reason="lần nữa")


def test_who_lifts_the_lock_sends_the_report_where_it_belongs(play: Play) -> None:
    """The unit that was taken for accused handles it like any other, and is notified."""
    play.says(POLICE)
    tip = play.tip()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    with pytest.raises(BadInput, match="lift the lock before"):
        play.app.tips.assign(play.huyen, tip.id, unit="truong-yen")
    lifted = play.app.tips.locks.lift(play.boss, tip.id, reason="Không nói về cán bộ")
    assert (lifted.unit, lifted.is_locked) == ("ninh-hoa", False)
    assert _sees(play, play.hoa) == [tip.receipt]


def test_a_locked_report_is_not_settled_before_a_person_decided(play: Play) -> None:
    """Nobody ends it by one click, or joins it to a case that others read."""
    play.says(THEFT, pause=2)
    play.says(POLICE)
    theft, tip = play.tips()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    with pytest.raises(WrongStep, match="is locked for its supervisor: confirm the lock with"):
        play.app.tips.settle(play.huyen, tip.id, outcome=TipState.UNFOUNDED, answer="Không có", reason="checked")
    with pytest.raises(WrongStep, match="is locked for its supervisor, so it stays a separate case"):
        play.app.tips.threads.join(play.huyen, tip.id, into=theft.id, reason="cùng người")


def test_without_a_decision_the_supervising_units_ladder_is_paged(play: Play) -> None:
    """After the profile's 24 hours, also where an officer has begun to work on it; a decision ends it."""
    play.says(POLICE)
    tip = play.tip()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    play.wait(5)
    assert not play.alarm(tip).is_emergency
    play.clock.advance(timedelta(hours=24))
    play.wait(5)
    alarm = play.alarm(tip)
    assert alarm.is_emergency
    assert play.huyen.id in play.paged(tip)
    assert play.hoa.id not in play.paged(tip)
    assert any("tin giữ riêng" in text for text in play.hears("Trực Huyện"))
    play.app.tips.locks.confirm(play.boss, tip.id, reason="Đúng là tố cáo")
    play.wait(5)
    after = play.alarm(tip)
    assert (after.is_open, after.is_emergency, after.decide_by) == (False, False, None)


def test_no_entry_of_the_journal_joins_the_danger_and_the_accusation(play: Play) -> None:
    """Nothing in clear says that both came from one person."""
    play.says(BOTH)
    ids = [tip.id for tip in play.tips()]
    lines = play.app.internals.context.storage.journal.read(0, 10_000)
    joined = [line.content for line in lines if all(id.encode() in line.content for id in ids)]
    assert joined == []
    messages = {message.id: message.case for message in play.messages()}
    for id, case in messages.items():
        other = next(tip for tip in ids if f"tip:{tip}" != case)
        assert not [line for line in lines if id.encode() in line.content and other.encode() in line.content]
