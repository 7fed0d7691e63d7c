"""Fixtures for a resident who sends pictures and an officer who opens them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import frozen
from tests.messaging.conftest import THEFT, Appoint, outbox
from tests.support.pictures import build_picture

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.key_marks import mark_key
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

AN = "Thử Văn An"
PICTURE = build_picture()
LEASE = timedelta(minutes=3)
"""Duration of a worker's lease, a little longer than the longest fetch of a file."""


@frozen
class AttachmentScene:
    """An app in memory with a resident and an officer."""

    app: App
    chat: MockChat
    dialog: Dialog
    clock: FixedClock
    officer: Actor

    def add_picture(self, content: bytes = PICTURE) -> Attachment:
        """Put a picture on the platform and return it as an attachment."""
        return Attachment("image", "xe.png", url=self.chat.file(content))

    def sends(self, *attachments: Attachment) -> None:
        """Send a tip by the resident with attachments, by default one picture, and let the app process it."""
        self.dialog.says(AN, THEFT, attachments=attachments or [self.add_picture()])

    def read_messages(self) -> list[Message]:
        """Return every readable message, oldest first."""
        runner = self.app.internals.runner
        return list(runner.context.iter_readable(MESSAGE, runner.context.storage.maintenance.scan(MESSAGE.name)))

    @property
    def message(self) -> Message:
        """The only readable message."""
        (message,) = self.read_messages()
        return message

    @property
    def fetch_row(self) -> OutboxRow:
        """The only outbox row that fetches an attachment."""
        (row,) = self.list_fetch_rows()
        return row

    def list_fetch_rows(self) -> list[OutboxRow]:
        """Return the outbox rows that fetch attachments, oldest first."""
        return outbox(self.app, "attachment.fetch")

    def list_row_results(self) -> list[tuple[str, str]]:
        """Return the state and the proof of each outbox row that fetches an attachment."""
        return [(row.state, row.proof) for row in self.list_fetch_rows()]

    def are_attachments_stored(self) -> list[bool]:
        """Return for each attachment of the only message whether its content is stored."""
        return [bool(attachment.blob) for attachment in self.message.attachments]

    def open_attachment(self, number: int = 0) -> bytes:
        """Open an attachment of the only message as the officer."""
        message = self.message
        return self.app.conversations.attachment(self.officer, message.case, message.id, number).data

    def pass_time(self, by: timedelta) -> None:
        """Advance the clock by a duration, then let the worker finish its work."""
        self.clock.advance(by)
        self.app.worker.drain()

    def purge(self) -> None:
        """Purge the only case as if its retention period were over."""
        purges = self.app.internals.services.retention.purges
        scope = MESSAGE.scope(self.message)
        run_step(purges.order_destruction, self.officer, scope, "hoa-lu", timedelta(0), "retention")

        def begin_order(uow: UnitOfWork) -> None:
            uow.permit("hoa-lu")
            uow.save(PURGE_ORDER, uow.load(PURGE_ORDER, scope).begun(uow.at, key_mark=mark_key(uow.context, scope)))

        self.app.internals.runner.run_command(self.officer, "governance.begin_purge", Permission.OPERATE, begin_order)
        purges.finish_purge(self.officer, [scope])


@pytest.fixture
def scene(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, appoint: Appoint) -> AttachmentScene:
    officer = appoint("tip_officer", "board_admin", "operator")
    return AttachmentScene(app, chat, dialog, clock, officer)


Meanwhile = Callable[[Callable[[], None]], None]
"""Function that takes another function and runs it once, while the platform returns a file."""


@pytest.fixture
def run_during_fetch(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Return a function that schedules another function to run during the next fetch."""
    original = MockMessenger.fetch

    def schedule_call(happens: Callable[[], None]) -> None:
        pending = [happens]

        def call_and_fetch(self: MockMessenger, attachment: Attachment) -> bytes:
            if pending:
                pending.pop()()
            return original(self, attachment)

        monkeypatch.setattr(MockMessenger, "fetch", call_and_fetch)

    return schedule_call
