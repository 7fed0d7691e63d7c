"""Incoming webhooks are checked for their account, their signature, and whether they are a test call of the console."""

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.zalo.conftest import Bench, build_bench, build_required_options

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.ports.health import Level
from anninh_core.ports.messengers.platform import Paced, Probed, SharesWebhook, ShowsFiles
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo import official
from anninh_zalo.official import SIGNATURE, OfficialAccount
from anninh_zalo.webhook.event import ZaloEvent


def test_optional_protocols_are_implemented(bench: Bench) -> None:
    """The messenger implements the optional protocols through which the program finds its abilities."""
    for protocol in (Paced, Probed, SharesWebhook, ShowsFiles):
        assert isinstance(bench.messenger, protocol)


def test_two_secrets_are_valid_during_a_change(bench: Bench) -> None:
    """While the secrets are being changed both are valid, and no third one."""
    bench.add_writer()
    request = bench.request()
    new_options = build_required_options(bench.app, bench.account) | {"oa_secret": "new"}
    for options, genuine in ((new_options | {"other_oa_secret": bench.app.oa_secret}, True), (new_options, False)):
        messenger = OfficialAccount("oa", options, bench.services, bench.sandbox.transport)
        assert messenger.verify(request) is genuine


def test_console_probe_is_recognised(bench: Bench) -> None:
    """An unsigned object without an event is the console's test call; an object with an event or a signature isn't."""
    assert bench.messenger.is_probe(WebhookRequest(b"{}"))
    assert bench.messenger.is_probe(WebhookRequest(b'{"app_id":"1"}'))
    assert not bench.messenger.is_probe(WebhookRequest(b"{}", ((SIGNATURE, "mac=" + "0" * 64),)))
    assert not bench.messenger.is_probe(WebhookRequest(b'{"event_name":"follow"}'))
    assert not bench.messenger.is_probe(WebhookRequest(b"[]"))
    assert not bench.messenger.verify(WebhookRequest(b"{}"))


def test_accounts_share_one_webhook_address(bench: Bench) -> None:
    """Several accounts of one application share a webhook address, and each account parses only its own events."""
    other = bench.sandbox.account("Công an khác")
    theirs = OfficialAccount("khac", build_required_options(bench.app, other), bench.services, bench.sandbox.transport)
    bench.add_writer()
    body = bench.request().body

    assert theirs.webhook_shared_by == bench.messenger.webhook_shared_by
    assert (bench.messenger.takes(body), theirs.takes(body)) == (True, False)
    assert (len(bench.messenger.parse(body)), len(theirs.parse(body))) == (1, 0)
    assert not theirs.takes(b"<html>")


def test_old_events_are_refused_by_age(bench: Bench) -> None:
    """Old events are refused only if the options set a maximum age."""
    strict = build_bench(max_age="2")
    strict.add_writer()
    bench.add_writer()
    for elapsed, expected in ((timedelta(hours=1), (True, True)), (timedelta(hours=2), (True, False))):
        bench.clock.advance(elapsed)
        strict.clock.advance(elapsed)
        assert (bench.messenger.verify(bench.request()), strict.messenger.verify(strict.request())) == expected
    assert not strict.messenger.verify(evolve(strict.request(), body=b"{}"))


def test_signed_event_of_unknown_age_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signed event whose age can't be read is accepted for a person to check, even if a maximum age is set."""
    strict = build_bench(max_age="2")
    strict.add_writer()
    request = strict.request()

    def raise_parse_error(_: bytes) -> ZaloEvent:
        raise BadInput("an event of a later year")

    monkeypatch.setattr(official, "read_event", raise_parse_error)
    assert strict.messenger.verify(request)
    assert not strict.messenger.verify(evolve(request, body=request.body + b" "))


def test_domain_file_is_served(tmp_path: Path) -> None:
    """The file that proves the domain is served with its name and content; if it is missing, that is an error at the
    start.
    """
    path = tmp_path / "zalo_verifierABC.html"
    path.write_bytes(b"<meta>")

    assert build_bench(domain_file=str(path)).messenger.files() == {"zalo_verifierABC.html": b"<meta>"}
    assert build_bench().messenger.files() == {}
    with pytest.raises(
        ConfigurationError,
        match=r"`domain_file` of messenger 'oa' can't be read \(FileNotFoundError\): choose the right file",
    ):
        build_bench(domain_file=str(tmp_path / "none"))


def test_missing_token_is_a_health_problem(bench: Bench) -> None:
    """Without a consent the health check reports a problem of the token."""
    fresh = OfficialAccount("neu", build_required_options(bench.app, bench.account) | {"oa_id": "77"}, bench.services)
    assert [(check.name, check.level) for check in fresh.health()][:1] == [("token", Level.PROBLEM)]
    assert bench.messenger.health()[0].level is Level.OK
