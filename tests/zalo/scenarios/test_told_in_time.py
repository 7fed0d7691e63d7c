"""An operator gets a notice in the chat before the consent for an official account ends."""

from datetime import timedelta

from tests.zalo.conftest import Bench

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.testing import memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_zalo.oauth.endpoint import TokenPair


def test_operator_is_notified_before_consent_ends(bench: Bench) -> None:
    """An operator gets a warning on Zalo ten days before the consent ends."""
    grant = bench.sandbox.grant(bench.app, bench.account)
    bench.messenger.tokens.adopt(
        TokenPair(grant.access, grant.refresh, timedelta(hours=25), refresh_life=timedelta(days=10))
    )
    operator = bench.add_writer("Quản trị")
    with memory_app(clock=bench.clock, messengers={"oa": bench.messenger}) as app:
        app.intake.accept("oa", bench.request())
        app.worker.drain()
        (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name, 10)
        UnsafeLocalUsers(app).appoint("Quản trị", "hoa-lu", "operator", conversation=record.id)
        assert app.worker.jobs["check_health"].run() == 1
        app.worker.drain()
    assert operator.heard[-1].text == (
        "Kênh «oa» có 0 sự cố và 1 cảnh báo. Xin chạy lệnh anninh doctor để xem và xử lý."
    )
