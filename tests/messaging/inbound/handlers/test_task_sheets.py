"""Posts made by people and confirmed."""

import pytest
from tests.messaging.conftest import Appoint, Launch, outbox

from anninh_core.app import App
from anninh_core.domain.groups.model import Group
from anninh_core.kernel.errors import BadInput, NotFound, Refused, RequestRejected, RetryLater
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import MockChat
from anninh_core.usecase import Actor


@pytest.fixture
def task(app: App, village: Group) -> OutboxRow:
    """The charter that waits to be posted in the ordinary group."""
    app.worker.drain()
    (row,) = outbox(app, "group.charter")
    assert row.state == "needs_person"
    return row


def open_tasks(app: App) -> list[str]:
    assisted = app.internals.messengers["zalo"]
    assert isinstance(assisted, AssistedMessenger)
    return [task.key for task in assisted.tasks()]


def test_a_confirmed_post_is_delivered(app: App, admin: Actor, task: OutboxRow) -> None:
    """Off the sheet and off the desk, with the link as proof; without a link, by whom."""
    assert open_tasks(app) == [task.id]
    app.failures.confirm_posted(admin, task.id)
    (row,) = outbox(app, "group.charter")
    assert (row.state, row.proof) == ("delivered", f"posted by {admin.id}")
    assert open_tasks(app) == []
    assert app.failures.troubles(admin) == ()


def test_the_failure_desk_tells_the_sheet(app: App, admin: Actor, task: OutboxRow) -> None:
    """Confirmed at the failure desk, with words or a link, a post is off the sheet too."""
    app.failures.confirm_posted(admin, task.id, "https://zalo.me/g/xom1/5")
    assert open_tasks(app) == []
    assert outbox(app, "group.charter")[0].proof == "https://zalo.me/g/xom1/5"


def test_words_that_prove_a_post_stay_off_the_sheet(app: App, admin: Actor, task: OutboxRow) -> None:
    """They may name somebody: the sheet lies in clear."""
    app.failures.confirm_posted(admin, task.id, "bà Mẫu xác nhận qua 0912345678")
    assisted = app.internals.messengers["zalo"]
    assert isinstance(assisted, AssistedMessenger)
    (done,) = assisted.tasks(open_only=False)
    assert done.confirmation is not None
    assert done.confirmation.link == ""


def test_a_sheet_that_cant_be_written_keeps_both_open(
    app: App, admin: Actor, task: OutboxRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is confirmed in one place only; once the sheet can be written, the same confirmation works."""
    with monkeypatch.context() as full:
        full.setattr("anninh_core.messengers.assisted.tasks.write_atomically", fail)
        with pytest.raises(RetryLater):
            app.failures.confirm_posted(admin, task.id, "https://zalo.me/g/xom1/5")
    assert open_tasks(app) == [task.id]
    assert outbox(app, "group.charter")[0].state == "needs_person"
    app.failures.confirm_posted(admin, task.id, "https://zalo.me/g/xom1/5")
    assert (open_tasks(app), outbox(app, "group.charter")[0].state) == ([], "delivered")


def test_a_post_that_stands_on_no_sheet_is_confirmed_too(
    app: App, admin: Actor, village: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed before it came onto the sheet may have been posted all the same: the ledger alone is told."""
    with monkeypatch.context() as broken:
        broken.setattr(AssistedMessenger, "send", reject)
        app.worker.drain()
    (row,) = outbox(app, "group.charter")
    assert row.state == "failed"
    app.failures.confirm_posted(admin, row.id, "https://zalo.me/g/xom1/5")
    assert outbox(app, "group.charter")[0].state == "delivered"


def test_what_isnt_there_isnt_confirmed(app: App, admin: Actor, task: OutboxRow) -> None:
    """An unknown row is named."""
    with pytest.raises(NotFound, match="no row 'x'"):
        app.failures.confirm_posted(admin, "x")


def test_only_who_decides_on_deliveries_confirms(app: App, task: OutboxRow, appoint: Appoint) -> None:
    """An editor confirms nothing; the task stays on the sheet."""
    with pytest.raises(Refused):
        app.failures.confirm_posted(appoint("editor"), task.id)
    assert open_tasks(app) == [task.id]


def test_a_post_is_confirmed_once(app: App, admin: Actor, task: OutboxRow) -> None:
    """A second confirmation says that it is delivered."""
    app.failures.confirm_posted(admin, task.id, "https://zalo.me/g/xom1/5")
    with pytest.raises(BadInput, match="is delivered"):
        app.failures.confirm_posted(admin, task.id)


def test_a_post_on_another_messenger_is_confirmed_too(app: App, chat: MockChat, admin: Actor, launch: Launch) -> None:
    """Where no sheet waits for it, the ledger alone is told."""
    group = launch()
    chat.fail_next("expired_token")
    app.groups.remind(admin, group.id)
    app.worker.drain()
    (row,) = outbox(app, "group.reminder")
    app.failures.confirm_posted(admin, row.id, "https://zalo.me/g/1/2")
    assert outbox(app, "group.reminder")[0].proof == "https://zalo.me/g/1/2"


def fail(*_: object) -> None:
    raise OSError("no space left on device")


def reject(*_: object) -> None:
    raise RequestRejected("an attachment can't be read")
