"""Posts in groups that a person makes by hand and confirms afterwards."""

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
def charter_row(app: App, village_group: Group) -> OutboxRow:
    """The outbox row of the charter that waits to be posted in the ordinary group."""
    app.worker.drain()
    (row,) = outbox(app, "group.charter")
    assert row.state == "needs_person"
    return row


def list_open_tasks(app: App) -> list[str]:
    assisted = app.internals.messengers["zalo"]
    assert isinstance(assisted, AssistedMessenger)
    return [task.key for task in assisted.tasks()]


def test_a_confirmed_post_is_delivered(app: App, admin: Actor, charter_row: OutboxRow) -> None:
    """A confirmed post leaves the task sheet and the failure desk, with a link or the confirming officer as proof."""
    assert list_open_tasks(app) == [charter_row.id]
    app.failures.confirm_posted(admin, charter_row.id)
    (row,) = outbox(app, "group.charter")
    assert (row.state, row.proof) == ("delivered", f"posted by {admin.id}")
    assert list_open_tasks(app) == []
    assert app.failures.troubles(admin) == ()


def test_failure_desk_updates_the_task_sheet(app: App, admin: Actor, charter_row: OutboxRow) -> None:
    """A post confirmed at the failure desk leaves the task sheet too."""
    app.failures.confirm_posted(admin, charter_row.id, "https://zalo.me/g/xom1/5")
    assert list_open_tasks(app) == []
    assert outbox(app, "group.charter")[0].proof == "https://zalo.me/g/xom1/5"


def test_proof_in_words_stays_off_the_sheet(app: App, admin: Actor, charter_row: OutboxRow) -> None:
    """A proof in words isn't written on the task sheet, since it may name a person and the sheet isn't encrypted."""
    app.failures.confirm_posted(admin, charter_row.id, "bà Mẫu xác nhận qua 0912345678")
    assisted = app.internals.messengers["zalo"]
    assert isinstance(assisted, AssistedMessenger)
    (done,) = assisted.tasks(open_only=False)
    assert done.confirmation is not None
    assert done.confirmation.link == ""


def test_unwritable_sheet_keeps_both_open(
    app: App, admin: Actor, charter_row: OutboxRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the task sheet can't be written, sheet and outbox both stay open, and a later confirmation succeeds."""
    with monkeypatch.context() as patch:
        patch.setattr("anninh_core.messengers.assisted.tasks.write_atomically", raise_disk_full)
        with pytest.raises(RetryLater):
            app.failures.confirm_posted(admin, charter_row.id, "https://zalo.me/g/xom1/5")
    assert list_open_tasks(app) == [charter_row.id]
    assert outbox(app, "group.charter")[0].state == "needs_person"
    app.failures.confirm_posted(admin, charter_row.id, "https://zalo.me/g/xom1/5")
    assert (list_open_tasks(app), outbox(app, "group.charter")[0].state) == ([], "delivered")


def test_post_without_task_can_be_confirmed(
    app: App, admin: Actor, village_group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post that failed before it reached the task sheet can be confirmed in the outbox alone."""
    with monkeypatch.context() as patch:
        patch.setattr(AssistedMessenger, "send", raise_rejection)
        app.worker.drain()
    (row,) = outbox(app, "group.charter")
    assert row.state == "failed"
    app.failures.confirm_posted(admin, row.id, "https://zalo.me/g/xom1/5")
    assert outbox(app, "group.charter")[0].state == "delivered"


def test_unknown_row_cannot_be_confirmed(app: App, admin: Actor, charter_row: OutboxRow) -> None:
    """Confirming an unknown row is refused with an error that names it."""
    with pytest.raises(NotFound, match="no row 'x'"):
        app.failures.confirm_posted(admin, "x")


def test_confirming_needs_permission(app: App, charter_row: OutboxRow, appoint: Appoint) -> None:
    """An editor can't confirm a post, and the task stays on the sheet."""
    with pytest.raises(Refused):
        app.failures.confirm_posted(appoint("editor"), charter_row.id)
    assert list_open_tasks(app) == [charter_row.id]


def test_a_post_is_confirmed_once(app: App, admin: Actor, charter_row: OutboxRow) -> None:
    """A second confirmation of a post is refused because it is delivered."""
    app.failures.confirm_posted(admin, charter_row.id, "https://zalo.me/g/xom1/5")
    with pytest.raises(BadInput, match="is delivered"):
        app.failures.confirm_posted(admin, charter_row.id)


def test_a_post_on_another_messenger_is_confirmed_too(app: App, chat: MockChat, admin: Actor, launch: Launch) -> None:
    """A post on a messenger without a task sheet is confirmed in the outbox alone."""
    group = launch()
    chat.fail_next("expired_token")
    app.groups.remind(admin, group.id)
    app.worker.drain()
    (row,) = outbox(app, "group.reminder")
    app.failures.confirm_posted(admin, row.id, "https://zalo.me/g/1/2")
    assert outbox(app, "group.reminder")[0].proof == "https://zalo.me/g/1/2"


def raise_disk_full(*_: object) -> None:
    raise OSError("no space left on device")


def raise_rejection(*_: object) -> None:
    raise RequestRejected("an attachment can't be read")
