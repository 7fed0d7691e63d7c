"""How fast messengers are used."""

from attrs import evolve
from tests.support.township import Township

from anninh_core.app import MessengerSettings
from anninh_core.app.rate_limits import resolve_rate_limits
from anninh_core.app.settings import RateSettings
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.vocabulary.rates import Rate

SAFE = RateLimit(overall=Rate(per_minute=60, burst=3, reserve=1))


def test_a_safe_pace_holds_where_the_settings_are_silent(mock_chat: MockChat) -> None:
    """The messenger knows what its platform bears; the settings know better, each of the two for itself."""
    messengers = {"town": Township(mock_chat, "town"), "oa": MockMessenger.on(mock_chat)}
    rate = RateSettings(per_minute=5)
    told = MessengerSettings(type="mock", pace=rate)
    half = MessengerSettings(type="mock", recipient_pace=rate)

    assert resolve_rate_limits(messengers, {}) == {"town": SAFE}
    assert resolve_rate_limits(messengers, {"town": told}) == {"town": RateLimit(overall=Rate(per_minute=5))}
    assert resolve_rate_limits(messengers, {"town": half}) == {"town": evolve(SAFE, recipient=Rate(per_minute=5))}


def test_an_opened_app_keeps_a_safe_pace(mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """Of twenty receipts as many leave at once as the messenger bears, though no settings say so."""
    with memory_app(mock_chat, clock=anninh_clock, messengers={"oa": Township(mock_chat, "oa")}) as app:
        for n in range(20):
            mock_chat.says(mock_chat.person(f"Thử {n}"), "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2")
        pump(app, mock_chat)
        assert [row.state for row in app.internals.context.storage.queues.outbox(limit=100)].count(
            OutboxState.DELIVERED
        ) == 3
