"""Decisions about posts, and their execution by the messenger."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import PILOT, Appoint, Launch, journal, outbox, states
from tests.support.purging import purge_scope
from tests.workflows.conftest import heard

from anninh_core.app import App
from anninh_core.domain.groups.model import Group
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor, system

AN = "Thử Văn An"
TEXT = "Thanh lý giá sốc, inbox em"
WHY = {"rule": "advertising", "text": "Bài quảng cáo"}


@pytest.fixture
def moderator(appoint: Appoint) -> Actor:
    return appoint("moderator")


@pytest.fixture
def post(app: App, dialog: Dialog, launch: Launch, moderator: Actor) -> Post:
    """An advertising post in the pilot's group, where the messenger can act."""
    launch()
    dialog.says(AN, TEXT, to=PILOT)
    return app.moderation.list(moderator).items[0]


def deleted(chat: MockChat) -> list[str]:
    return [message.text for message in chat.messages() if message.deleted]


def test_decision_deletes_the_post(app: App, chat: MockChat, dialog: Dialog, post: Post, moderator: Actor) -> None:
    """Deletion is ordered in the decision's commit; after it the post has the proof and its author gets the reason."""
    before = len(journal(app))
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    assert len(journal(app)) == before + 1
    assert deleted(chat) == []
    app.worker.drain()
    assert deleted(chat) == [TEXT]
    assert app.moderation.tasks(moderator).items == ()
    executed = app.moderation.get(moderator, post.id)
    assert executed.task is not None
    assert executed.task.proof == "delete accepted"
    dialog.hears(AN, "quảng cáo")


def test_decision_removes_the_author(app: App, chat: MockChat, post: Post, moderator: Actor) -> None:
    """Removing the author from the group removes no other member."""
    (group,) = chat.groups()
    chat.says(chat.person("Thử Thị Bình"), "chào", group)
    app.moderation.decide(moderator, post.id, ModerationAction.REMOVE_MEMBER, **WHY)
    app.worker.drain()
    assert [name for _, name in chat.account.members(group)] == ["Thử Thị Bình"]


def test_decision_locks_the_group(app: App, chat: MockChat, post: Post, moderator: Actor) -> None:
    """In a locked group only the official account can write."""
    (group,) = chat.groups()
    app.moderation.decide(moderator, post.id, ModerationAction.LOCK, **WHY)
    app.worker.drain()
    with pytest.raises(Refused, match="locked"):
        chat.says(chat.person(AN), "alo", group)


@pytest.mark.parametrize("action", [ModerationAction.NONE, ModerationAction.REMIND, ModerationAction.ASK_REMOVE])
def test_verbal_decision_leaves_no_task(
    app: App, chat: MockChat, post: Post, moderator: Actor, action: ModerationAction
) -> None:
    """A decision without an act of the messenger leaves no order and no task."""
    app.moderation.decide(moderator, post.id, action, **WHY)
    app.worker.drain()
    assert outbox(app, "moderation.act") == []
    assert app.moderation.tasks(moderator).items == ()


def test_unsupported_act_is_a_task(app: App, admin: Actor, moderator: Actor, village: Group) -> None:
    """In an ordinary group deletion is a task for an officer, who confirms it, and no outbox row."""
    app.conversations.import_pasted(admin, village.id, TEXT)
    app.worker.drain()
    (post,) = app.moderation.list(moderator).items
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    assert outbox(app, "moderation.act") == []
    (task,) = app.moderation.tasks(moderator).items
    app.moderation.confirm_done(moderator, task.id, "đã gỡ lúc 9 giờ")
    assert app.moderation.tasks(moderator).items == ()


@pytest.mark.parametrize("failure", ["rejected", "recipient_gone"])
def test_failed_order_becomes_a_task(app: App, chat: MockChat, post: Post, moderator: Actor, failure: str) -> None:
    """An order that failed permanently becomes a task, in the commit of the failure."""
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, failure)
    assert states(app, "moderation.act") == ["failed"]
    (task,) = app.moderation.tasks(moderator).items
    assert task.id == post.id


def fail_act(app: App, chat: MockChat, failure: str) -> None:
    """Let the next call, which executes the order, fail."""
    chat.fail_next(failure)
    app.worker.drain()


def test_resent_order_keeps_the_first_proof(
    app: App, chat: MockChat, post: Post, moderator: Actor, admin: Actor
) -> None:
    """If an officer deletes a post before the order is resent, the order is delivered and the first proof is kept."""
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, "rejected")
    app.moderation.confirm_done(moderator, post.id, "đã gỡ bằng tay")
    (row,) = outbox(app, "moderation.act")
    app.failures.resend(admin, row.id)
    app.worker.drain()
    assert states(app, "moderation.act") == ["delivered"]
    task = app.moderation.get(moderator, post.id).task
    assert task is not None
    assert task.proof == "đã gỡ bằng tay"
    assert app.failures.troubles(admin) == ()


def test_repeated_order_deletes_once(app: App, chat: MockChat, clock: FixedClock, post: Post, moderator: Actor) -> None:
    """An order with a lost response is repeated, and deletes the post once."""
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, "lost_answer")
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    assert states(app, "moderation.act") == ["delivered"]
    assert deleted(chat) == [TEXT]


def test_decision_is_made_once_with_permission(app: App, chat: MockChat, post: Post, appoint: Appoint) -> None:
    """Decisions by the system, an editor or another commune's moderator, second decisions and unknown rules are
    refused.
    """
    for stranger in (appoint("editor"), appoint("moderator", unit="ninh-hai"), system("router")):
        with pytest.raises(Refused):
            app.moderation.decide(stranger, post.id, ModerationAction.DELETE, **WHY)
    moderator = appoint("moderator")
    with pytest.raises(BadInput, match="no rule 'mood'"):
        app.moderation.decide(moderator, post.id, ModerationAction.DELETE, rule="mood", text="x")
    app.worker.drain()
    assert deleted(chat) == []
    app.moderation.decide(moderator, post.id, ModerationAction.REMIND, **WHY)
    with pytest.raises(WrongStep):
        app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    app.worker.drain()
    assert deleted(chat) == []


def test_purged_authors_removal_is_a_task(app: App, chat: MockChat, moderator: Actor, launch: Launch) -> None:
    """If the author's identity was purged, removing them fails and becomes a task for an officer."""
    launch()
    (group,) = chat.groups()
    chat.says(chat.person(AN), TEXT, group)
    pump(app, chat)
    (post,) = app.moderation.list(moderator).items
    app.moderation.decide(moderator, post.id, ModerationAction.REMOVE_MEMBER, **WHY)
    purge_scope(app.internals.context, f"identity:{heard(app)[-1].sender}")
    app.internals.context.encryptor.forget(f"identity:{heard(app)[-1].sender}")
    app.worker.drain()
    assert states(app, "moderation.act") == ["failed"]
    assert [task.id for task in app.moderation.tasks(moderator).items] == [post.id]


@pytest.mark.parametrize("action", [ModerationAction.DELETE, ModerationAction.REMOVE_MEMBER])
def test_post_without_message_is_a_task(app: App, post: Post, moderator: Actor, action: ModerationAction) -> None:
    """A post that a moderator entered without message and author is a task for an officer."""
    entered = app.moderation.raise_post(
        moderator, "seen-1", TEXT, unit=post.unit, group=post.group, conversation=post.conversation
    )
    app.moderation.decide(moderator, entered.id, action, **WHY)
    assert outbox(app, "moderation.act") == []
    assert [task.id for task in app.moderation.tasks(moderator).items] == [entered.id]
