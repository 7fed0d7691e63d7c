"""A message that accuses our own people and is over a limit: two persons dismiss it, or it is passed on."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import Play

from anninh_core.domain.conversations.model import Message
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

POLICE = "Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo"
SMALL = "chắc không có gì đâu"
_LIMIT = 12  # cases of one person in a day


@pytest.fixture
def locked(play: Play) -> Message:
    """An accusation by somebody who has opened as many cases as a day allows."""
    for number in range(_LIMIT):
        play.says("tôi muốn báo thêm việc khác", f"mất trộm xe máy số {number} đêm qua ở xóm 2 xã Ninh Hòa", pause=1)
    play.says(POLICE)
    message = play.messages()[-1]
    assert (message.kind, message.unit) == ("unassigned", "cong-an")
    return message


@pytest.fixture
def second(play: Play) -> Actor:
    """Another supervisor of the district."""
    return UnsafeLocalUsers(play.app).appoint("Phó chỉ huy", "hoa-lu", "tip_supervisor")


def _lists(play: Play, officer: Actor) -> list[str]:
    return [message.id for message in play.app.conversations.unassigned(officer, held_back=True).items]


def test_the_accused_unit_sees_nothing_of_it(play: Play, locked: Message) -> None:
    """Neither in its list nor by its id, whatever its people's grants; the supervising unit has it."""
    users = UnsafeLocalUsers(play.app)
    police = users.appoint("Thanh tra", "cong-an", "tip_supervisor")
    assert locked.id in _lists(play, police)
    insider = users.grant(users.appoint("Người nhà", "ninh-hoa", "tip_officer"), "tip_officer", "hoa-lu")
    assert locked.id in _lists(play, play.huyen)
    for officer in (play.hoa, insider):
        assert locked.id not in _lists(play, officer)
        with pytest.raises(NotVisible):
            play.app.conversations.open_tip(officer, [locked.id])
        with pytest.raises(NotVisible):
            play.app.conversations.dismiss_message(officer, locked.id, "Không rõ")


def test_nobody_dismisses_it_alone_or_among_others(play: Play, locked: Message) -> None:
    """One click with "Không rõ" is refused, and so is the act for many."""
    with pytest.raises(WrongStep, match="is locked for its supervisor: dismiss it together with a second"):
        play.app.conversations.dismiss_message(play.huyen, locked.id, "Không rõ")
    with pytest.raises(WrongStep, match="is locked for its supervisor: dismiss it together with a second"):
        play.app.conversations.dismiss_messages(play.huyen, [locked.id], reason="small_talk", note=SMALL)


def test_two_persons_dismiss_it_by_one_reason_from_the_list(play: Play, locked: Message, second: Actor) -> None:
    """Who proposed it doesn't agree to it; the other person names the same reason."""
    dismiss = play.app.conversations.dismiss_locked_message
    with pytest.raises(BadInput, match="isn't a reason to dismiss a message: choose one of"):
        dismiss(play.boss, locked.id, reason="Không rõ", note=SMALL)
    proposed = dismiss(play.boss, locked.id, reason="prank", note=SMALL)
    assert proposed.kind == "unassigned"
    with pytest.raises(WrongStep, match="yourself: another person must agree"):
        dismiss(play.boss, locked.id, reason="prank", note=SMALL)
    with pytest.raises(BadInput, match="The first person proposed to dismiss message"):
        dismiss(second, locked.id, reason="small_talk", note=SMALL)
    assert dismiss(second, locked.id, reason="prank", note=SMALL).kind == "chatter"
    assert locked.id not in _lists(play, play.huyen)


def test_with_one_person_it_can_only_be_passed_on(play: Play, locked: Message) -> None:
    """To a unit above that isn't accused, or to the office outside."""
    with pytest.raises(WrongStep, match="only if two persons agree, but 1 may decide about it: pass it on"):
        play.app.conversations.dismiss_locked_message(play.boss, locked.id, reason="prank", note=SMALL)
    pass_on = play.app.conversations.pass_on_locked_message
    with pytest.raises(BadInput, match="can't be passed on"):
        pass_on(play.boss, locked.id, unit="ninh-hoa", note="chuyển xuống")
    assert pass_on(play.boss, locked.id, unit="hoa-lu", note="chuyển lên huyện").unit == "hoa-lu"
    assert pass_on(play.boss, locked.id, note="gửi Thanh tra Công an tỉnh").kind == "passed_on"
    assert locked.id not in _lists(play, play.huyen)


def test_a_tip_that_is_opened_of_it_stays_locked(play: Play, locked: Message) -> None:
    """Opening a case is no way around the lock."""
    tip = play.app.conversations.open_tip(play.huyen, [locked.id])
    assert (tip.unit, tip.is_locked) == ("cong-an", True)
    with pytest.raises(NotVisible):
        play.app.tips.get(play.hoa, tip.id)


def test_what_one_officer_dismissed_is_seen_above_for_thirty_days(play: Play, locked: Message) -> None:
    """With the words, who did it and why; neither by that officer's unit nor later."""
    supervisor = UnsafeLocalUsers(play.app).appoint("Trưởng xã", "ninh-hoa", "tip_supervisor")
    play.says("nhà bên cạnh đổ rác ra đường")
    held = next(message for message in play.messages() if message.text == "nhà bên cạnh đổ rác ra đường")
    play.app.conversations.dismiss_message(play.hoa, held.id, "Không rõ")
    (dismissed,) = play.app.conversations.dismissed(play.boss).items
    assert (dismissed.message.id, dismissed.decision.by, dismissed.decision.text) == (held.id, play.hoa.id, "Không rõ")
    assert play.app.conversations.dismissed(supervisor).items == ()
    play.clock.advance(timedelta(days=31))
    assert play.app.conversations.dismissed(play.boss).items == ()
