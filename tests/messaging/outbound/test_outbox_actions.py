"""Actions of outbox rows are executed as stored or refused, never guessed."""

import msgspec
import pytest
from tests.messaging.conftest import THEFT, Launch, read_newest_receipt

from anninh_core.app import App
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.storages.changes import ChangeSet, NewOutbox
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import Dialog, MockChat, MockMessenger
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.vocabulary.delivery import Lane

AN = "Thử Văn An"


def queue_row(app: App, conversation: str, **parcel: str) -> str:
    """Put a row into the outbox with a body that another version of the library may have encrypted, and return its
    id.
    """
    runner = app.internals.runner
    id = app.internals.context.ids.new()
    key = runner.ensure_key("post:1")
    body = msgspec.json.encode({"to": conversation, **parcel})
    row = NewOutbox(
        id=id,
        messenger="oa",
        conversation=conversation,
        lane=Lane.REPLY,
        due_at=runner.context.clock.now(),
        cause="post:1",
        purpose="kit.act",
        scope="post:1",
        body=runner.context.encryptor.encrypt(key, body, build_row_associated_data("outbox", id)),
    )
    runner.context.storage.commit([ChangeSet(outbox=(row,))])
    return id


def run_worker_on_row(app: App, id: str) -> OutboxRow:
    """Let the worker run, and return the row of an id afterwards."""
    app.worker.drain()
    row = app.internals.context.storage.queues.outbox_row(id)
    assert row is not None
    return row


def test_an_unknown_act_is_refused_and_shown(
    app: App, chat: MockChat, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown action, stored by a newer version, isn't executed, and the failure names it."""
    group = launch()
    calls: list[object] = []
    monkeypatch.setattr(MockMessenger, "lock_posting", lambda _, __, locked: calls.append(locked))
    monkeypatch.setattr(MockMessenger, "send", lambda *_: calls.append("send"))
    row = run_worker_on_row(app, queue_row(app, group.conversation, act="shred", target="m1"))
    assert (row.state, row.attempts, calls) == ("failed", 0, [])
    error = unpack_sentence(row.error)
    assert "'shred'" in error
    assert "Known actions: send, delete, remove_member, lock, unlock, fetch, inspect." in error


@pytest.mark.parametrize(("act", "locked"), [("lock", [True]), ("unlock", [False])])
def test_posting_is_locked_and_unlocked(
    app: App, launch: Launch, monkeypatch: pytest.MonkeyPatch, act: str, locked: list[bool]
) -> None:
    """`lock` and `unlock` call the messenger's `lock_posting` with the matching value."""
    group = launch()
    calls: list[bool] = []
    monkeypatch.setattr(MockMessenger, "lock_posting", lambda _, __, locked: calls.append(locked))
    row = run_worker_on_row(app, queue_row(app, group.conversation, act=act))
    assert (row.state, row.proof, calls) == ("delivered", f"{act} accepted", locked)


def test_fetch_in_sending_lane_fails(app: App, chat: MockChat, dialog: Dialog) -> None:
    """A fetch in a lane for sending fails with an error, and nothing is sent."""
    dialog.says(AN, THEFT)
    app.worker.drain()
    row = run_worker_on_row(
        app, queue_row(app, find_recipient(app.internals.context, read_newest_receipt(app)), act="fetch", target="m1:0")
    )
    assert (row.state, chat.account.sent(row.id)) == ("failed", [])
    assert "is for fetching or inspecting a file, but it is in lane reply" in unpack_sentence(row.error)
