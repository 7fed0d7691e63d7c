"""Assisted posting: the program prepares messages, a person posts them by hand, and the ledger stays complete."""

# ruff: noqa: ARG002  the port gives arguments to acts that are impossible here

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import (
    BadInput,
    ConfigurationError,
    NeedsPerson,
    NotFound,
    RequestRejected,
    RetryLater,
    StorageError,
)
from anninh_core.kernel.files import write_atomically
from anninh_core.messengers.assisted.paste import convert_paste, read_paste
from anninh_core.messengers.assisted.sheet import render_sheet
from anninh_core.messengers.assisted.tasks import Confirmation, Task, TaskFolder
from anninh_core.messengers.assisted.wording import Wording
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.ports.options import AcceptedOptions
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.messages import (
    Address,
    CreatedGroup,
    DeliveryReport,
    InboundMessage,
    Member,
    OutgoingMessage,
    Receipt,
    WebhookRequest,
)

_MANUAL_NOTE = "a person posts it from the task sheet and confirms"
_IMPOSSIBLE_NOTE = "programs have no way into ordinary groups; a person has to do it there"
_PASTED_NOTE = "ordinary groups report nothing; messages come in by paste"
_ABILITIES: Mapping[str, Ability] = {
    "send_person": Ability(Support.PARTIAL, _MANUAL_NOTE),
    "send_group": Ability(Support.PARTIAL, _MANUAL_NOTE),
    "media": Ability(Support.PARTIAL, _MANUAL_NOTE),
    "file": Ability(Support.PARTIAL, _MANUAL_NOTE),
    "reply": Ability(Support.PARTIAL, "the sheet names the message, a person quotes it"),
    "create_group": Ability(Support.IMPOSSIBLE, _IMPOSSIBLE_NOTE),
    "list_members": Ability(Support.IMPOSSIBLE, _IMPOSSIBLE_NOTE),
    "remove_member": Ability(Support.IMPOSSIBLE, _IMPOSSIBLE_NOTE),
    "lock_posting": Ability(Support.IMPOSSIBLE, _IMPOSSIBLE_NOTE),
    "delete_message": Ability(Support.IMPOSSIBLE, _IMPOSSIBLE_NOTE),
    "webhook": Ability(Support.IMPOSSIBLE, _PASTED_NOTE),
    "reconcile": Ability(Support.PARTIAL, "knows what a person has confirmed"),
    "receipts": Ability(Support.IMPOSSIBLE, "ordinary groups report nothing"),
    "create_group_once": Ability(Support.IMPOSSIBLE, _IMPOSSIBLE_NOTE),
    "signed_webhook": Ability(Support.IMPOSSIBLE, _PASTED_NOTE),
    "poll_replay": Ability(Support.IMPOSSIBLE, _PASTED_NOTE),
}
_INSTANCE = re.compile(r"[\w-]{1,64}")


