"""Platform ids of messages are stored as keyed values, since group members see them next to the sender's name."""

import pytest
from attrs import evolve
from tests.messaging.conftest import THEFT, Appoint, Launch
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.storages.changes import Record
from anninh_core.testing import Dialog
from anninh_core.usecase import Actor, system
from anninh_core.usecase.indexing.reindex import reindex

AN = "Thử Văn An"
BINH = "Thử Thị Bình"
DELIVERY = system("delivery")


def scan_message_records(app: App) -> list[Record]:
    return list(app.internals.context.storage.maintenance.scan(MESSAGE.name))


def read_messages(app: App) -> list[Message]:
    return list(app.internals.context.iter_readable(MESSAGE, scan_message_records(app)))


def store_unkeyed_ids(app: App, operator: Actor) -> None:
    """Store the platform ids of all messages unkeyed, as the previous version did; a reindex rewrites each record,
    since its columns are bound to its body.
    """
    keyed = dict(MESSAGE.keyed_columns)
    object.__setattr__(MESSAGE, "keyed_columns", {})
    try:
        assert sum(progress.rewritten for progress in reindex(app.internals.runner, operator, [MESSAGE])) == len(
            scan_message_records(app)
        )
    finally:
        object.__setattr__(MESSAGE, "keyed_columns", keyed)


@pytest.fixture
def operator(appoint: Appoint) -> Actor:
    return appoint("operator")


@pytest.fixture
def sent_messages(app: App, dialog: Dialog, launch: Launch) -> list[Message]:
    """A private message and a group post by one sender, and a group post by another."""
    group = launch()
    dialog.says(AN, THEFT)
    dialog.says(AN, "Chào bà con", to=group.title)
    dialog.says(BINH, "Chào anh", to=group.title)
    return read_messages(app)


def test_no_column_has_the_platform_id(app: App, sent_messages: list[Message]) -> None:
    """The columns of any two messages differ, and no column is the platform id."""
    stored = [str(record.columns["platform"]) for record in scan_message_records(app)]
    assert len(set(stored)) == len(sent_messages) == 3
    assert not {message.platform_id for message in sent_messages} & set(stored)


def test_equal_ids_of_two_conversations_look_different(app: App, sent_messages: list[Message]) -> None:
    """Equal platform ids in two conversations have different columns, so that counted ids reveal no order of
    messages.
    """
    first, second, _ = sent_messages
    columns = [
        MESSAGE.clear_columns(evolve(message, platform_id="7"), app.internals.context.names)["platform"]
        for message in (first, second)
    ]
    assert columns[0] != columns[1]


@pytest.mark.parametrize("is_old", [False, True])
def test_message_is_found_in_its_conversation_only(
    app: App, operator: Actor, sent_messages: list[Message], *, is_old: bool
) -> None:
    """A message is found by its platform id in its own conversation only, even if an earlier version stored it."""
    if is_old:
        store_unkeyed_ids(app, operator)
        assert {record.columns["platform"] for record in scan_message_records(app)} == {
            message.platform_id for message in sent_messages
        }
    by_platform_id = app.internals.services.conversations.by_platform_id
    for message in sent_messages:
        assert by_platform_id(DELIVERY, message.conversation, message.platform_id).id == message.id
    private, post, _ = sent_messages
    with pytest.raises(NotFound):
        by_platform_id(DELIVERY, post.conversation, private.platform_id)
    with pytest.raises(NotFound):
        by_platform_id(DELIVERY, private.conversation, post.platform_id)


def test_reindex_removes_unkeyed_platform_ids(app: App, operator: Actor, sent_messages: list[Message]) -> None:
    """A reindex removes unkeyed platform ids, even from messages with a destroyed key."""
    before = {record.id: record.columns["platform"] for record in scan_message_records(app)}
    store_unkeyed_ids(app, operator)
    _, post, _ = sent_messages
    (scope,) = {record.scope for record in scan_message_records(app) if record.id == post.id}
    purge_scope(app.internals.context, scope)
    list(reindex(app.internals.runner, operator, KINDS))
    after = {record.id: record.columns["platform"] for record in scan_message_records(app)}
    purged = {record.id for record in scan_message_records(app) if record.scope == scope}
    assert post.id in purged
    assert after == {id: "" if id in purged else value for id, value in before.items()}
