"""What becomes of an officer's work when a role ends."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT, Appoint, journal

from anninh_core.app import App
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import local_date
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor

DAY = timedelta(days=1)


@pytest.fixture
def lan(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> Actor:
    """An officer with one open tip in hand, and one that is settled."""
    officer = appoint("tip_officer", "editor")
    for name in ("Thử Văn An", "Thử Văn Bình"):
        dialog.says(name, THEFT)
        newest = app.tips.list(handler).items[0]
        app.tips.triage(handler, newest.id, category="crime")
        app.tips.assign(handler, newest.id, unit="hoa-lu", officers=[officer.id, handler.id])
    app.tips.settle(handler, app.tips.list(handler).items[0].id, TipState.RESOLVED, answer="Xong.", reason="solved")
    return officer


def test_open_tips_go_back_at_once(app: App, handler: Actor, lan: Actor, appoint: Appoint) -> None:
    """Whoever leaves today has none tomorrow, whoever else works on them goes on; what is settled stays as it was."""
    chair = appoint("steering_chair")
    yesterday = local_date(app.internals.context.clock.now()) - DAY
    app.units.revoke(chair, lan.id, "tip_officer", "hoa-lu", last_day=yesterday)
    settled, still_open = app.tips.list(handler).items
    assert (still_open.handlers, settled.handlers) == ((handler.id,), (lan.id, handler.id))
    assert [entry.events for entry in journal(app)[-3:] if entry.events][-2:] == [
        ("officer.revoked",),
        ("tip.handler_left",),
    ]


def test_another_role_that_ends_changes_nothing(app: App, handler: Actor, lan: Actor, appoint: Appoint) -> None:
    """Who may go on handling tips keeps them."""
    chair = appoint("steering_chair")
    yesterday = local_date(app.internals.context.clock.now()) - DAY
    app.units.revoke(chair, lan.id, "editor", "hoa-lu", last_day=yesterday)
    assert all(lan.id in tip.handlers for tip in app.tips.list(handler).items)


def test_the_worker_takes_them_after_the_last_day(
    app: App, clock: FixedClock, handler: Actor, lan: Actor, appoint: Appoint
) -> None:
    """Of a role that ends later, on the day after its last and once a day."""
    today = local_date(clock.now())
    job = app.worker.jobs["release_departed"]
    app.units.revoke(appoint("steering_chair"), lan.id, "tip_officer", "hoa-lu", last_day=today)
    assert job.run() == 0
    assert all(lan.id in tip.handlers for tip in app.tips.list(handler).items)
    clock.advance(DAY)
    assert (job.run(), job.run()) == (1, 0)
    assert app.tips.list(handler).items[1].handlers == (handler.id,)
