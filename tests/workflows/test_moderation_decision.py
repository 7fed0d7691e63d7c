"""Officers decide about posts, and the messenger carries the decisions out."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import PILOT, Appoint, Launch, journal, outbox, read_outbox_states
from tests.support.purging import purge_scope
from tests.workflows.conftest import read_messages

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
def flagged_post(app: App, dialog: Dialog, launch: Launch, moderator: Actor) -> Post:
    """An advertising post in the pilot group, in which the messenger can act."""
    launch()
    dialog.says(AN, TEXT, to=PILOT)
    return app.moderation.list(moderator).items[0]


def list_deleted_texts(chat: MockChat) -> list[str]:
    return [message.text for message in chat.messages() if message.deleted]


def test_decision_deletes_the_post(
    app: App, chat: MockChat, dialog: Dialog, flagged_post: Post, moderator: Actor
) -> None:
    """The order to delete a post is stored in the decision's commit; once carried out, the post has the proof and its
    author gets the reason.
    """
    before = len(journal(app))
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.DELETE, **WHY)
    assert len(journal(app)) == before + 1
    assert list_deleted_texts(chat) == []
    app.worker.drain()
    assert list_deleted_texts(chat) == [TEXT]
    assert app.moderation.tasks(moderator).items == ()
    executed = app.moderation.get(moderator, flagged_post.id)
    assert executed.task is not None
    assert executed.task.proof == "delete accepted"
    dialog.hears(AN, "quảng cáo")


def test_decision_removes_the_author(app: App, chat: MockChat, flagged_post: Post, moderator: Actor) -> None:
    """Removing the author from the group removes no other member."""
    (group,) = chat.groups()
    chat.says(chat.person("Thử Thị Bình"), "chào", group)
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.REMOVE_MEMBER, **WHY)
    app.worker.drain()
    assert [name for _, name in chat.account.members(group)] == ["Thử Thị Bình"]


def test_decision_locks_the_group(app: App, chat: MockChat, flagged_post: Post, moderator: Actor) -> None:
    """In a group that a decision locked only the official account can write."""
    (group,) = chat.groups()
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.LOCK, **WHY)
    app.worker.drain()
    with pytest.raises(Refused, match="locked"):
        chat.says(chat.person(AN), "alo", group)


@pytest.mark.parametrize("action", [ModerationAction.NONE, ModerationAction.REMIND, ModerationAction.ASK_REMOVE])
def test_verbal_decision_leaves_no_task(
    app: App, chat: MockChat, flagged_post: Post, moderator: Actor, action: ModerationAction
) -> None:
    """A decision that requires no act of the messenger leaves no order and no task."""
    app.moderation.decide(moderator, flagged_post.id, action, **WHY)
    app.worker.drain()
    assert outbox(app, "moderation.act") == []
    assert app.moderation.tasks(moderator).items == ()


def test_unsupported_act_is_a_task(app: App, admin: Actor, moderator: Actor, village_group: Group) -> None:
    """In an ordinary group the deletion of a post is a task that an officer confirms, and no outbox row."""
    app.conversations.import_pasted(admin, village_group.id, TEXT)
    app.worker.drain()
    (post,) = app.moderation.list(moderator).items
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    assert outbox(app, "moderation.act") == []
    (task,) = app.moderation.tasks(moderator).items
    app.moderation.confirm_done(moderator, task.id, "đã gỡ lúc 9 giờ")
    assert app.moderation.tasks(moderator).items == ()


@pytest.mark.parametrize("failure", ["rejected", "recipient_gone"])
def test_failed_order_becomes_a_task(
    app: App, chat: MockChat, flagged_post: Post, moderator: Actor, failure: str
) -> None:
    """An order to the messenger that failed permanently becomes a task for an officer, in the commit of the failure."""
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, failure)
    assert read_outbox_states(app, "moderation.act") == ["failed"]
    (task,) = app.moderation.tasks(moderator).items
    assert task.id == flagged_post.id


def fail_act(app: App, chat: MockChat, failure: str) -> None:
    """Let the next call to the platform, which carries out the order, fail."""
    chat.fail_next(failure)
    app.worker.drain()


def test_resent_order_keeps_the_first_proof(
    app: App, chat: MockChat, flagged_post: Post, moderator: Actor, admin: Actor
) -> None:
    """If an officer deletes a post before the order is sent again, the order counts as delivered and the first proof is
    kept.
    """
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, "rejected")
    app.moderation.confirm_done(moderator, flagged_post.id, "đã gỡ bằng tay")
    (row,) = outbox(app, "moderation.act")
    app.failures.resend(admin, row.id)
    app.worker.drain()
    assert read_outbox_states(app, "moderation.act") == ["delivered"]
    task = app.moderation.get(moderator, flagged_post.id).task
    assert task is not None
    assert task.proof == "đã gỡ bằng tay"
    assert app.failures.troubles(admin) == ()


def test_repeated_order_deletes_once(
    app: App, chat: MockChat, clock: FixedClock, flagged_post: Post, moderator: Actor
) -> None:
    """An order whose response was lost is repeated, and deletes the post once."""
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, "lost_answer")
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    assert read_outbox_states(app, "moderation.act") == ["delivered"]
    assert list_deleted_texts(chat) == [TEXT]


def test_decision_is_made_once_with_permission(app: App, chat: MockChat, flagged_post: Post, appoint: Appoint) -> None:
    """Decisions by the system, an editor or another commune's moderator, second decisions and unknown rules are
    refused.
    """
    for stranger in (appoint("editor"), appoint("moderator", unit="ninh-hai"), system("router")):
        with pytest.raises(Refused):
            app.moderation.decide(stranger, flagged_post.id, ModerationAction.DELETE, **WHY)
    moderator = appoint("moderator")
    with pytest.raises(BadInput, match="no rule 'mood'"):
        app.moderation.decide(moderator, flagged_post.id, ModerationAction.DELETE, rule="mood", text="x")
    app.worker.drain()
    assert list_deleted_texts(chat) == []
    app.moderation.decide(moderator, flagged_post.id, ModerationAction.REMIND, **WHY)
    with pytest.raises(WrongStep):
        app.moderation.decide(moderator, flagged_post.id, ModerationAction.DELETE, **WHY)
    app.worker.drain()
    assert list_deleted_texts(chat) == []


def test_purged_authors_removal_is_a_task(app: App, chat: MockChat, moderator: Actor, launch: Launch) -> None:
    """If the author's identity was purged, the order to remove the author fails and becomes a task for an officer."""
    launch()
    (group,) = chat.groups()
    chat.says(chat.person(AN), TEXT, group)
    pump(app, chat)
    (post,) = app.moderation.list(moderator).items
    app.moderation.decide(moderator, post.id, ModerationAction.REMOVE_MEMBER, **WHY)
    purge_scope(app.internals.context, f"identity:{read_messages(app)[-1].sender}")
    app.internals.context.encryptor.forget(f"identity:{read_messages(app)[-1].sender}")
    app.worker.drain()
    assert read_outbox_states(app, "moderation.act") == ["failed"]
    assert [task.id for task in app.moderation.tasks(moderator).items] == [post.id]


@pytest.mark.parametrize("action", [ModerationAction.DELETE, ModerationAction.REMOVE_MEMBER])
def test_post_without_message_is_a_task(
    app: App, flagged_post: Post, moderator: Actor, action: ModerationAction
) -> None:
    """A post that a moderator entered without message and author is a task for an officer."""
    entered = app.moderation.raise_post(
        moderator,
        "seen-1",
        TEXT,
        unit=flagged_post.unit,
        group=flagged_post.group,
        conversation=flagged_post.conversation,
    )
    app.moderation.decide(moderator, entered.id, action, **WHY)
    assert outbox(app, "moderation.act") == []
    assert [task.id for task in app.moderation.tasks(moderator).items] == [entered.id]
