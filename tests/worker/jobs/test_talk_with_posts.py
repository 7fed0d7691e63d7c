"""A group's talk is kept as long as an undecided post in it needs it."""

import pytest
from tests.messaging.conftest import PILOT, Appoint, Launch
from tests.worker.jobs.test_clocks import AN, DAY, Rounds, encrypt_as_before, orders, readable, rounds

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.retention.clocks.preview import Fate
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor
from anninh_core.worker.jobs.retention import RetentionJobs

__all__ = ["rounds"]


@pytest.fixture
def moderator(appoint: Appoint) -> Actor:
    return appoint("moderator")


@pytest.fixture
def post(app: App, dialog: Dialog, launch: Launch, moderator: Actor) -> Post:
    """An advertising post in a group, flagged by the system."""
    launch()
    dialog.says(AN, "Thanh lý giá sốc, inbox em", to=PILOT)
    return app.moderation.list(moderator).items[0]


def decided(app: App, moderator: Actor, post: Post) -> None:
    app.moderation.decide(moderator, post.id, ModerationAction.REMIND, rule="advertising", text="Bài quảng cáo")
    app.worker.drain()


def has_words(app: App, post: Post) -> bool:
    return post.id in {record.id for record in readable(app, MESSAGE)}


def test_post_keeps_its_talk(app: App, post: Post, moderator: Actor, rounds: Rounds) -> None:
    """Talk with a post is kept until the post is decided and the days for an appeal are over."""
    scope = f"talk:{post.conversation}.2021-09"
    assert rounds(100) == []
    decided(app, moderator, post)
    assert rounds(0) == []
    assert has_words(app, post)
    assert rounds(30) == [scope]
    assert not has_words(app, post)
    assert app.moderation.get(moderator, post.id).id == post.id


def test_preview_names_the_post(app: App, clock: FixedClock, post: Post, appoint: Appoint) -> None:
    """The preview names an undecided post as the reason why talk is kept."""
    clock.advance(DAY * 100)
    items = app.retention.preview(appoint("operator"), fate=Fate.WAITS).items
    assert [item.waits_for for item in items if item.scope.startswith("talk:")] == ["a post in it isn't over"]


def test_post_keeps_talk_under_group_key(app: App, post: Post, moderator: Actor, rounds: Rounds) -> None:
    """A post also keeps talk that is encrypted under a single key of its group."""
    assert encrypt_as_before(app, post.conversation) == post.id
    assert rounds(100) == []
    decided(app, moderator, post)
    assert f"conversation:{post.conversation}" in rounds(30)


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("before", [False, True])
def test_hold_on_a_post_keeps_its_talk(
    *,
    app: App,
    clock: FixedClock,
    post: Post,
    moderator: Actor,
    appoint: Appoint,
    rounds: Rounds,
    ordered: bool,
    before: bool,
) -> None:
    """A hold on a post keeps its talk, whether a purge was ordered or not, under a month's key or the group's, until
    the hold is released.
    """
    if before:
        encrypt_as_before(app, post.conversation)
    decided(app, moderator, post)
    clock.advance(DAY * 70)
    if ordered:
        RetentionJobs(app.internals.services).purge_expired()
    operator = appoint("operator")
    pending = [order.id for order in orders(app) if order.is_pending]
    assert (pending != []) is ordered
    day = clock.now().date()
    hold = app.retention.hold(operator, f"post:{post.id}", reason="Toà án yêu cầu", review_on=day + DAY)
    assert [order.id for order in orders(app) if order.is_pending] == []
    assert rounds(30) == []
    assert has_words(app, post)
    app.retention.release_hold(operator, hold.id)
    assert len(rounds(1)) == 1
    assert not has_words(app, post)
