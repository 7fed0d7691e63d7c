"""Two accounts of one application with one webhook address and a secret each."""

import json

from tests.zalo.conftest import Bench, minimal_options

from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import memory_app
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.official import SIGNATURE, OfficialAccount
from anninh_zalo.testing.state import SandboxApplication
from anninh_zalo.testing.webhooks import signature

OWN = "khoa-rieng"


def signed_by(app: SandboxApplication, secret: str, body: bytes) -> WebhookRequest:
    """Return a request signed with a secret other than the application's."""
    signer = SandboxApplication(id=app.id, secret=app.secret, oa_secret=secret, callback=app.callback)
    return WebhookRequest(body, ((SIGNATURE, signature(signer, body, json.loads(body)["timestamp"])),))


def test_event_is_verified_by_its_account(bench: Bench) -> None:
    """An event at either address is verified with the secret of its account, and stored for that account."""
    other = bench.sandbox.account("Công an khác")
    bench.sandbox.grant(bench.app, other)
    options = minimal_options(bench.app, other) | {"oa_secret": OWN}
    theirs = OfficialAccount("khac", options, bench.services, bench.sandbox.transport)
    bench.somebody()
    ours = bench.request()
    other.person("Khuất Thị Khác").says("alo")
    body = bench.request().body

    with memory_app(messengers={"oa": bench.messenger, "khac": theirs}) as app:
        outcomes = app.intake.accept_all(
            [("oa", signed_by(bench.app, OWN, body)), ("khac", ours), ("oa", WebhookRequest(b"{}"))]
        )
        sources = [row.source for row in app.internals.context.storage.queues.inbox((InboxState.NEW,))]

    assert outcomes == [Accepted.STORED, Accepted.STORED, Accepted.PROBE]
    assert sources == ["khac", "oa"]
    assert not theirs.verify(ours)
