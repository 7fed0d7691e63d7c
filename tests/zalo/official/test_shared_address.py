"""Two accounts of one application, each with a secret of its own, share one webhook address."""

import json

from tests.zalo.conftest import Bench, build_required_options

from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import memory_app
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.official import SIGNATURE, OfficialAccount
from anninh_zalo.testing.state import SandboxApplication
from anninh_zalo.testing.webhooks import compute_signature

OWN = "khoa-rieng"


def build_signed_request(app: SandboxApplication, secret: str, body: bytes) -> WebhookRequest:
    """Build a request that is signed with a secret other than the application's."""
    signer = SandboxApplication(id=app.id, secret=app.secret, oa_secret=secret, callback=app.callback)
    return WebhookRequest(body, ((SIGNATURE, compute_signature(signer, body, json.loads(body)["timestamp"])),))


def test_event_is_verified_by_its_account(bench: Bench) -> None:
    """An event at the address of either account is verified with the secret of the account that it is about, and stored
    for that account.
    """
    other = bench.sandbox.account("Công an khác")
    bench.sandbox.grant(bench.app, other)
    options = build_required_options(bench.app, other) | {"oa_secret": OWN}
    theirs = OfficialAccount("khac", options, bench.services, bench.sandbox.transport)
    bench.add_writer()
    ours = bench.request()
    other.person("Khuất Thị Khác").says("alo")
    body = bench.request().body

    with memory_app(messengers={"oa": bench.messenger, "khac": theirs}) as app:
        outcomes = app.intake.accept_all(
            [("oa", build_signed_request(bench.app, OWN, body)), ("khac", ours), ("oa", WebhookRequest(b"{}"))]
        )
        sources = [row.source for row in app.internals.context.storage.queues.inbox((InboxState.NEW,))]

    assert outcomes == [Accepted.STORED, Accepted.STORED, Accepted.PROBE]
    assert sources == ["khac", "oa"]
    assert not theirs.verify(ours)
