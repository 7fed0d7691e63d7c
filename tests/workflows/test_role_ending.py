"""An officer leaves their open tips when the role for tips ends."""

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
def tip_handler(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> Actor:
    """An officer who handles an open and a settled tip."""
    officer = appoint("tip_officer", "editor")
    for name in ("Thử Văn An", "Thử Văn Bình"):
        dialog.says(name, THEFT)
        newest = app.tips.list(handler).items[0]
        app.tips.triage(handler, newest.id, category="crime")
        app.tips.assign(handler, newest.id, unit="hoa-lu", officers=[officer.id, handler.id])
    app.tips.settle(handler, app.tips.list(handler).items[0].id, TipState.RESOLVED, answer="Xong.", reason="solved")
    return officer


def test_ended_role_releases_open_tips(app: App, handler: Actor, tip_handler: Actor, appoint: Appoint) -> None:
    """When a handler's role has ended, the handler leaves their open tips, other handlers stay, and settled tips are
    unchanged.
    """
    chair = appoint("steering_chair")
    yesterday = local_date(app.internals.context.clock.now()) - DAY
    app.units.revoke(chair, tip_handler.id, "tip_officer", "hoa-lu", last_day=yesterday)
    settled, still_open = app.tips.list(handler).items
    assert (still_open.handlers, settled.handlers) == ((handler.id,), (tip_handler.id, handler.id))
    assert [entry.events for entry in journal(app)[-3:] if entry.events][-2:] == [
        ("officer.revoked",),
        ("tip.handler_left",),
    ]


def test_other_role_releases_nothing(app: App, handler: Actor, tip_handler: Actor, appoint: Appoint) -> None:
    """The end of a role that has nothing to do with tips releases no tips."""
    chair = appoint("steering_chair")
    yesterday = local_date(app.internals.context.clock.now()) - DAY
    app.units.revoke(chair, tip_handler.id, "editor", "hoa-lu", last_day=yesterday)
    assert all(tip_handler.id in tip.handlers for tip in app.tips.list(handler).items)


def test_worker_releases_tips_after_the_last_day(
    app: App, clock: FixedClock, handler: Actor, tip_handler: Actor, appoint: Appoint
) -> None:
    """The worker releases the tips of an officer's role on the day after the role's last day, once a day."""
    today = local_date(clock.now())
    job = app.worker.jobs["release_departed"]
    app.units.revoke(appoint("steering_chair"), tip_handler.id, "tip_officer", "hoa-lu", last_day=today)
    assert job.run() == 0
    assert all(tip_handler.id in tip.handlers for tip in app.tips.list(handler).items)
    clock.advance(DAY)
    assert (job.run(), job.run()) == (1, 0)
    assert app.tips.list(handler).items[1].handlers == (handler.id,)
