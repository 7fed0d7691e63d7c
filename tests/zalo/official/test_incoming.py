"""What comes in: whose it is, whether it is genuine, and what the console's test gets."""

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.zalo.conftest import Bench, bench_with, options_of

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.ports.health import Level
from anninh_core.ports.messengers.platform import Paced, Probed, SharesWebhook, ShowsFiles
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo import official
from anninh_zalo.official import SIGNATURE, OfficialAccount
from anninh_zalo.webhook.event import ZaloEvent


def test_the_optional_abilities(bench: Bench) -> None:
    """The program finds them by their protocols."""
    for protocol in (Paced, Probed, SharesWebhook, ShowsFiles):
        assert isinstance(bench.messenger, protocol)


def test_a_second_secret(bench: Bench) -> None:
    """While one secret replaces another, both count; a third one doesn't."""
    bench.somebody()
    request = bench.request()
    replaced = options_of(bench.app, bench.account) | {"oa_secret": "new"}
    for options, genuine in ((replaced | {"other_oa_secret": bench.app.oa_secret}, True), (replaced, False)):
        messenger = OfficialAccount("oa", options, bench.services, bench.sandbox.transport)
        assert messenger.verify(request) is genuine


def test_the_consoles_test(bench: Bench) -> None:
    """An empty object without a signature is a probe; anything with an event or a signature isn't."""
    assert bench.messenger.is_probe(WebhookRequest(b"{}"))
    assert bench.messenger.is_probe(WebhookRequest(b'{"app_id":"1"}'))
    assert not bench.messenger.is_probe(WebhookRequest(b"{}", ((SIGNATURE, "mac=" + "0" * 64),)))
    assert not bench.messenger.is_probe(WebhookRequest(b'{"event_name":"follow"}'))
    assert not bench.messenger.is_probe(WebhookRequest(b"[]"))
    assert not bench.messenger.verify(WebhookRequest(b"{}"))


def test_several_accounts_of_an_application(bench: Bench) -> None:
    """One address serves them all; each takes what concerns it, and gives nothing for the rest."""
    other = bench.sandbox.account("Công an khác")
    theirs = OfficialAccount("khac", options_of(bench.app, other), bench.services, bench.sandbox.transport)
    bench.somebody()
    body = bench.request().body

    assert theirs.webhook_shared_by == bench.messenger.webhook_shared_by
    assert (bench.messenger.takes(body), theirs.takes(body)) == (True, False)
    assert (len(bench.messenger.parse(body)), len(theirs.parse(body))) == (1, 0)
    assert not theirs.takes(b"<html>")


def test_old_events_are_refused_by_age(bench: Bench) -> None:
    """Are refused only where an age is set."""
    strict = bench_with(max_age="2")
    strict.somebody()
    bench.somebody()
    for moment, answers in ((timedelta(hours=1), (True, True)), (timedelta(hours=2), (True, False))):
        bench.clock.advance(moment)
        strict.clock.advance(moment)
        assert (bench.messenger.verify(bench.request()), strict.messenger.verify(strict.request())) == answers
    assert not strict.messenger.verify(evolve(strict.request(), body=b"{}"))


def test_an_event_whose_age_nobody_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is signed, so it is genuine: it is kept for a person, also where an age is set."""
    strict = bench_with(max_age="2")
    strict.somebody()
    request = strict.request()

    def fail(_: bytes) -> ZaloEvent:
        raise BadInput("an event of a later year")

    monkeypatch.setattr(official, "read_event", fail)
    assert strict.messenger.verify(request)
    assert not strict.messenger.verify(evolve(request, body=request.body + b" "))


def test_the_file_for_the_domain(tmp_path: Path) -> None:
    """Its name and content are shown; one that isn't there is an error at once."""
    path = tmp_path / "zalo_verifierABC.html"
    path.write_bytes(b"<meta>")

    assert bench_with(domain_file=str(path)).messenger.files() == {"zalo_verifierABC.html": b"<meta>"}
    assert bench_with().messenger.files() == {}
    with pytest.raises(
        ConfigurationError,
        match=r"`domain_file` of messenger 'oa' can't be read \(FileNotFoundError\): choose the right file",
    ):
        bench_with(domain_file=str(tmp_path / "none"))


def test_health_without_a_token(bench: Bench) -> None:
    """Nobody has consented: a problem, with the way out."""
    fresh = OfficialAccount("neu", options_of(bench.app, bench.account) | {"oa_id": "77"}, bench.services)
    assert [(check.name, check.level) for check in fresh.health()][:1] == [("token", Level.PROBLEM)]
    assert bench.messenger.health()[0].level is Level.OK
