"""A decision about a post, and what the messenger does about it."""

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
    """An advertising post in the pilot's group, which the messenger can act on."""
    launch()
    dialog.says(AN, TEXT, to=PILOT)
    return app.moderation.list(moderator).items[0]


def deleted(chat: MockChat) -> list[str]:
    return [message.text for message in chat.messages() if message.deleted]


def test_a_post_is_deleted(app: App, chat: MockChat, dialog: Dialog, post: Post, moderator: Actor) -> None:
    """Decision and order are one commit; once done, the post says so, and its author knows what and why."""
    before = len(journal(app))
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    assert len(journal(app)) == before + 1
    assert deleted(chat) == []
    app.worker.drain()
    assert deleted(chat) == [TEXT]
    assert app.moderation.tasks(moderator).items == ()
    done = app.moderation.get(moderator, post.id)
    assert done.task is not None
    assert done.task.proof == "delete accepted"
    dialog.hears(AN, "quảng cáo")


def test_a_member_is_removed(app: App, chat: MockChat, post: Post, moderator: Actor) -> None:
    """The author, and nobody else, is out of the group."""
    (group,) = chat.groups()
    chat.says(chat.person("Thử Thị Bình"), "chào", group)
    app.moderation.decide(moderator, post.id, ModerationAction.REMOVE_MEMBER, **WHY)
    app.worker.drain()
    assert [name for _, name in chat.account.members(group)] == ["Thử Thị Bình"]


def test_posting_is_locked(app: App, chat: MockChat, post: Post, moderator: Actor) -> None:
    """Nobody but the official account writes in the group then."""
    (group,) = chat.groups()
    app.moderation.decide(moderator, post.id, ModerationAction.LOCK, **WHY)
    app.worker.drain()
    with pytest.raises(Refused, match="locked"):
        chat.says(chat.person(AN), "alo", group)


@pytest.mark.parametrize("action", [ModerationAction.NONE, ModerationAction.REMIND, ModerationAction.ASK_REMOVE])
def test_words_need_no_ability(
    app: App, chat: MockChat, post: Post, moderator: Actor, action: ModerationAction
) -> None:
    """Nothing is ordered from the messenger, and no task is left for anybody."""
    app.moderation.decide(moderator, post.id, action, **WHY)
    app.worker.drain()
    assert outbox(app, "moderation.act") == []
    assert app.moderation.tasks(moderator).items == ()


def test_what_the_messenger_cant_do_is_a_persons_task(app: App, admin: Actor, moderator: Actor, village: Group) -> None:
    """In an ordinary group a person deletes the post and confirms; nothing lies in the outbox for it."""
    app.conversations.import_pasted(admin, village.id, TEXT)
    app.worker.drain()
    (post,) = app.moderation.list(moderator).items
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    assert outbox(app, "moderation.act") == []
    (task,) = app.moderation.tasks(moderator).items
    app.moderation.confirm_done(moderator, task.id, "đã gỡ lúc 9 giờ")
    assert app.moderation.tasks(moderator).items == ()


@pytest.mark.parametrize("failure", ["rejected", "recipient_gone"])
def test_what_the_messenger_fails_at_is_left_to_a_person(
    app: App, chat: MockChat, post: Post, moderator: Actor, failure: str
) -> None:
    """An order that failed for good becomes a task, in the same commit as the failure."""
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, failure)
    assert states(app, "moderation.act") == ["failed"]
    (task,) = app.moderation.tasks(moderator).items
    assert task.id == post.id


def fail_act(app: App, chat: MockChat, failure: str) -> None:
    """Let the next call, which is the order, fail."""
    chat.fail_next(failure)
    app.worker.drain()


def test_done_by_hand_meanwhile_counts_once(
    app: App, chat: MockChat, post: Post, moderator: Actor, admin: Actor
) -> None:
    """A person was faster than the second try: the row is settled, the post keeps the first proof."""
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


def test_a_lost_answer_deletes_once(app: App, chat: MockChat, clock: FixedClock, post: Post, moderator: Actor) -> None:
    """An order may be given twice where nobody knows; what it asks for happens once."""
    app.moderation.decide(moderator, post.id, ModerationAction.DELETE, **WHY)
    fail_act(app, chat, "lost_answer")
    clock.advance(timedelta(minutes=1))
    app.worker.drain()
    assert states(app, "moderation.act") == ["delivered"]
    assert deleted(chat) == [TEXT]


def test_nobody_decides_twice_or_without_right(app: App, chat: MockChat, post: Post, appoint: Appoint) -> None:
    """A machine, an editor and another commune's moderator are refused; a second decision is; a made-up rule is."""
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


def test_an_author_nobody_can_reach_is_still_moderated(
    app: App, chat: MockChat, moderator: Actor, launch: Launch
) -> None:
    """A member whose identity was purged can't be removed by the messenger: the task goes to a person."""
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
def test_what_cannot_be_pointed_at_is_a_persons_task(
    app: App, post: Post, moderator: Actor, action: ModerationAction
) -> None:
    """A post seen by a moderator only, its message and author unknown here: a person finds it in the group."""
    seen = app.moderation.raise_post(
        moderator, "seen-1", TEXT, unit=post.unit, group=post.group, conversation=post.conversation
    )
    app.moderation.decide(moderator, seen.id, action, **WHY)
    assert outbox(app, "moderation.act") == []
    assert [task.id for task in app.moderation.tasks(moderator).items] == [seen.id]
