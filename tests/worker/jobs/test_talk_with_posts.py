"""A group's talk is kept as long as it contains an undecided post."""

import pytest
from tests.messaging.conftest import PILOT, Appoint, Launch
from tests.worker.jobs.test_clocks import (
    AN,
    DAY,
    Rounds,
    encrypt_under_group_key,
    iter_readable_records,
    read_purge_orders,
    retention_rounds,
)

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.retention.clocks.preview import Fate
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor
from anninh_core.worker.jobs.retention import RetentionJobs

__all__ = ["retention_rounds"]


@pytest.fixture
def moderator(appoint: Appoint) -> Actor:
    return appoint("moderator")


@pytest.fixture
def flagged_post(app: App, dialog: Dialog, launch: Launch, moderator: Actor) -> Post:
    """An advertising post in a group, flagged by the program."""
    launch()
    dialog.says(AN, "Thanh lý giá sốc, inbox em", to=PILOT)
    return app.moderation.list(moderator).items[0]


def decide_post(app: App, moderator: Actor, post: Post) -> None:
    app.moderation.decide(moderator, post.id, ModerationAction.REMIND, rule="advertising", text="Bài quảng cáo")
    app.worker.drain()


def has_words(app: App, post: Post) -> bool:
    return post.id in {record.id for record in iter_readable_records(app, MESSAGE)}


def test_post_keeps_its_talk(app: App, flagged_post: Post, moderator: Actor, retention_rounds: Rounds) -> None:
    """Talk that contains a flagged post is kept until the post is decided and the days for an appeal are over."""
    scope = f"talk:{flagged_post.conversation}.2021-09"
    assert retention_rounds(100) == []
    decide_post(app, moderator, flagged_post)
    assert retention_rounds(0) == []
    assert has_words(app, flagged_post)
    assert retention_rounds(30) == [scope]
    assert not has_words(app, flagged_post)
    assert app.moderation.get(moderator, flagged_post.id).id == flagged_post.id


def test_preview_names_the_post(app: App, clock: FixedClock, flagged_post: Post, appoint: Appoint) -> None:
    """The preview of a purge names an undecided post as the reason why talk is kept."""
    clock.advance(DAY * 100)
    items = app.retention.preview(appoint("operator"), fate=Fate.WAITS).items
    assert [item.waits_for for item in items if item.scope.startswith("talk:")] == ["a post in it isn't over"]


def test_post_keeps_talk_under_group_key(
    app: App, flagged_post: Post, moderator: Actor, retention_rounds: Rounds
) -> None:
    """A flagged post also keeps talk that is encrypted under a single key of its group."""
    assert encrypt_under_group_key(app, flagged_post.conversation) == flagged_post.id
    assert retention_rounds(100) == []
    decide_post(app, moderator, flagged_post)
    assert f"conversation:{flagged_post.conversation}" in retention_rounds(30)


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("before", [False, True])
def test_hold_on_a_post_keeps_its_talk(
    *,
    app: App,
    clock: FixedClock,
    flagged_post: Post,
    moderator: Actor,
    appoint: Appoint,
    retention_rounds: Rounds,
    ordered: bool,
    before: bool,
) -> None:
    """A hold on a post keeps its talk until the hold is released, whether a purge was ordered or not, under a month's
    key or the group's.
    """
    if before:
        encrypt_under_group_key(app, flagged_post.conversation)
    decide_post(app, moderator, flagged_post)
    clock.advance(DAY * 70)
    if ordered:
        RetentionJobs(app.internals.services).purge_expired()
    operator = appoint("operator")
    pending = [order.id for order in read_purge_orders(app) if order.is_pending]
    assert (pending != []) is ordered
    day = clock.now().date()
    hold = app.retention.hold(operator, f"post:{flagged_post.id}", reason="Toà án yêu cầu", review_on=day + DAY)
    assert [order.id for order in read_purge_orders(app) if order.is_pending] == []
    assert retention_rounds(30) == []
    assert has_words(app, flagged_post)
    app.retention.release_hold(operator, hold.id)
    assert len(retention_rounds(1)) == 1
    assert not has_words(app, flagged_post)
