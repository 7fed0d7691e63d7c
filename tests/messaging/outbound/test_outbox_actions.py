"""What a row of the outbox asks for: done as it says, or refused, never guessed."""

import msgspec
import pytest
from tests.messaging.conftest import THEFT, Launch, receipt

from anninh_core.app import App
from anninh_core.kernel.stored_sentences import unpack_sentence
from anninh_core.ports.storages.changes import ChangeSet, NewOutbox
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import Dialog, MockChat, MockMessenger
from anninh_core.usecase.encryption.encryptor import row_associated_data
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.vocabulary.delivery import Lane

AN = "Thử Văn An"


def queued(app: App, conversation: str, **parcel: str) -> str:
    """Put a row into the outbox as some version of the library has sealed it, and return its id."""
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
        body=runner.context.encryptor.encrypt(key, body, row_associated_data("outbox", id)),
    )
    runner.context.storage.commit([ChangeSet(outbox=(row,))])
    return id


def ended(app: App, id: str) -> OutboxRow:
    """Let the worker run and return a row as it stands then."""
    app.worker.drain()
    row = app.internals.context.storage.queues.outbox_row(id)
    assert row is not None
    return row


def test_an_unknown_act_is_refused_and_shown(
    app: App, chat: MockChat, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a newer version asks for is neither done nor taken for something else: the failure desk names it."""
    group = launch()
    called: list[object] = []
    monkeypatch.setattr(MockMessenger, "lock_posting", lambda _, __, locked: called.append(locked))
    monkeypatch.setattr(MockMessenger, "send", lambda *_: called.append("send"))
    row = ended(app, queued(app, group.conversation, act="shred", target="m1"))
    assert (row.state, row.attempts, called) == ("failed", 0, [])
    error = unpack_sentence(row.error)
    assert "'shred'" in error
    assert "Known actions: send, delete, remove_member, lock, unlock, fetch, inspect." in error


@pytest.mark.parametrize(("act", "locked"), [("lock", [True]), ("unlock", [False])])
def test_posting_is_locked_and_opened_as_asked(
    app: App, launch: Launch, monkeypatch: pytest.MonkeyPatch, act: str, locked: list[bool]
) -> None:
    """Each of the two acts calls the messenger with what it means."""
    group = launch()
    called: list[bool] = []
    monkeypatch.setattr(MockMessenger, "lock_posting", lambda _, __, locked: called.append(locked))
    row = ended(app, queued(app, group.conversation, act=act))
    assert (row.state, row.proof, called) == ("delivered", f"{act} accepted", locked)


def test_what_is_to_be_fetched_is_never_sent(app: App, chat: MockChat, dialog: Dialog) -> None:
    """A fetch in a lane of what is sent is an error of whoever put it there: it is shown, and nothing leaves."""
    dialog.says(AN, THEFT)
    app.worker.drain()
    row = ended(app, queued(app, find_recipient(app.internals.context, receipt(app)), act="fetch", target="m1:0"))
    assert (row.state, chat.account.sent(row.id)) == ("failed", [])
    assert "is for fetching or inspecting a file, but it is in lane reply" in unpack_sentence(row.error)
