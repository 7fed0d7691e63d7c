"""Messages that officers send from a bound chat; some of them are orders."""

from datetime import datetime, timedelta

import pytest
from tests.scenarios.cases.duty_bench import FIRE, DutyBench

from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.ports.storages.changes import entry_from

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"
OFFICER = "Cán bộ tin"


@pytest.fixture(autouse=True)
def daytime(duty: DutyBench) -> None:
    duty.clock.set(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))


def notify_of_tip(duty: DutyBench) -> str:
    """Appoint an officer, send a tip, and return the code in the officer's notice of the tip."""
    duty.appoint_officer(OFFICER)
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    return duty.dialog.hears(OFFICER, "Tin mới ([0-9A-Z]{5})")[1]


def quote(duty: DutyBench, name: str, text: str, fragment: str) -> None:
    """Send a text from a person that quotes the last message to them that contains a fragment."""
    conversation = duty.chat.person(name)
    notice = [
        message for message in duty.chat.conversation(conversation) if not message.author and fragment in message.text
    ][-1]
    duty.chat.says(conversation, text, reply_to=notice.id)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    duty.app.worker.drain()


@pytest.mark.parametrize("words", ["1", "1 nhận", "1. nhan", "1 Nhận", "1) NHẬN"])
def test_claiming_a_tip(duty: DutyBench, words: str) -> None:
    """An officer claims the newest tip with "1", with or without the word, diacritics or capitals."""
    code = notify_of_tip(duty)
    duty.dialog.says(OFFICER, words)
    duty.dialog.hears(OFFICER, f"đã nhận xử lý việc {code}")
    (tip,) = duty.app.tips.list(duty.boss).items
    assert tip.claim is not None
    assert tip.claim.by == duty.get_only_alarm().acknowledged_by
    assert tip.claim.until == duty.clock.now() + timedelta(hours=4)


def test_each_order_is_the_officers_own_act(duty: DutyBench) -> None:
    """The journal records an order in the chat as the officer's own use case."""
    notify_of_tip(duty)
    duty.dialog.says(OFFICER, "1 nhận")
    entries = [entry_from(line.content) for line in duty.app.internals.context.storage.journal.read(limit=10_000)]
    officer = duty.get_only_alarm().acknowledged_by
    acts = {entry.action for entry in entries if entry.actor == f"person:{officer}"}
    assert "duty.claim" in acts


def test_asking_the_reporter(duty: DutyBench) -> None:
    """The order `3 hỏi thêm` sends the officer's question to the reporter, and the tip waits."""
    notify_of_tip(duty)
    duty.dialog.says(OFFICER, "3 hoi them Xe màu gì, biển số bao nhiêu?")
    duty.dialog.hears(OFFICER, "Đã gửi câu hỏi")
    duty.dialog.hears("Bà Thử", "Xe màu gì, biển số bao nhiêu")
    (tip,) = duty.app.tips.list(duty.boss).items
    assert tip.state is TipState.WAITING


def test_question_mark_lists_waiting_work(duty: DutyBench) -> None:
    """A question mark is answered with the codes of waiting work, or with a message that nothing waits."""
    code = notify_of_tip(duty)
    duty.dialog.says(OFFICER, "?")
    duty.dialog.hears(OFFICER, f"Có 1 việc đang chờ.*{code}")
    duty.dialog.says(OFFICER, "1")
    duty.dialog.says(OFFICER, "?")
    duty.dialog.hears(OFFICER, "Không có việc nào")


def test_repeated_order_changes_nothing(duty: DutyBench) -> None:
    """A repeated order, quoted or not, changes nothing and is answered as before."""
    code = notify_of_tip(duty)
    quote(duty, OFFICER, "1 nhận", "Tin mới")
    duty.dialog.hears(OFFICER, f"đã nhận xử lý việc {code}")
    (before,) = duty.app.tips.list(duty.boss).items
    quote(duty, OFFICER, "1 nhận", "Tin mới")
    duty.dialog.hears(OFFICER, f"đã nhận xử lý việc {code}")
    assert duty.app.tips.list(duty.boss).items == (before,)


def test_a_mistyped_reply_is_explained(duty: DutyBench) -> None:
    """A mistyped order is explained if it quotes a notice, and an unknown unit or missing question is asked for."""
    notify_of_tip(duty)
    quote(duty, OFFICER, "nhận nhé", "Tin mới")
    duty.dialog.hears(OFFICER, "đúng mẫu: 1 nhận; 2 chuyển")
    duty.dialog.says(OFFICER, "2 chuyển xã Nào Đó")
    duty.dialog.hears(OFFICER, "Không rõ đơn vị «xã Nào Đó»")
    duty.dialog.says(OFFICER, "3 hỏi thêm")
    duty.dialog.hears(OFFICER, "kèm câu hỏi")
    assert duty.get_only_alarm().state is AlarmState.OPEN


