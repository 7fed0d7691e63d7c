"""No officer handles a report about themselves, and an accusation keeps no unit from answering an emergency."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import FIRE, DangerScenario

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


def _group_by_unit(tips: list[Tip]) -> dict[str, Tip]:
    return {tip.unit: tip for tip in tips}


def _list_visible_receipts(play: DangerScenario, officer: Actor) -> list[str]:
    return [tip.receipt for tip in play.app.tips.list(officer).items]


@pytest.mark.parametrize(
    ("text", "supervisor"), [(POLICE, "cong-an"), (GOVERNMENT, "hoa-lu")], ids=["police", "government"]
)
def test_accusation_goes_to_supervising_unit(play: DangerScenario, text: str, supervisor: str) -> None:
    """An accusation is a case of the supervising unit, and the accused unit can't see it and isn't notified."""
    play.says(text)
    tip = play.get_only_tip()
    assert (tip.unit, tip.legal_kind) == (supervisor, "whistleblow")
    assert tip.lock is not None
    assert (tip.lock.units, tip.lock.place) == (("ninh-hoa",), "ninh-hoa")
    assert _list_visible_receipts(play, play.huyen) == [tip.receipt]
    assert _list_visible_receipts(play, play.hoa) == []
    with pytest.raises(NotVisible):
        play.app.tips.get(play.hoa, tip.id)
    play.wait(20)
    assert play.hears("Trực Hòa") == []


def test_reporter_is_directed_to_the_supervisor(play: DangerScenario) -> None:
    """The reporter of an accusation gets a receipt and the address of the supervising unit, never the address of the
    accused office.
    """
    play.says(POLICE)
    receipt, guidance = play.hears()
    assert play.get_only_tip().receipt in receipt
    assert "Công an huyện Hoa Lư" in guidance
    assert "xã" not in guidance


def test_title_without_accusation_locks_nothing(play: DangerScenario) -> None:
    """A complaint about an unanswered call to the police doesn't lock a report of a fire."""
    play.says(f"{FIRE}, gọi công an xã không nghe máy")
    tip = play.get_only_tip()
    assert (tip.unit, tip.lock, tip.emergency) == ("ninh-hoa", None, True)


def test_grants_do_not_open_report_to_accused_unit(play: DangerScenario) -> None:
    """An officer of the accused unit can't see the report, even with grants on the whole district."""
    users = UnsafeLocalUsers(play.app)
    insider = users.appoint("Người nhà", "ninh-hoa", "tip_supervisor")
    for role in ("tip_supervisor", "tip_officer"):
        users.grant(insider, role, "hoa-lu")
    play.says(POLICE)
    tip = play.get_only_tip()
    app = play.app
    assert _list_visible_receipts(play, insider) == []
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


def test_a_running_case_keeps_its_unit(play: DangerScenario) -> None:
    """An accusation during a running case is a separate case, and later messages stay with the unit of the first
    case.
    """
    play.says(THEFT, pause=2)
    play.says(GOVERNMENT, pause=300)
    play.says("nhà bên cạnh đổ rác ra đường, mùi lắm")
    theft, accusation, rubbish = play.tips()
    assert (theft.unit, accusation.unit, rubbish.unit) == ("ninh-hoa", "hoa-lu", "ninh-hoa")
    assert theft.text == THEFT


def test_danger_is_not_locked_and_contains_no_accusation(play: DangerScenario) -> None:
    """The accused unit gets the urgent notice about the fire, but only the supervising unit sees the accusation."""
    play.says(BOTH)
    tips = _group_by_unit(play.tips())
    fire = tips["ninh-hoa"]
    accusation = tips["cong-an"]
    assert (fire.emergency, fire.lock, fire.text) == (True, None, FIRE)
    assert play.list_paged_officers(fire) == [play.hoa.id]
    assert accusation.text == BOTH
    assert accusation.lock is not None
    assert _list_visible_receipts(play, play.hoa) == [fire.receipt]
    talk = play.app.conversations.history(play.hoa, f"tip:{fire.id}").items
    assert [message.text for message in talk] == [FIRE]
    assert play.app.tips.linked(play.hoa, fire.id).items == ()


