"""Tasks for people who post messages by hand, stored durably as files."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
from attrs import evolve, field, frozen

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.files import make_folder, write_atomically
from anninh_core.vocabulary.messages import Attachment, OutgoingMessage, Place, Receipt

_PLAIN_NAME = re.compile(r"[a-z0-9_-]{1,64}")
_CONFIRMATION_SUFFIX = ".done.json"


@frozen(kw_only=True)
class Confirmation:
    """A person's confirmation that a message was posted.

    Attributes:
        by: name of the person.
        link: link to the post, or "".
        at: time of the confirmation, aware.
    """

    by: str
    at: datetime
    link: str = ""

    @property
    def receipt(self) -> Receipt:
        """The receipt of a message that a person has confirmed as posted."""
        return Receipt(self.link, self.at, f"confirmed by {self.by}")


@frozen(kw_only=True)
class Task:
    """A message for a person to post by hand.

    Attributes:
        key: this system's id of the send.
        place, recipient: address of the message.
        title: name of the recipient for people.
        created_at: aware; its day in Vietnam determines the sheet.
        confirmation: None while the task is open.
    """

    key: str
    place: Place
    recipient: str = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    purpose: str
    created_at: datetime
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    confirmation: Confirmation | None = None

    def is_about(self, message: OutgoingMessage) -> bool:
        """Return whether the task is to post this message."""
        task_content = (self.recipient, self.place, self.text, self.attachments)
        return task_content == (message.to.id, message.to.place, message.text, message.attachments)


_TASK_DECODER = msgspec.json.Decoder(Task)
_CONFIRMATION_DECODER = msgspec.json.Decoder(Confirmation)


class TaskFolder:
    """A folder with two files for each task, each written once: the task and its confirmation.

    Files are never changed, so several threads and processes can share the folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, key: str) -> Task | None:
        """Return the task with this key, or None."""
        path = next(self._root.glob(f"*/{_file_name(key)}.json"), None)
        return None if path is None else _read_task(path)

    def add(self, task: Task) -> None:
        """Store a task; it is durable when the method returns."""
        path = self._task_path(task)
        make_folder(path.parent)
        write_atomically(path, msgspec.json.encode(task))

    def confirm(self, task: Task, confirmation: Confirmation) -> None:
        """Store the confirmation of a task; it is durable when the method returns."""
        write_atomically(_confirmation_path(self._task_path(task)), msgspec.json.encode(confirmation))

    def list_tasks_of_day(self, day: date) -> list[Task]:
        """Return the tasks of a day in Vietnam, oldest first."""
        return _sort_tasks(map(_read_task, _list_task_files(self._root, day.isoformat())))

    def list_tasks(self, *, open_only: bool) -> list[Task]:
        """Return all tasks, or only the unconfirmed tasks, oldest first."""
        files = _list_task_files(self._root, "*")
        return _sort_tasks(_read_task(path) for path in files if not (open_only and _confirmation_path(path).exists()))

    def _task_path(self, task: Task) -> Path:
        return self._root / local_date(task.created_at).isoformat() / f"{_file_name(task.key)}.json"


def _file_name(key: str) -> str:
    return key if _PLAIN_NAME.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()


def _list_task_files(root: Path, day: str) -> Iterator[Path]:
    return (path for path in root.glob(f"{day}/*.json") if not path.name.endswith(_CONFIRMATION_SUFFIX))


def _confirmation_path(path: Path) -> Path:
    return path.with_name(path.stem + _CONFIRMATION_SUFFIX)


def _read_task(path: Path) -> Task:
    task = _TASK_DECODER.decode(path.read_bytes())
    confirmation_path = _confirmation_path(path)
    if not confirmation_path.exists():
        return task
    return evolve(task, confirmation=_CONFIRMATION_DECODER.decode(confirmation_path.read_bytes()))


def _sort_tasks(tasks: Iterator[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.created_at, task.key))