def test_other_messages_of_officers_are_tips(duty: DutyBench) -> None:
    """An officer's message that isn't an order is a tip, and danger is handled first even if the message quotes a
    notice.
    """
    notify_of_tip(duty)
    duty.dialog.says(OFFICER, "Báo các anh có nhóm thanh niên đánh bạc ở đình")
    duty.dialog.hears(OFFICER, "Mã tiếp nhận")
    quote(duty, OFFICER, FIRE, "Tin mới")
    duty.dialog.hears(OFFICER, "113")
    newest, _ = duty.app.tips.list(duty.boss).items
    assert (newest.emergency, len(newest.second_matters)) == (True, 1)


def test_unbound_person_can_order_nothing(duty: DutyBench) -> None:
    """An order from an unbound chat changes no tip."""
    notify_of_tip(duty)
    duty.dialog.says("Ông Lạ", "1 nhận")
    assert {alarm.state for alarm in duty.list_alarms()} == {AlarmState.OPEN}


def test_order_after_unbinding_changes_nothing(duty: DutyBench) -> None:
    """After the use case `unbind`, an order from the chat changes nothing, and the officer has no chat for notices."""
    notify_of_tip(duty)
    (officer,) = duty.get_only_alarm().notified
    duty.app.units.unbind(duty.boss, officer)
    duty.dialog.says(OFFICER, "1 nhận")
    assert {alarm.state for alarm in duty.list_alarms()} == {AlarmState.OPEN}
    assert duty.app.units.officer(duty.boss, officer).conversation == ""


def test_order_without_grant_is_refused(duty: DutyBench) -> None:
    """An order after the officer's grant has ended is refused, and the refusal mentions nothing of the case."""
    code = notify_of_tip(duty)
    (officer,) = duty.get_only_alarm().notified
    yesterday = duty.clock.now().date() - timedelta(days=1)
    duty.app.units.revoke(duty.boss, officer, "tip_officer", "hoa-lu", last_day=yesterday)
    duty.app.worker.drain()
    duty.dialog.says(OFFICER, "1 nhận")
    assert code not in duty.dialog.hears(OFFICER, "không thực hiện được").string
    duty.dialog.says(OFFICER, "?")
    duty.dialog.hears(OFFICER, "Không có việc nào")
    assert duty.get_only_alarm().state is AlarmState.OPEN


def test_a_code_binds_once(duty: DutyBench) -> None:
    """A binding code can be used once, and no stored message contains it."""
    officer = duty.appoint_officer(OFFICER, bind=False)
    code = duty.app.units.begin_binding(duty.boss, officer.id).code
    duty.dialog.says(OFFICER, code.lower())
    duty.dialog.hears(OFFICER, "đã gắn")
    duty.dialog.says("Ông Lạ", code)
    duty.dialog.hears("Ông Lạ", "Mã không đúng")
    context = duty.app.internals.context
    messages = [*context.iter_readable(MESSAGE, context.storage.maintenance.scan(MESSAGE.name))]
    assert messages
    assert not [message for message in messages if code.lower() in message.text.lower()]


def test_a_code_ends_by_time_and_by_tries(duty: DutyBench) -> None:
    """A binding code expires after the profile's minutes and after too many tries."""
    officer = duty.appoint_officer(OFFICER, bind=False)
    late = duty.app.units.begin_binding(duty.boss, officer.id).code
    duty.clock.advance(timedelta(minutes=30))
    duty.dialog.says(OFFICER, late)
    duty.dialog.hears(OFFICER, "Mã không đúng")
    guessed = duty.app.units.begin_binding(duty.boss, officer.id).code
    for _ in range(5):
        duty.dialog.says("Ông Lạ", guessed[:5] + "22222222")
    duty.dialog.says(OFFICER, guessed)
    duty.dialog.hears(OFFICER, "Mã không đúng")


def test_new_binding_ends_the_former_chat(duty: DutyBench) -> None:
    """Binding another chat notifies the former one, and orders from the former chat change nothing."""
    officer = duty.appoint_officer(OFFICER)
    duty.bind_chat("Máy mới", officer)
    duty.dialog.hears(OFFICER, "vừa gắn một tài khoản khác")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Máy mới", "Tin mới")
    duty.dialog.says(OFFICER, "1 nhận")
    assert {alarm.state for alarm in duty.list_alarms()} == {AlarmState.OPEN}