def test_sentence_with_danger_and_accusation_is_withheld(play: DangerScenario) -> None:
    """A sentence with both danger and accusation is withheld from the accused unit, which gets only an emergency in its
    place.
    """
    play.says(ONE_SENTENCE)
    danger = next(tip for tip in play.tips() if tip.emergency)
    assert danger.unit == "ninh-hoa"
    assert "công an" not in danger.text
    assert play.list_paged_officers(danger) == [play.hoa.id]


def test_weak_accusation_withholds_nothing_in_danger(play: DangerScenario) -> None:
    """A weak sign of misconduct withholds nothing from an emergency, but a report without danger is locked."""
    sign = "hôm nọ cán bộ xã Ninh Hòa đòi bồi dưỡng"
    play.says(f"{FIRE}, cứu với, {sign}")
    assert play.get_only_tip().text == f"{FIRE}, cứu với, {sign}"
    play.says(sign, name="Thử Thị Bình")
    assert [tip.text for tip in play.tips() if tip.is_locked] == [sign]


def test_more_danger_joins_the_case_of_danger(play: DangerScenario) -> None:
    """Further danger joins the emergency, even if a locked case was opened later."""
    play.says(BOTH, "cháy to quá, có người kẹt")
    fire = next(tip for tip in play.tips() if tip.emergency)
    assert "có người kẹt" in fire.text
    assert len(play.tips()) == 2


def test_danger_after_an_accusation_is_a_case_of_its_own(play: DangerScenario) -> None:
    """Danger reported after an accusation is a separate emergency, and the accused unit gets an urgent notice about
    it.
    """
    play.says(POLICE, "cướp! nó cầm dao ở chợ Ninh Hòa")
    danger = next(tip for tip in play.tips() if tip.emergency)
    assert (danger.unit, danger.lock) == ("ninh-hoa", None)
    assert play.list_paged_officers(danger) == [play.hoa.id]


def test_yes_to_danger_opens_a_separate_case(play: DangerScenario) -> None:
    """A "yes" to the question about danger opens a separate emergency, and leaves the locked case unchanged."""
    play.says("chủ tịch ubnd xã Ninh Hòa đánh người giữa chợ")
    assert any("Có ai đang nguy hiểm" in text for text in play.hears())
    play.says("1")
    locked, danger = play.tips()
    assert (locked.is_locked, locked.emergency) == (True, False)
    assert (danger.unit, danger.emergency, danger.lock) == ("ninh-hoa", True, None)
    assert play.list_paged_officers(danger) == [play.hoa.id]


def test_only_the_accused_officer_is_passed_over(play: DangerScenario) -> None:
    """An accused officer gets no urgent notice as long as others of the unit can get it, but isn't excluded from the
    case.
    """
    second = UnsafeLocalUsers(play.app).appoint("Trực Bình", "ninh-hoa", "tip_officer")
    play.write("Trực Bình", play.app.units.begin_binding(play.boss, second.id).code)
    play.says(f"{FIRE}. Ông Trực Hòa, công an xã Ninh Hòa, nhận tiền của chủ xưởng")
    fire = next(tip for tip in play.tips() if tip.emergency)
    assert fire.passed_over == (play.hoa.id,)
    assert fire.excluded == ()
    play.wait(8)
    assert play.hoa.id not in play.list_paged_officers(fire)
    assert second.id in play.list_paged_officers(fire)


def test_accusing_all_officers_stops_no_urgent_notice(play: DangerScenario) -> None:
    """If all officers who can get urgent notices are accused, the notices go to them all the same."""
    names = "Trực Hòa, Trực Yên, Trực Huyện, Chỉ huy"
    play.says(f"{FIRE}. Công an xã, chủ tịch xã, công an huyện, chủ tịch huyện: {names}, tất cả nhận hối lộ")
    fire = next(tip for tip in play.tips() if tip.emergency)
    assert play.list_paged_officers(fire)
    assert _list_visible_receipts(play, play.hoa) == [fire.receipt]
    play.says("cháy lan sang nhà bên rồi")
    assert len(play.get_alarm(fire).more_at) == 1


