"""Purges that are disturbed: a resident writes meanwhile, the purge crashes, or another worker purges too."""

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT
from tests.worker.jobs.test_clocks import AN, DAY, iter_readable_records, read_purge_orders
from tests.worker.jobs.test_retention import raise_interrupt

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.key_management.rewrapping import rewrap_keys
from anninh_core.domain.retention import purges as purging
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.domain.retention.purges import Purges
from anninh_core.kernel.errors import WrongStep
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor
from anninh_core.worker.jobs.retention import RETENTION_ACTOR, RetentionJobs

ToGo = Callable[[], None]
"""Type of a function that lets a resident write, and lets time pass until the purge order is due."""
Between = Callable[[Callable[[], None]], None]
"""Type of a function that calls an act once, after a purge began and before its key is destroyed."""


@pytest.fixture
def prepare_purge(app: App, clock: FixedClock, dialog: Dialog) -> ToGo:
    def write_and_wait() -> None:
        dialog.says(AN, "chào")
        clock.advance(DAY * 31)
        RetentionJobs(app.internals.services).purge_expired()
        clock.advance(DAY * 8)

    return write_and_wait


@pytest.fixture
def act_during_purge(monkeypatch: pytest.MonkeyPatch) -> Between:
    def schedule_act(act: Callable[[], None]) -> None:
        pending = [act]
        finish = Purges.finish_purge

        def act_and_finish(self: Purges, actor: Actor, scopes: Collection[str]) -> tuple[PurgeOrder, ...]:
            if pending:
                pending.pop()()
            return finish(self, actor, scopes)

        monkeypatch.setattr(Purges, "finish_purge", act_and_finish)

    return schedule_act


def list_texts(app: App) -> list[str]:
    return [
        message.text for message in app.internals.context.iter_readable(MESSAGE, iter_readable_records(app, MESSAGE))
    ]


def run_retention(app: App) -> int:
    return RetentionJobs(app.internals.services).purge_expired()


def test_message_during_a_purge_cancels_it(
    app: App, dialog: Dialog, prepare_purge: ToGo, act_during_purge: Between
) -> None:
    """A message that arrives during a purge by the retention job cancels the order, and nothing is destroyed."""
    prepare_purge()
    act_during_purge(lambda: dialog.says(AN, "cảm ơn các anh"))
    assert run_retention(app) == 0
    assert list_texts(app) == ["chào", "cảm ơn các anh"]
    (order,) = read_purge_orders(app)
    assert (order.cancelled_at is not None, order.begun_at) == (True, None)


def test_report_during_a_purge_keeps_the_identity(
    *, app: App, clock: FixedClock, dialog: Dialog, handler: Actor, prepare_purge: ToGo, act_during_purge: Between
) -> None:
    """The identity of a reporter who writes while it is being purged is kept, so that their case can be answered."""
    prepare_purge()
    run_retention(app)
    clock.advance(DAY * 731)
    run_retention(app)
    clock.advance(DAY * 8)
    act_during_purge(lambda: dialog.says(AN, THEFT))
    assert run_retention(app) == 0
    (tip,) = app.tips.list(handler).items
    assert len([*iter_readable_records(app, CONVERSATION)]) == 1
    assert app.conversations.history(handler, f"tip:{tip.id}").items[0].text == THEFT


def test_crashed_purge_spares_a_new_key(
    *, app: App, clock: FixedClock, dialog: Dialog, prepare_purge: ToGo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a purge crashed after destroying the key, the next round finishes it and leaves the person's new key alone."""
    prepare_purge()
    with monkeypatch.context() as broken:
        broken.setattr(purging, "find_handed_out_exports", raise_interrupt)
        with pytest.raises(KeyboardInterrupt):
            run_retention(app)
    assert list_texts(app) == []
    dialog.says(AN, "cảm ơn các anh")
    assert run_retention(app) == 1
    assert list_texts(app) == ["cảm ơn các anh"]
    assert [order.is_pending for order in read_purge_orders(app)] == [False]


def test_rewrapped_key_is_destroyed(app: App, prepare_purge: ToGo, act_during_purge: Between) -> None:
    """A data key that is rewrapped during its purge is destroyed."""

    def rewrap_all_keys() -> None:
        keyring = app.internals.context.storage.keyring
        assert rewrap_keys(app.internals.runner, keyring.wrapped_otherwise("")) > 0

    prepare_purge()
    act_during_purge(rewrap_all_keys)
    assert run_retention(app) == 1
    assert list_texts(app) == []


def test_second_worker_destroys_no_new_key(app: App, dialog: Dialog, prepare_purge: ToGo) -> None:
    """A purge order that another worker carried out can't be carried out again."""
    prepare_purge()
    purges = app.internals.services.retention.purges
    first, second = ([order.id for order in purges.begin_purge(RETENTION_ACTOR, limit=9, scopes=())] for _ in range(2))
    assert len(purges.finish_purge(RETENTION_ACTOR, first)) == 1
    dialog.says(AN, "cảm ơn các anh")
    with pytest.raises(WrongStep, match="carried out or cancelled already"):
        purges.finish_purge(RETENTION_ACTOR, second)
    assert list_texts(app) == ["cảm ơn các anh"]


def test_one_worker_purges_at_a_time(app: App, clock: FixedClock, prepare_purge: ToGo) -> None:
    """While one worker purges, another does nothing until the lease expires, as it does after a crash."""
    prepare_purge()
    leases = app.internals.context.storage.leases
    assert leases.acquire("purge", "another", clock.now(), timedelta(minutes=10)) is not None
    assert (run_retention(app), list_texts(app)) == (0, ["chào"])
    clock.advance(timedelta(minutes=10))
    assert (run_retention(app), list_texts(app)) == (1, [])
