"""Rate limits of messengers."""

from attrs import evolve
from tests.support.township import TownshipMessenger

from anninh_core.app import MessengerSettings
from anninh_core.app.rate_limits import resolve_rate_limits
from anninh_core.app.settings import RateSettings
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.vocabulary.rates import Rate

SAFE = RateLimit(overall=Rate(per_minute=60, burst=3, reserve=1))


def test_messenger_default_limits_apply(mock_chat: MockChat) -> None:
    """A messenger's default limits apply unless the settings override them, each limit separately."""
    messengers = {"town": TownshipMessenger(mock_chat, "town"), "oa": MockMessenger.on(mock_chat)}
    rate = RateSettings(per_minute=5)
    overall_settings = MessengerSettings(type="mock", pace=rate)
    recipient_settings = MessengerSettings(type="mock", recipient_pace=rate)

    assert resolve_rate_limits(messengers, {}) == {"town": SAFE}
    assert resolve_rate_limits(messengers, {"town": overall_settings}) == {
        "town": RateLimit(overall=Rate(per_minute=5))
    }
    assert resolve_rate_limits(messengers, {"town": recipient_settings}) == {
        "town": evolve(SAFE, recipient=Rate(per_minute=5))
    }


def test_app_applies_default_limits(mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """Without settings, the app sends at once only as many receipts as the messenger's burst limit allows."""
    with memory_app(mock_chat, clock=anninh_clock, messengers={"oa": TownshipMessenger(mock_chat, "oa")}) as app:
        for n in range(20):
            mock_chat.says(mock_chat.person(f"Thử {n}"), "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2")
        pump(app, mock_chat)
        assert [row.state for row in app.internals.context.storage.queues.outbox(limit=100)].count(
            OutboxState.DELIVERED
        ) == 3
