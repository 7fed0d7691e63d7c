"""Talk in a group with a post that somebody looks at: it stays as long as the post needs it."""

import pytest
from tests.messaging.conftest import PILOT, Appoint, Launch
from tests.worker.jobs.test_clocks import AN, DAY, Rounds, orders, readable, rounds, seal_as_before

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
    """An advertising post in a group; it is raised by itself."""
    launch()
    dialog.says(AN, "Thanh lý giá sốc, inbox em", to=PILOT)
    return app.moderation.list(moderator).items[0]


def decided(app: App, moderator: Actor, post: Post) -> None:
    app.moderation.decide(moderator, post.id, ModerationAction.REMIND, rule="advertising", text="Bài quảng cáo")
    app.worker.drain()


def has_words(app: App, post: Post) -> bool:
    return post.id in {record.id for record in readable(app, MESSAGE)}


def test_talk_waits_for_a_post_in_it(app: App, post: Post, moderator: Actor, rounds: Rounds) -> None:
    """Until somebody decided, and the days for an appeal are over; whoever looks ahead is told so."""
    scope = f"talk:{post.conversation}.2021-09"
    assert rounds(100) == []
    decided(app, moderator, post)
    assert rounds(0) == []
    assert has_words(app, post)
    assert rounds(30) == [scope]
    assert not has_words(app, post)
    assert app.moderation.get(moderator, post.id).id == post.id


def test_an_operator_sees_what_talk_waits_for(app: App, clock: FixedClock, post: Post, appoint: Appoint) -> None:
    """A post that nobody has decided about."""
    clock.advance(DAY * 100)
    items = app.retention.preview(appoint("operator"), fate=Fate.WAITS).items
    assert [one.waits_for for one in items if one.scope.startswith("talk:")] == ["a post in it isn't over"]


def test_talk_of_before_months_had_keys_waits_too(app: App, post: Post, moderator: Actor, rounds: Rounds) -> None:
    """It is sealed under the one key of the group."""
    assert seal_as_before(app, post.conversation) == post.id
    assert rounds(100) == []
    decided(app, moderator, post)
    assert f"conversation:{post.conversation}" in rounds(30)


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("before", [False, True])
def test_a_hold_on_a_post_keeps_the_talk(
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
    """Ordered or not, under a key of its month or of the group; once it is released, the talk goes."""
    if before:
        seal_as_before(app, post.conversation)
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
