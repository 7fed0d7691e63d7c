"""A resident's message passes through the whole program, with the plugins that a district starts with."""

import pytest
from tests.workflows.conftest import read_messages

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.testing import MockMessenger, UnsafeLocalUsers, memory_app, pump
from anninh_core.usecase.actor import Actor

SETTINGS = Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={"oa": MessengerSettings(type="mock")})


@pytest.fixture
def app() -> App:
    return memory_app(settings=SETTINGS)


@pytest.fixture
def officer(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


def send_message(app: App, text: str) -> None:
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    messenger.chat.says(messenger.chat.person("Chị Thử"), text)
    pump(app, messenger.chat)


def test_advertising_is_no_tip_but_a_report_is(app: App, officer: Actor) -> None:
    """Advertising is unassigned until an officer reads it, and a report about advertisers becomes a tip."""
    send_message(app, "Khai trương shop giảm giá 50%, freeship, inbox em chốt đơn nhé cả nhà")
    assert [message.kind for message in read_messages(app)] == ["unassigned"]
    assert app.tips.list(officer).items == ()

    send_message(app, "Có người dán tờ rơi cho vay nặng lãi khắp xóm rồi đe dọa người không trả được")
    (tip,) = app.tips.list(officer).items
    assert (tip.category, tip.suggestion) == ("crime", "crime")


def test_an_announced_drill_is_no_fire(app: App, officer: Actor) -> None:
    """An announced fire drill raises no alarm, and the message keeps the opinions of both the word lists and the
    model.
    """
    send_message(app, "Chiều nay xã diễn tập chữa cháy ở chợ, nghe còi hú bà con đừng lo nhé")

    (message,) = read_messages(app)
    assert message.kind == "chatter"
    assert [reason.partition(" ")[0].rstrip(":") for reason in message.reasons] == ["triage", "opinions"]
    assert app.tips.list(officer).items == ()


def test_a_fire_is_an_emergency(app: App, officer: Actor) -> None:
    """A fire is an emergency, also when typed without diacritics."""
    send_message(app, "chay nha ong Tu o xom 3 roi, den ngay cac anh oi")

    (tip,) = app.tips.list(officer).items
    assert (tip.category, tip.emergency, tip.urgency) == ("fire", True, "serious")
