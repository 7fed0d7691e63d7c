"""What officers write from a bound chat, and what of it is an order."""

from datetime import datetime, timedelta

import pytest
from tests.scenarios.cases.duty_bench import FIRE, Duty

from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.ports.storages.changes import entry_from

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2"
OFFICER = "Cán bộ tin"


@pytest.fixture(autouse=True)
def by_day(duty: Duty) -> None:
    duty.clock.set(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))


def told(duty: Duty) -> str:
    """Let an officer hear of a new tip, and return its code."""
    duty.officer(OFFICER)
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    return duty.dialog.hears(OFFICER, "Tin mới ([0-9A-Z]{5})")[1]


def quote(duty: Duty, name: str, text: str, fragment: str) -> None:
    """Let somebody reply to the last message of ours that holds a fragment, quoting it."""
    where = duty.chat.person(name)
    notice = [one for one in duty.chat.conversation(where) if not one.author and fragment in one.text][-1]
    duty.chat.says(where, text, reply_to=notice.id)
    for request in duty.chat.webhooks():
        duty.app.intake.accept("oa", request)
    duty.app.worker.drain()


@pytest.mark.parametrize("words", ["1", "1 nhận", "1. nhan", "1 Nhận", "1) NHẬN"])
def test_taking_a_tip_up(duty: Duty, words: str) -> None:
    """With and without diacritics; the number alone answers the newest notice."""
    code = told(duty)
    duty.dialog.says(OFFICER, words)
    duty.dialog.hears(OFFICER, f"đã nhận xử lý việc {code}")
    (tip,) = duty.app.tips.list(duty.boss).items
    assert tip.claim is not None
    assert tip.claim.by == duty.alarm().acknowledged_by
    assert tip.claim.until == duty.clock.now() + timedelta(hours=4)


def test_each_order_is_the_officers_own_act(duty: Duty) -> None:
    """The journal names the officer, and the use case by which they would have done it at the keyboard."""
    told(duty)
    duty.dialog.says(OFFICER, "1 nhận")
    entries = [entry_from(line.content) for line in duty.app.internals.context.storage.journal.read(limit=10_000)]
    officer = duty.alarm().acknowledged_by
    acts = {entry.action for entry in entries if entry.actor == f"person:{officer}"}
    assert "duty.claim" in acts


def test_asking_the_reporter(duty: Duty) -> None:
    """`3 hỏi thêm` sends the officer's words as they are, and the tip waits."""
    told(duty)
    duty.dialog.says(OFFICER, "3 hoi them Xe màu gì, biển số bao nhiêu?")
    duty.dialog.hears(OFFICER, "Đã gửi câu hỏi")
    duty.dialog.hears("Bà Thử", "Xe màu gì, biển số bao nhiêu")
    (tip,) = duty.app.tips.list(duty.boss).items
    assert tip.state is TipState.WAITING


def test_the_list_of_what_waits(duty: Duty) -> None:
    """A question mark shows the codes; when nothing waits it says so."""
    code = told(duty)
    duty.dialog.says(OFFICER, "?")
    duty.dialog.hears(OFFICER, f"Có 1 việc đang chờ.*{code}")
    duty.dialog.says(OFFICER, "1")
    duty.dialog.says(OFFICER, "?")
    duty.dialog.hears(OFFICER, "Không có việc nào")


def test_a_double_reply_is_harmless(duty: Duty) -> None:
    """The same order twice, quoted or not, changes nothing and frightens nobody."""
    code = told(duty)
    quote(duty, OFFICER, "1 nhận", "Tin mới")
    duty.dialog.hears(OFFICER, f"đã nhận xử lý việc {code}")
    (before,) = duty.app.tips.list(duty.boss).items
    quote(duty, OFFICER, "1 nhận", "Tin mới")
    duty.dialog.hears(OFFICER, f"đã nhận xử lý việc {code}")
    assert duty.app.tips.list(duty.boss).items == (before,)


def test_a_mistyped_reply_is_explained(duty: Duty) -> None:
    """Only where it quotes a notice; and an unknown unit is asked for again."""
    told(duty)
    quote(duty, OFFICER, "nhận nhé", "Tin mới")
    duty.dialog.hears(OFFICER, "đúng mẫu: 1 nhận; 2 chuyển")
    duty.dialog.says(OFFICER, "2 chuyển xã Nào Đó")
    duty.dialog.hears(OFFICER, "Không rõ đơn vị «xã Nào Đó»")
    duty.dialog.says(OFFICER, "3 hỏi thêm")
    duty.dialog.hears(OFFICER, "kèm câu hỏi")
    assert duty.alarm().state is AlarmState.OPEN


