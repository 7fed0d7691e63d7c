"""The messenger stores when the webhook got its last event."""

from datetime import timedelta

import pytest
from tests.zalo.conftest import BEGIN, Bench

from anninh_core.kernel.errors import StorageBusy
from anninh_core.ports.health import Level
from anninh_core.testing.services import memory_services
from anninh_zalo.webhook.heartbeat import WebhookHeartbeat


def test_last_event_time_is_stored_with_few_writes() -> None:
    """The time of the last event is stored with few writes, exact to five minutes, for other processes too."""
    state = memory_services().state
    pulse = WebhookHeartbeat(state)
    assert pulse.check(BEGIN).level is Level.WARNING
    for minute in range(12):
        pulse.record(BEGIN + timedelta(minutes=minute))

    assert WebhookHeartbeat(state).last() == BEGIN + timedelta(minutes=10)
    assert state.get("webhook").version == 3
    assert pulse.check(BEGIN + timedelta(days=2)).level is Level.OK
    assert pulse.check(BEGIN + timedelta(days=4)).level is Level.WARNING


def test_only_noted_events_count(bench: Bench) -> None:
    """An event counts once the intake notes it, which happens only to verified events; verifying an event alone changes
    nothing.
    """
    bench.add_writer()
    request = bench.request()
    assert not bench.messenger.verify(type(request)(request.body + b" ", request.headers))
    assert bench.messenger.heartbeat.last() is None
    assert bench.messenger.verify(request)
    assert bench.messenger.heartbeat.last() is None
    bench.messenger.note_webhook(request)
    assert bench.messenger.heartbeat.last() == BEGIN


def test_failed_note_does_not_refuse_the_event(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """If the storage fails, the time of the event isn't stored, which is logged, and the event isn't refused."""

    def raise_storage_busy(_name: str) -> None:
        raise StorageBusy("locked")

    bench.add_writer()
    monkeypatch.setattr(bench.services.state, "get", raise_storage_busy)
    bench.messenger.note_webhook(bench.request())
    assert "couldn't be noted: StorageBusy" in caplog.text
