"""If an account revokes the application's permission, that is a health problem until the next consent."""

import json
from datetime import timedelta

import pytest
from tests.zalo.conftest import Bench, build_required_options

from anninh_core.ports.health import Check, Level
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount


def get_permission_check(account: OfficialAccount) -> Check | None:
    return next((check for check in account.health() if check.name == "permission"), None)


def receive_webhook(bench: Bench, request: WebhookRequest) -> None:
    """Verify a webhook request and note it, as the intake does."""
    assert bench.messenger.verify(request)
    bench.messenger.note_webhook(request)


def consent_again(bench: Bench) -> None:
    grant = bench.sandbox.grant(bench.app, bench.account)
    bench.messenger.tokens.adopt(TokenPair(grant.access, grant.refresh, timedelta(hours=25)))


def test_revocation_is_a_health_problem(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A revoked permission is a health problem with its solution in all processes of the account, and is logged."""
    assert get_permission_check(bench.messenger) is None
    bench.account.event("permission_revoked")
    receive_webhook(bench, bench.request())
    other = OfficialAccount(
        "oa", build_required_options(bench.app, bench.account), bench.services, bench.sandbox.transport
    )
    check = get_permission_check(other)
    assert check is not None
    assert (check.level, check.todo) == (
        Level.PROBLEM,
        "Ask its administrator for the reason, and let them consent again with `anninh zalo login`.",
    )
    assert "took the application's right away" in caplog.text
    other.close()


def test_revocation_ends_with_a_new_consent(bench: Bench) -> None:
    """A new consent ends the problem; the old event doesn't cause it again if it is delivered late, but a new event
    does.
    """
    bench.account.event("permission_revoked")
    late_request = bench.request()
    receive_webhook(bench, late_request)
    bench.clock.advance(timedelta(hours=1))
    consent_again(bench)
    assert get_permission_check(bench.messenger) is None
    receive_webhook(bench, late_request)
    assert get_permission_check(bench.messenger) is None
    bench.clock.advance(timedelta(hours=1))
    bench.account.event("permission_revoked")
    receive_webhook(bench, bench.request())
    assert get_permission_check(bench.messenger) is not None


def test_foreign_revocation_changes_nothing(bench: Bench) -> None:
    """An event about a revoked permission changes nothing if its signature is wrong or it is about another account."""
    bench.account.event("permission_revoked")
    forged = json.loads(bench.request().body)
    assert not bench.messenger.verify(WebhookRequest(json.dumps(forged | {"timestamp": "1"}).encode()))
    other = bench.sandbox.account("Công an khác")
    bench.sandbox.grant(bench.app, other)
    other.event("permission_revoked")
    assert json.loads(bench.request().body)["oa_id"] == other.id
    receive_webhook(bench, bench.request())
    assert get_permission_check(bench.messenger) is None