def test_everything_else_is_a_residents_word(duty: Duty) -> None:
    """Officers report too: what isn't an order becomes a tip, and danger is answered first, even where it quotes."""
    told(duty)
    duty.dialog.says(OFFICER, "Báo các anh có nhóm thanh niên đánh bạc ở đình")
    duty.dialog.hears(OFFICER, "Mã tiếp nhận")
    quote(duty, OFFICER, FIRE, "Tin mới")
    duty.dialog.hears(OFFICER, "113")
    newest, _ = duty.app.tips.list(duty.boss).items
    assert (newest.emergency, len(newest.second_matters)) == (True, 1)


def test_a_stranger_orders_nothing(duty: Duty) -> None:
    """From a chat that isn't bound the same words are a resident's, and nobody's tip moves."""
    told(duty)
    duty.dialog.says("Ông Lạ", "1 nhận")
    assert {alarm.state for alarm in duty.alarms()} == {AlarmState.OPEN}


def test_an_unbound_chat_orders_nothing_any_more(duty: Duty) -> None:
    """After `unbind` the account is a resident's again, and hears no notice."""
    told(duty)
    (officer,) = duty.alarm().told
    duty.app.units.unbind(duty.boss, officer)
    duty.dialog.says(OFFICER, "1 nhận")
    assert {alarm.state for alarm in duty.alarms()} == {AlarmState.OPEN}
    assert duty.app.units.officer(duty.boss, officer).conversation == ""


def test_whose_grant_has_lapsed_is_refused_politely(duty: Duty) -> None:
    """The refusal tells nothing of the case, and stands in the journal."""
    code = told(duty)
    (officer,) = duty.alarm().told
    yesterday = duty.clock.now().date() - timedelta(days=1)
    duty.app.units.revoke(duty.boss, officer, "tip_officer", "hoa-lu", last_day=yesterday)
    duty.app.worker.drain()
    duty.dialog.says(OFFICER, "1 nhận")
    assert code not in duty.dialog.hears(OFFICER, "không thực hiện được").string
    duty.dialog.says(OFFICER, "?")
    duty.dialog.hears(OFFICER, "Không có việc nào")
    assert duty.alarm().state is AlarmState.OPEN


def test_a_code_binds_once(duty: Duty) -> None:
    """Sent again it is wrong, and it is written down nowhere."""
    officer = duty.officer(OFFICER, bind=False)
    code = duty.app.units.begin_binding(duty.boss, officer.id).code
    duty.dialog.says(OFFICER, code.lower())
    duty.dialog.hears(OFFICER, "đã gắn")
    duty.dialog.says("Ông Lạ", code)
    duty.dialog.hears("Ông Lạ", "Mã không đúng")
    context = duty.app.internals.context
    said = [*context.iter_readable(MESSAGE, context.storage.maintenance.scan(MESSAGE.name))]
    assert said
    assert not [message for message in said if code.lower() in message.text.lower()]


def test_a_code_ends_by_time_and_by_tries(duty: Duty) -> None:
    """After the profile's minutes, and after its tries, the right code is wrong too."""
    officer = duty.officer(OFFICER, bind=False)
    late = duty.app.units.begin_binding(duty.boss, officer.id).code
    duty.clock.advance(timedelta(minutes=30))
    duty.dialog.says(OFFICER, late)
    duty.dialog.hears(OFFICER, "Mã không đúng")
    guessed = duty.app.units.begin_binding(duty.boss, officer.id).code
    for _ in range(5):
        duty.dialog.says("Ông Lạ", guessed[:5] + "22222222")
    duty.dialog.says(OFFICER, guessed)
    duty.dialog.hears(OFFICER, "Mã không đúng")


def test_binding_anew_ends_the_former_chat(duty: Duty) -> None:
    """The chat before is told, and orders nothing any more."""
    officer = duty.officer(OFFICER)
    duty.bind("Máy mới", officer)
    duty.dialog.hears(OFFICER, "vừa gắn một tài khoản khác")
    duty.dialog.says("Bà Thử", THEFT)
    duty.wait(3)
    duty.dialog.hears("Máy mới", "Tin mới")
    duty.dialog.says(OFFICER, "1 nhận")
    assert {alarm.state for alarm in duty.alarms()} == {AlarmState.OPEN}
