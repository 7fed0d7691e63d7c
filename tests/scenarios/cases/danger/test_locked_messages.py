"""A message over a limit that accuses officers or officials is either dismissed by two persons or passed on."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.danger.conftest import DangerScenario

from anninh_core.domain.conversations.model import Message
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

POLICE = "Trưởng công an xã Ninh Hòa nhận tiền của quán karaoke, tôi tố cáo"
SMALL = "chắc không có gì đâu"
_LIMIT = 12  # This is the number of cases that one person can open in a day.


@pytest.fixture
def locked_message(play: DangerScenario) -> Message:
    """An accusation by a person who has already opened the day's maximum of cases."""
    for number in range(_LIMIT):
        play.says("tôi muốn báo thêm việc khác", f"mất trộm xe máy số {number} đêm qua ở xóm 2 xã Ninh Hòa", pause=1)
    play.says(POLICE)
    message = play.list_messages()[-1]
    assert (message.kind, message.unit) == ("unassigned", "cong-an")
    return message


@pytest.fixture
def second_supervisor(play: DangerScenario) -> Actor:
    """Another supervisor of the district, besides the first one."""
    return UnsafeLocalUsers(play.app).appoint("Phó chỉ huy", "hoa-lu", "tip_supervisor")


def _list_ids(play: DangerScenario, officer: Actor) -> list[str]:
    return [message.id for message in play.app.conversations.unassigned(officer, held_back=True).items]


def test_locked_message_is_hidden_from_accused_unit(play: DangerScenario, locked_message: Message) -> None:
    """The accused unit's officers can neither see the locked message nor decide about it, whatever their grants, but
    the supervising unit can.
    """
    users = UnsafeLocalUsers(play.app)
    police = users.appoint("Thanh tra", "cong-an", "tip_supervisor")
    assert locked_message.id in _list_ids(play, police)
    insider = users.grant(users.appoint("Người nhà", "ninh-hoa", "tip_officer"), "tip_officer", "hoa-lu")
    assert locked_message.id in _list_ids(play, play.huyen)
    for officer in (play.hoa, insider):
        assert locked_message.id not in _list_ids(play, officer)
        with pytest.raises(NotVisible):
            play.app.conversations.open_tip(officer, [locked_message.id])
        with pytest.raises(NotVisible):
            play.app.conversations.dismiss_message(officer, locked_message.id, "Không rõ")


def test_one_person_cannot_dismiss_a_locked_message(play: DangerScenario, locked_message: Message) -> None:
    """One person can't dismiss a locked message, neither alone nor together with other messages."""
    with pytest.raises(WrongStep, match="is locked for its supervisor: dismiss it together with a second"):
        play.app.conversations.dismiss_message(play.huyen, locked_message.id, "Không rõ")
    with pytest.raises(WrongStep, match="is locked for its supervisor: dismiss it together with a second"):
        play.app.conversations.dismiss_messages(play.huyen, [locked_message.id], reason="small_talk", note=SMALL)


def test_two_persons_dismiss_by_the_same_reason(
    play: DangerScenario, locked_message: Message, second_supervisor: Actor
) -> None:
    """A locked message is dismissed only if a second person agrees, with the same reason from the list."""
    dismiss = play.app.conversations.dismiss_locked_message
    with pytest.raises(BadInput, match="isn't a reason to dismiss a message: choose one of"):
        dismiss(play.boss, locked_message.id, reason="Không rõ", note=SMALL)
    proposed = dismiss(play.boss, locked_message.id, reason="prank", note=SMALL)
    assert proposed.kind == "unassigned"
    with pytest.raises(WrongStep, match="yourself: another person must agree"):
        dismiss(play.boss, locked_message.id, reason="prank", note=SMALL)
    with pytest.raises(BadInput, match="The first person proposed to dismiss message"):
        dismiss(second_supervisor, locked_message.id, reason="small_talk", note=SMALL)
    assert dismiss(second_supervisor, locked_message.id, reason="prank", note=SMALL).kind == "chatter"
    assert locked_message.id not in _list_ids(play, play.huyen)


def test_one_person_can_only_pass_it_on(play: DangerScenario, locked_message: Message) -> None:
    """If only one person may decide about a locked message, it can only be passed on, to a higher unit or to the
    outside office.
    """
    with pytest.raises(WrongStep, match="only if two persons agree, but 1 may decide about it: pass it on"):
        play.app.conversations.dismiss_locked_message(play.boss, locked_message.id, reason="prank", note=SMALL)
    pass_on = play.app.conversations.pass_on_locked_message
    with pytest.raises(BadInput, match="can't be passed on"):
        pass_on(play.boss, locked_message.id, unit="ninh-hoa", note="chuyển xuống")
    assert pass_on(play.boss, locked_message.id, unit="hoa-lu", note="chuyển lên huyện").unit == "hoa-lu"
    assert pass_on(play.boss, locked_message.id, note="gửi Thanh tra Công an tỉnh").kind == "passed_on"
    assert locked_message.id not in _list_ids(play, play.huyen)


def test_tip_from_locked_message_is_locked(play: DangerScenario, locked_message: Message) -> None:
    """A tip that is opened from a locked message is locked."""
    tip = play.app.conversations.open_tip(play.huyen, [locked_message.id])
    assert (tip.unit, tip.is_locked) == ("cong-an", True)
    with pytest.raises(NotVisible):
        play.app.tips.get(play.hoa, tip.id)


def test_dismissed_messages_are_seen_above(play: DangerScenario, locked_message: Message) -> None:
    """For thirty days the unit above sees dismissed messages with text, officer and reason, but the officer's own unit
    doesn't.
    """
    supervisor = UnsafeLocalUsers(play.app).appoint("Trưởng xã", "ninh-hoa", "tip_supervisor")
    play.says("nhà bên cạnh đổ rác ra đường")
    held = next(message for message in play.list_messages() if message.text == "nhà bên cạnh đổ rác ra đường")
    play.app.conversations.dismiss_message(play.hoa, held.id, "Không rõ")
    (dismissed,) = play.app.conversations.dismissed(play.boss).items
    assert (dismissed.message.id, dismissed.decision.by, dismissed.decision.text) == (held.id, play.hoa.id, "Không rõ")
    assert play.app.conversations.dismissed(supervisor).items == ()
    play.clock.advance(timedelta(days=31))
    assert play.app.conversations.dismissed(play.boss).items == ()
