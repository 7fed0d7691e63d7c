"""Two accounts of one application behind one address, each with a secret of its own."""

import json

from tests.zalo.conftest import Bench, options_of

from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import memory_app
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.official import SIGNATURE, OfficialAccount
from anninh_zalo.testing.state import SandboxApplication
from anninh_zalo.testing.webhooks import signature

OWN = "khoa-rieng"


def signed_by(app: SandboxApplication, secret: str, body: bytes) -> WebhookRequest:
    """Return a request that was signed with another secret than the application's."""
    as_if = SandboxApplication(id=app.id, secret=app.secret, oa_secret=secret, callback=app.callback)
    return WebhookRequest(body, ((SIGNATURE, signature(as_if, body, json.loads(body)["timestamp"])),))


def test_each_event_finds_its_account(bench: Bench) -> None:
    """Whatever address of the two it came to, it is verified by the secret of the account that it concerns."""
    other = bench.sandbox.account("Công an khác")
    bench.sandbox.grant(bench.app, other)
    options = options_of(bench.app, other) | {"oa_secret": OWN}
    theirs = OfficialAccount("khac", options, bench.services, bench.sandbox.transport)
    bench.somebody()
    ours = bench.request()
    other.person("Khuất Thị Khác").says("alo")
    body = bench.request().body

    with memory_app(messengers={"oa": bench.messenger, "khac": theirs}) as app:
        endings = app.intake.accept_all(
            [("oa", signed_by(bench.app, OWN, body)), ("khac", ours), ("oa", WebhookRequest(b"{}"))]
        )
        sources = [row.source for row in app.internals.context.storage.queues.inbox((InboxState.NEW,))]

    assert endings == [Accepted.STORED, Accepted.STORED, Accepted.PROBE]
    assert sources == ["khac", "oa"]
    assert not theirs.verify(ours)