class AssistedMessenger:
    """Prepares texts and pictures as tasks for people, on a task sheet for each day.

    A send is complete only when a person confirms it: `send` creates the task and raises `NeedsPerson`; after
    `confirm`, the same send returns the receipt. Texts are stored in the folder unencrypted, readable only by its
    owner.

    Args:
        instance: name of the instance in the settings.
        options: `folder` for tasks and sheets; `title.<address id>` for a recipient's name on the sheet, default: the
            message's title or the id; `wording.<name>` for the texts of `Wording`.
        services: clock, blobs, and state for the key of the senders' pseudonyms.

    Raises:
        ConfigurationError: an option is missing or unknown.
    """

    name = "assisted"
    accepted_options = AcceptedOptions(required=("folder",), families=("title.", "wording."))

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        if not _INSTANCE.fullmatch(instance):
            raise ConfigurationError(
                "The name {messenger!r} of a messenger becomes a folder name: use only letters, digits, _ and -.",
                messenger=instance,
            )
        options = self.accepted_options.read(f"messenger {instance!r}", options)
        self.instance = instance
        self._titles = _strip_option_prefix(options, "title.")
        self._wording = Wording.of(_strip_option_prefix(options, "wording."))
        self._root = Path(options["folder"]) / instance
        self._tasks = TaskFolder(self._root / "tasks")
        self._services = services

    @property
    def capabilities(self) -> Capabilities:
        """Abilities of assisted posting: none without a person, many with a person's help."""
        return Capabilities(f"assisted posting {self.instance!r}", _ABILITIES)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Return the receipt of a message once a person has confirmed that its task was done.

        Raises:
            NeedsPerson: the task is on the sheet and waits.
            RequestRejected: the message has no text and no attachment, an address of another instance, a missing file,
                or the key of another message.
            RetryLater: the folder can't be written.
        """
        self._check_message(message)
        with self._translate_file_errors():
            task = self._tasks.get(message.key) or self._build_task(message)
            if not task.is_about(message):
                raise RequestRejected(
                    "Task {task} is about another message: give this message its own key.", task=message.key
                )
            if task.confirmation is not None:
                return task.confirmation.receipt
            sheet = self._write_sheet(task)
        raise NeedsPerson(
            "Task {task} waits on the task sheet {file}: post it, then confirm it.", task=message.key, file=sheet
        )

    @contextmanager
    def _translate_file_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, *DECODE_ERRORS) as error:
            raise RetryLater(
                "The task folder {folder} can't be used ({reason}): check it.", reason=error, folder=self._root
            ) from error

    def _check_message(self, message: OutgoingMessage) -> None:
        if message.to.messenger != self.instance:
            raise RequestRejected(
                "The address belongs to messenger {messenger!r}, not to {second_messenger!r}: send through "
                "{messenger!r}.",
                messenger=message.to.messenger,
                second_messenger=self.instance,
            )
        if not message.text.strip() and not message.attachments:
            raise RequestRejected("The message has neither text nor attachments: add one of them.")
        for attachment in message.attachments:
            if attachment.blob and self._read_blob(attachment.blob) is None:
                raise RequestRejected("An attachment can't be read from the blob store: attach it again.")

    def _read_blob(self, digest: str) -> bytes | None:
        try:
            return self._services.blobs.get(digest)
        except (NotFound, StorageError):
            return None

    def _build_task(self, message: OutgoingMessage) -> Task:
        task = Task(
            key=message.key,
            place=message.to.place,
            recipient=message.to.id,
            title=self._titles.get(message.to.id) or message.title or message.to.id,
            text=message.text,
            purpose=message.purpose,
            created_at=self._services.clock.now(),
            attachments=message.attachments,
            reply_to=message.reply_to,
        )
        self._tasks.add(task)
        return task

    def _write_sheet(self, task: Task) -> Path:
        day = local_date(task.created_at)
        path = self.get_sheet_path(day)
        while True:
            tasks = self._tasks.list_tasks_of_day(day)
            write_atomically(path, render_sheet(day, tasks, self._wording, self._read_blob).encode())
            # Another process may have added a task and written the sheet in between; this sheet would lack that task.
            if self._tasks.list_tasks_of_day(day) == tasks:
                return path

    def get_sheet_path(self, day: date) -> Path:
        """Return the path of the task sheet for a day in Vietnam; the file exists once that day has a task."""
        return self._root / f"bang-viec-{day.isoformat()}.html"

    def tasks(self, *, open_only: bool = True) -> Sequence[Task]:
        """Return the tasks that wait for a person, or all, oldest first."""
        with self._translate_file_errors():
            return self._tasks.list_tasks(open_only=open_only)

    def confirm(self, key: str, by: str, link: str = "") -> Receipt:
        """Record a person's confirmation that a task was done; a second confirmation changes nothing.

        Args:
            by: name of the person; part of the receipt's proof.
            link: link to the post; becomes the receipt's platform id.

        Raises:
            NotFound: there is no such task.
            BadInput: `by` is empty.
            RetryLater: the folder can't be written.
        """
        if not by.strip():
            raise BadInput("Task {task} can't be confirmed without a name: name the person who confirms it.", task=key)
        with self._translate_file_errors():
            task = self._tasks.get(key)
            if task is None:
                raise NotFound(
                    "Messenger {messenger!r} has no task {task!r} on its sheets: check its number.",
                    task=key,
                    messenger=self.instance,
                )
            confirmation = task.confirmation
            if confirmation is None:
                confirmation = Confirmation(by=by, at=self._services.clock.now(), link=link)
                self._tasks.confirm(task, confirmation)
            self._write_sheet(task)
            return confirmation.receipt

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict:
        """Return `DELIVERED` if a person has confirmed the message, else `NOT_DELIVERED`."""
        with self._translate_file_errors():
            task = self._tasks.get(message.key)
        return Verdict.DELIVERED if task is not None and task.confirmation is not None else Verdict.NOT_DELIVERED

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Raise `Unsupported`: a person must create the group and have it registered."""
        raise self.capabilities.refusal("create_group")

    def list_members(self, group: Address) -> Sequence[Member]:
        """Raise `Unsupported`: programs can't list the members of an ordinary group."""
        raise self.capabilities.refusal("list_members")

    def remove_member(self, group: Address, member: Address) -> None:
        """Raise `Unsupported`: a person must remove the member."""
        raise self.capabilities.refusal("remove_member")

    def lock_posting(self, group: Address, locked: bool) -> None:
        """Raise `Unsupported`: a person must lock the group."""
        raise self.capabilities.refusal("lock_posting")

    def delete_message(self, group: Address, platform_id: str) -> None:
        """Raise `Unsupported`: a person must delete the message."""
        raise self.capabilities.refusal("delete_message")

    def verify(self, request: WebhookRequest) -> bool:
        """Return False: no genuine event comes by webhook. Pasted texts are passed to `parse` by code that has
        authenticated the person.
        """
        return False

    def dedupe_key(self, request: WebhookRequest) -> str:
        """Return a digest of a pasted text; it is equal only for the same text pasted at the same time."""
        read_paste(request.body)
        return hashlib.sha256(request.body).hexdigest()

    def parse(self, body: bytes) -> Sequence[InboundMessage | DeliveryReport]:
        """Convert a pasted text, JSON as in `Paste`, into messages."""
        return convert_paste(read_paste(body), self.instance, self._get_pseudonym_key())

    def _get_pseudonym_key(self) -> bytes:
        state = self._services.state
        if state.get("pseudonyms").version == 0:
            # If another process stored a key first, that key is used.
            state.put("pseudonyms", secrets.token_bytes(32), expected=0)
        return state.get("pseudonyms").value

    def close(self) -> None:
        """Do nothing: there are no open resources."""


def _strip_option_prefix(options: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in options.items() if name.startswith(prefix)}
