"""When the webhook was last heard."""

from datetime import timedelta

import pytest
from tests.zalo.conftest import BEGIN, Bench

from anninh_core.kernel.errors import StorageBusy
from anninh_core.ports.health import Level
from anninh_core.testing.services import memory_services
from anninh_zalo.webhook.heartbeat import WebhookHeartbeat


def test_the_newest_event_is_told() -> None:
    """To within five minutes, with few writes, and by another process too."""
    state = memory_services().state
    pulse = WebhookHeartbeat(state)
    assert pulse.check(BEGIN).level is Level.WARNING
    for minute in range(12):
        pulse.record(BEGIN + timedelta(minutes=minute))

    assert WebhookHeartbeat(state).last() == BEGIN + timedelta(minutes=10)
    assert state.get("webhook").version == 3
    assert pulse.check(BEGIN + timedelta(days=2)).level is Level.OK
    assert pulse.check(BEGIN + timedelta(days=4)).level is Level.WARNING


def test_a_genuine_event_counts(bench: Bench) -> None:
    """Only once it is noted, which the intake does with what is genuine: to verify changes nothing."""
    bench.somebody()
    request = bench.request()
    assert not bench.messenger.verify(type(request)(request.body + b" ", request.headers))
    assert bench.messenger.heartbeat.last() is None
    assert bench.messenger.verify(request)
    assert bench.messenger.heartbeat.last() is None
    bench.messenger.note_webhook(request)
    assert bench.messenger.heartbeat.last() == BEGIN


def test_an_event_counts_though_the_storage_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is taken in or refused by whoever keeps it, not here."""

    def fail(_name: str) -> None:
        raise StorageBusy("locked")

    bench.somebody()
    monkeypatch.setattr(bench.services.state, "get", fail)
    bench.messenger.note_webhook(bench.request())
    assert "couldn't be noted: StorageBusy" in caplog.text
