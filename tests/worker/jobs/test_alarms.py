"""Notices to officers about messages that weren't delivered."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.messaging.conftest import FIRE, THEFT, outbox, read_outbox_states
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import RecipientUnreachable, TooManyRequests
from anninh_core.kernel.redact import find_personal_data
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

AN = "Thử Văn An"
HOA_LU = load_profile("hoa_lu_2021")
DUTY = "Cán bộ trực"


def appoint_failure_officer(app: App, chat: MockChat, dialog: Dialog, name: str = DUTY, unit: str = "hoa-lu") -> Actor:
    """Appoint an officer with a chat who decides about failed deliveries."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    conversation = last_conversation(app)
    return UnsafeLocalUsers(app).appoint(name, unit, "standing_officer", conversation=conversation)


def run_alarm_job(app: App) -> int:
    """Run the alarm job and send its notices; return the number of notices."""
    count = app.worker.jobs["raise_alarms"].run()
    app.worker.drain()
    return count


def test_failures_are_notified_once_a_day(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Officers who decide about failed deliveries get a daily notice with their number and age only, until each failure
    is decided.
    """
    officer = appoint_failure_officer(app, chat, dialog)
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    assert run_alarm_job(app) == 0
    clock.advance(timedelta(hours=25))
    assert [run_alarm_job(app) for _ in range(3)] == [1, 0, 0]
    (notice,) = chat.hears(chat.person(DUTY))
    assert "25 giờ" in notice
    assert "1 tin" in notice
    assert find_personal_data(notice) == []
    clock.advance(timedelta(hours=24))
    assert run_alarm_job(app) == 1
    app.failures.give_up(officer, app.failures.troubles(officer)[0].id, "đã gọi")
    clock.advance(timedelta(hours=24))
    assert run_alarm_job(app) == 0


def test_commune_officers_get_no_failure_notice(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """Officers of a single commune, and officers without a chat, get no notice of failed deliveries."""
    appoint_failure_officer(app, chat, dialog, "Cán bộ xã", "ninh-hoa")
    UnsafeLocalUsers(app).appoint("Không có máy", "hoa-lu", "standing_officer")
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    clock.advance(timedelta(hours=25))
    assert run_alarm_job(app) == 0


def test_failure_notice_waits_for_the_morning(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A notice of failed deliveries that becomes due at night is sent at six in the morning."""
    appoint_failure_officer(app, chat, dialog)
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    clock.set(datetime(2021, 9, 3, tzinfo=VIETNAM))
    assert run_alarm_job(app) == 1
    assert read_outbox_states(app, "notice.failures") == ["ready"]
    clock.set(datetime(2021, 9, 3, 6, tzinfo=VIETNAM))
    app.worker.drain()
    assert read_outbox_states(app, "notice.failures") == ["delivered"]


@pytest.fixture
def unknown_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the platform unable to answer whether a message was delivered."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)


@pytest.mark.usefixtures("unknown_delivery")
@pytest.mark.parametrize("failure", ["rejected", "expired_token", "lost_before"])
def test_unsent_emergency_is_notified_at_once(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, failure: str
) -> None:
    """An emergency reply that failed, waits for an officer or has an unknown outcome leads to one notice at once, even
    at midnight.
    """
    appoint_failure_officer(app, chat, dialog)
    clock.set(datetime(2021, 9, 2, tzinfo=VIETNAM))
    chat.fail_next(failure)
    dialog.says(AN, FIRE)
    assert [run_alarm_job(app) for _ in range(2)] == [1, 0]
    _, notice = chat.hears(chat.person(DUTY))  # The first notice says that no officer is on duty.
    assert "khẩn cấp" in notice
    assert find_personal_data(notice) == []


def test_failed_notice_raises_no_notice(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """A notice that fails leads to no further notice, because that would never end."""
    appoint_failure_officer(app, chat, dialog)
    chat.fail_next("rejected")
    dialog.says(AN, FIRE)
    chat.fail_next("rejected")
    assert [run_alarm_job(app) for _ in range(3)] == [1, 0, 0]
    assert [row.state for row in outbox(app, "notice.emergency")] == ["failed"]


class TemplateMessenger(MockMessenger):
    """A messenger that sends by template only, and calls `meanwhile` during each send."""

    meanwhile: Callable[[], object] | None = None

    def send(self, message: OutgoingMessage) -> Receipt:
        """Raise the error that the contact window is closed."""
        raise RecipientUnreachable(f"the window of {message.purpose} is closed")

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Call `meanwhile`, and then send the message."""
        if self.meanwhile is not None:
            self.meanwhile()
        return super().send_by(method, message)


def test_emergency_being_sent_is_no_alarm(chat: MockChat, clock: FixedClock) -> None:
    """While the template of an emergency reply is being sent, no officer gets a notice; if the process dies there,
    officers do.
    """
    messenger = TemplateMessenger.on(chat, rungs="template")
    assert isinstance(messenger, TemplateMessenger)
    notice_counts: list[int] = []
    district = evolve(HOA_LU, ladders={"tip.emergency": ("window", "template")})
    with memory_app(chat, clock=clock, district=district, messengers={"oa": messenger}) as app:
        appoint_failure_officer(app, chat, Dialog(chat, lambda: pump(app, chat)))
        messenger.meanwhile = lambda: notice_counts.append(app.worker.jobs["raise_alarms"].run())
        chat.says(chat.person(AN), FIRE)
        pump(app, chat)
        assert notice_counts == [0]
        assert read_outbox_states(app, "tip.emergency") == ["delivered"]
        messenger.meanwhile = lambda: (_ for _ in ()).throw(SystemExit)
        chat.says(chat.person("Thử Bình"), FIRE)
        with pytest.raises(SystemExit):
            pump(app, chat)
        messenger.meanwhile = None
        clock.advance(timedelta(minutes=3))
        assert app.worker.jobs["raise_alarms"].run() == 1


def test_operators_are_notified_of_refused_events(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a messenger's unreadable events are over the limit, operators get a daily notice with numbers only, even at
    night.
    """
    dialog.says(DUTY, "chúc mừng năm mới")
    chat.hears(chat.person(DUTY))
    conversation = last_conversation(app)
    UnsafeLocalUsers(app).appoint(DUTY, "hoa-lu", "operator", conversation=conversation)
    clock.set(datetime(2021, 9, 3, tzinfo=VIETNAM))
    monkeypatch.setattr(UnreadableEvents, "limit", 2)
    with monkeypatch.context() as broken:
        broken.setattr(MockMessenger, "parse", lambda *_: 1 / 0)
        for count in (0, 0, 1, 0):
            assert run_alarm_job(app) == count
            chat.says(chat.person(AN), THEFT)
            with suppress(TooManyRequests):
                app.intake.accept("oa", list(chat.webhooks())[-1])
    (notice,) = chat.hears(chat.person(DUTY))
    assert notice == "Kênh «oa» có 1 sự cố và 0 cảnh báo. Xin chạy lệnh anninh doctor để xem và xử lý."
    clock.advance(timedelta(hours=24))
    assert run_alarm_job(app) == 0