def test_report_about_the_root_goes_outside(play: DangerScenario) -> None:
    """A report about the root unit is visible to no officer, and its reporter is directed to the outside office of the
    profile.
    """
    play.says(ROOT)
    tip = play.get_only_tip()
    assert tip.lock is not None
    assert tip.lock.is_outside
    assert [_list_visible_receipts(play, officer) for officer in (play.boss, play.huyen, play.hoa)] == [[], [], []]
    guidance = play.hears()[-1]
    assert "không cán bộ nào ở đây xem được" in guidance
    assert "Ban Tiếp công dân tỉnh Ninh Bình" in guidance
    play.wait(30)
    assert [play.hears(name) for name in ("Chỉ huy", "Trực Huyện", "Trực Hòa")] == [[], [], []]


def test_confirmed_lock_hides_report_from_accused(play: DangerScenario) -> None:
    """A confirmed lock names officer and reason, still hides the report from the accused, and can't be confirmed
    twice.
    """
    play.says(POLICE)
    tip = play.get_only_tip()
    confirmed = play.app.tips.locks.confirm(play.boss, tip.id, reason="Có nêu hành vi cụ thể")
    assert confirmed.lock is not None
    assert (confirmed.lock.confirmed_by, confirmed.lock.reason) == (play.boss.id, "Có nêu hành vi cụ thể")
    assert _list_visible_receipts(play, play.hoa) == []
    with pytest.raises(WrongStep, match="was already confirmed"):
        play.app.tips.locks.confirm(play.boss, tip.id, reason="lần nữa")


def test_lifting_the_lock_returns_report_to_its_unit(play: DangerScenario) -> None:
    """After its lock is lifted, a report belongs to its unit like any other report."""
    play.says(POLICE)
    tip = play.get_only_tip()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    with pytest.raises(BadInput, match="lift the lock before"):
        play.app.tips.assign(play.huyen, tip.id, unit="truong-yen")
    lifted = play.app.tips.locks.lift(play.boss, tip.id, reason="Không nói về cán bộ")
    assert (lifted.unit, lifted.is_locked) == ("ninh-hoa", False)
    assert _list_visible_receipts(play, play.hoa) == [tip.receipt]


def test_a_locked_report_is_not_settled_before_a_person_decided(play: DangerScenario) -> None:
    """A locked report can neither be settled nor joined to another case before a person decided about the lock."""
    play.says(THEFT, pause=2)
    play.says(POLICE)
    theft, tip = play.tips()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    with pytest.raises(WrongStep, match="is locked for its supervisor: confirm the lock with"):
        play.app.tips.settle(play.huyen, tip.id, outcome=TipState.UNFOUNDED, answer="Không có", reason="checked")
    with pytest.raises(WrongStep, match="is locked for its supervisor, so it stays a separate case"):
        play.app.tips.threads.join(play.huyen, tip.id, into=theft.id, reason="cùng người")


def test_undecided_lock_pages_the_supervising_unit(play: DangerScenario) -> None:
    """The supervising unit gets urgent notices 24 hours after a locked report, even if an officer works on it, until a
    person decides.
    """
    play.says(POLICE)
    tip = play.get_only_tip()
    play.app.tips.triage(play.huyen, tip.id, category="public_order")
    play.wait(5)
    assert not play.get_alarm(tip).is_emergency
    play.clock.advance(timedelta(hours=24))
    play.wait(5)
    alarm = play.get_alarm(tip)
    assert alarm.is_emergency
    assert play.huyen.id in play.list_paged_officers(tip)
    assert play.hoa.id not in play.list_paged_officers(tip)
    assert any("tin giữ riêng" in text for text in play.hears("Trực Huyện"))
    play.app.tips.locks.confirm(play.boss, tip.id, reason="Đúng là tố cáo")
    play.wait(5)
    after = play.get_alarm(tip)
    assert (after.is_open, after.is_emergency, after.decide_by) == (False, False, None)


def test_journal_does_not_link_danger_and_accusation(play: DangerScenario) -> None:
    """No journal entry shows in clear text that danger and accusation come from one person."""
    play.says(BOTH)
    ids = [tip.id for tip in play.tips()]
    lines = play.app.internals.context.storage.journal.read(0, 10_000)
    joined = [line.content for line in lines if all(id.encode() in line.content for id in ids)]
    assert joined == []
    messages = {message.id: message.case for message in play.list_messages()}
    for id, case in messages.items():
        other = next(tip for tip in ids if f"tip:{tip}" != case)
        assert not [line for line in lines if id.encode() in line.content and other.encode() in line.content]
