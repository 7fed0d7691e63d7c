"""A person withdraws in Zalo, and is erased here."""

from datetime import timedelta

from tests.zalo.conftest import Bench

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.testing import memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers


def test_from_the_event_to_the_last_key(bench: Bench) -> None:
    """What Zalo tells is put before an officer, who has it carried out."""
    person = bench.somebody()
    with memory_app(clock=bench.clock, messengers={"oa": bench.messenger}) as app:
        app.intake.accept("oa", bench.request())
        app.worker.drain()
        person.withdraws()
        app.intake.accept("oa", bench.request())
        app.worker.drain()
        operator = UnsafeLocalUsers(app).appoint("Quản trị", "hoa-lu", "operator")
        (wish,) = app.retention.erasures(operator).items
        app.retention.erase(operator, wish.id, rule="91/2025/QH15", reason="Người dân yêu cầu.")
        bench.clock.advance(timedelta(days=7))
        assert app.worker.jobs["carry_out_erasures"].run() == 1
        done = app.retention.erasure(operator, wish.id)
        assert done.state is ErasureState.DONE
        (record,) = app.internals.context.storage.maintenance.scan(CONVERSATION.name, 10)
        assert app.internals.context.storage.keyring.get(record.scope) is None
