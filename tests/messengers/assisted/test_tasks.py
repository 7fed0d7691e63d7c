"""Tasks stored as files."""

from datetime import UTC, datetime
from pathlib import Path

from anninh_core.messengers.assisted.tasks import Confirmation, Task, TaskFolder
from anninh_core.vocabulary.messages import Attachment, Place

AT = datetime(2021, 9, 1, 18, 0, tzinfo=UTC)
TASK = Task(
    key="k-1",
    place=Place.GROUP,
    recipient="thon-thu",
    title="Thôn Thử",
    text="Chào 👍🏽",
    purpose="item.post",
    created_at=AT,
    attachments=(Attachment("image", "anh.png", blob="d1"),),
    reply_to="m-7",
)


def test_task_is_read_as_written(tmp_path: Path) -> None:
    """A task is read back unchanged, with its confirmation if there is one."""
    folder = TaskFolder(tmp_path)
    folder.add(TASK)
    assert folder.get("k-1") == TASK
    folder.confirm(TASK, Confirmation(by="Thử Thị Bình", at=AT, link="https://chat.invalid/1"))
    (done,) = folder.list_tasks(open_only=False)
    assert done.confirmation is not None
    assert done.confirmation.receipt.proof == "confirmed by Thử Thị Bình"
    assert folder.list_tasks(open_only=True) == []


def test_key_can_be_any_text(tmp_path: Path) -> None:
    """No key leads out of the folder or overwrites another key's file."""
    folder = TaskFolder(tmp_path / "tasks")
    keys = ["k-1", "../k-1", "k*", "K-1", "số 1", "k" * 300, ".", "k-1.done"]
    tasks = [
        Task(key=key, place=Place.GROUP, recipient="g", title="g", text=key, purpose="p", created_at=AT) for key in keys
    ]
    for task in tasks:
        folder.add(task)
    assert [folder.get(key) for key in keys] == tasks
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "tasks" / "2021-09-02"}
    assert folder.get("k-2") is None
