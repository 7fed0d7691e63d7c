"""The account takes the application's right away: somebody is told until they consent again."""

import json
from datetime import timedelta

import pytest
from tests.zalo.conftest import Bench, options_of

from anninh_core.ports.health import Check, Level
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount


def permission(account: OfficialAccount) -> Check | None:
    return next((check for check in account.health() if check.name == "permission"), None)


def hear(bench: Bench, request: WebhookRequest) -> None:
    """Let the account hear a request as the intake does: verified, then noted."""
    assert bench.messenger.verify(request)
    bench.messenger.note_webhook(request)


def consents(bench: Bench) -> None:
    given = bench.sandbox.grant(bench.app, bench.account)
    bench.messenger.tokens.adopt(TokenPair(given.access, given.refresh, timedelta(hours=25)))


def test_it_is_told(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """By health, as a problem with what to do, and by the log; all processes of the account know."""
    assert permission(bench.messenger) is None
    bench.account.event("permission_revoked")
    hear(bench, bench.request())
    other = OfficialAccount("oa", options_of(bench.app, bench.account), bench.services, bench.sandbox.transport)
    found = permission(other)
    assert found is not None
    assert (found.level, found.todo) == (
        Level.PROBLEM,
        "Ask its administrator for the reason, and let them consent again with `anninh zalo login`.",
    )
    assert "took the application's right away" in caplog.text
    other.close()


def test_until_somebody_consents(bench: Bench) -> None:
    """A new login ends it; the same event delivered late doesn't begin it again, a new one does."""
    bench.account.event("permission_revoked")
    late = bench.request()
    hear(bench, late)
    bench.clock.advance(timedelta(hours=1))
    consents(bench)
    assert permission(bench.messenger) is None
    hear(bench, late)
    assert permission(bench.messenger) is None
    bench.clock.advance(timedelta(hours=1))
    bench.account.event("permission_revoked")
    hear(bench, bench.request())
    assert permission(bench.messenger) is not None


def test_foreign_revocation_changes_nothing(bench: Bench) -> None:
    """An event without a right signature, or of another account, changes nothing."""
    bench.account.event("permission_revoked")
    forged = json.loads(bench.request().body)
    assert not bench.messenger.verify(WebhookRequest(json.dumps(forged | {"timestamp": "1"}).encode()))
    other = bench.sandbox.account("Công an khác")
    bench.sandbox.grant(bench.app, other)
    other.event("permission_revoked")
    assert json.loads(bench.request().body)["oa_id"] == other.id
    hear(bench, bench.request())
    assert permission(bench.messenger) is None
