"""The data of a person who withdraws their consent in Zalo are erased."""

from datetime import timedelta

from tests.zalo.conftest import Bench

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.testing import memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers


def test_withdrawal_leads_to_erasure(bench: Bench) -> None:
    """A withdrawal in Zalo becomes a request for erasure; after an operator grants it, the conversation's key is
    destroyed.
    """
    person = bench.add_writer()
    with memory_app(clock=bench.clock, messengers={"oa": bench.messenger}) as app:
        app.intake.accept("oa", bench.request())
        app.worker.drain()
        person.withdraws()
        app.intake.accept("oa", bench.request())
        app.worker.drain()
        operator = UnsafeLocalUsers(app).appoint("Quản trị", "hoa-lu", "operator")
        (erasure,) = app.retention.erasures(operator).items
        app.retention.erase(operator, erasure.id, rule="91/2025/QH15", reason="Người dân yêu cầu.")
        bench.clock.advance(timedelta(days=7))
        assert app.worker.jobs["carry_out_erasures"].run() == 1
        completed = app.retention.erasure(operator, erasure.id)
        assert completed.state is ErasureState.DONE
        (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name, 10)
        assert app.internals.context.storage.keyring.get(record.scope) is None
