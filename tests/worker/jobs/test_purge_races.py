"""Purges that are interrupted: a resident writes meanwhile, the purge crashes, or another worker purges too."""

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT
from tests.worker.jobs.test_clocks import AN, DAY, orders, readable
from tests.worker.jobs.test_retention import kill

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
"""Lets a resident write, and time pass until the purge order is due."""
Between = Callable[[Callable[[], None]], None]
"""Calls an act once, after a purge began and before its key is destroyed."""


@pytest.fixture
def to_go(app: App, clock: FixedClock, dialog: Dialog) -> ToGo:
    def write_and_wait() -> None:
        dialog.says(AN, "chào")
        clock.advance(DAY * 31)
        RetentionJobs(app.internals.services).purge_expired()
        clock.advance(DAY * 8)

    return write_and_wait


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Between:
    def script(act: Callable[[], None]) -> None:
        pending = [act]
        finish = Purges.finish_purge

        def late(self: Purges, actor: Actor, scopes: Collection[str]) -> tuple[PurgeOrder, ...]:
            if pending:
                pending.pop()()
            return finish(self, actor, scopes)

        monkeypatch.setattr(Purges, "finish_purge", late)

    return script


def words(app: App) -> list[str]:
    return [message.text for message in app.internals.context.iter_readable(MESSAGE, readable(app, MESSAGE))]


def purge(app: App) -> int:
    return RetentionJobs(app.internals.services).purge_expired()


def test_message_during_a_purge_cancels_it(app: App, dialog: Dialog, to_go: ToGo, between: Between) -> None:
    """A message during a purge by the retention job cancels the order, and nothing is destroyed."""
    to_go()
    between(lambda: dialog.says(AN, "cảm ơn các anh"))
    assert purge(app) == 0
    assert words(app) == ["chào", "cảm ơn các anh"]
    (order,) = orders(app)
    assert (order.cancelled_at is not None, order.begun_at) == (True, None)


def test_report_during_a_purge_keeps_the_identity(
    *, app: App, clock: FixedClock, dialog: Dialog, handler: Actor, to_go: ToGo, between: Between
) -> None:
    """The identity of a reporter who writes during its purge is kept, so that their case can be answered."""
    to_go()
    purge(app)
    clock.advance(DAY * 731)
    purge(app)
    clock.advance(DAY * 8)
    between(lambda: dialog.says(AN, THEFT))
    assert purge(app) == 0
    (tip,) = app.tips.list(handler).items
    assert len([*readable(app, CONVERSATION)]) == 1
    assert app.conversations.history(handler, f"tip:{tip.id}").items[0].text == THEFT


def test_crashed_purge_spares_a_new_key(
    *, app: App, clock: FixedClock, dialog: Dialog, to_go: ToGo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a purge crashed after destroying the key, the next round finishes it and leaves the person's new key alone."""
    to_go()
    with monkeypatch.context() as broken:
        broken.setattr(purging, "find_handed_out", kill)
        with pytest.raises(KeyboardInterrupt):
            purge(app)
    assert words(app) == []
    dialog.says(AN, "cảm ơn các anh")
    assert purge(app) == 1
    assert words(app) == ["cảm ơn các anh"]
    assert [order.is_pending for order in orders(app)] == [False]


def test_rewrapped_key_is_destroyed(app: App, to_go: ToGo, between: Between) -> None:
    """A key that is rewrapped during its purge is destroyed."""

    def rewrap() -> None:
        keyring = app.internals.context.storage.keyring
        assert rewrap_keys(app.internals.runner, keyring.wrapped_otherwise("")) > 0

    to_go()
    between(rewrap)
    assert purge(app) == 1
    assert words(app) == []


def test_second_worker_destroys_no_new_key(app: App, dialog: Dialog, to_go: ToGo) -> None:
    """An order that another worker carried out can't be carried out again."""
    to_go()
    purges = app.internals.services.retention.purges
    first, second = ([order.id for order in purges.begin_purge(RETENTION_ACTOR, limit=9, scopes=())] for _ in range(2))
    assert len(purges.finish_purge(RETENTION_ACTOR, first)) == 1
    dialog.says(AN, "cảm ơn các anh")
    with pytest.raises(WrongStep, match="carried out or cancelled already"):
        purges.finish_purge(RETENTION_ACTOR, second)
    assert words(app) == ["cảm ơn các anh"]


def test_one_worker_purges_at_a_time(app: App, clock: FixedClock, to_go: ToGo) -> None:
    """While one worker purges another does nothing, until the lease expires, as after a crash."""
    to_go()
    leases = app.internals.context.storage.leases
    assert leases.acquire("purge", "another", clock.now(), timedelta(minutes=10)) is not None
    assert (purge(app), words(app)) == (0, ["chào"])
    clock.advance(timedelta(minutes=10))
    assert (purge(app), words(app)) == (1, [])
