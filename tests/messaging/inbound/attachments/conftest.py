"""A resident who sends pictures, and an officer who looks at them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import frozen
from tests.messaging.conftest import THEFT, Appoint, outbox
from tests.support.pictures import picture

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
PICTURE = picture()
LEASE = timedelta(minutes=3)
"""A little longer than a fetch may take."""


@frozen
class Scene:
    """An app in memory and who has to do with it."""

    app: App
    chat: MockChat
    dialog: Dialog
    clock: FixedClock
    officer: Actor

    def image(self, content: bytes = PICTURE) -> Attachment:
        """Put a picture onto the platform."""
        return Attachment("image", "xe.png", url=self.chat.file(content))

    def sends(self, *attachments: Attachment) -> None:
        """Let the resident send a tip with attachments, one picture if none is named, and the app work."""
        self.dialog.says(AN, THEFT, attachments=attachments or [self.image()])

    def messages(self) -> list[Message]:
        """Return every message that can be read, oldest first."""
        runner = self.app.internals.runner
        return list(runner.context.iter_readable(MESSAGE, runner.context.storage.maintenance.scan(MESSAGE.name)))

    @property
    def message(self) -> Message:
        """The only message."""
        (found,) = self.messages()
        return found

    @property
    def row(self) -> OutboxRow:
        """The only row by which something is fetched."""
        (found,) = self.rows()
        return found

    def rows(self) -> list[OutboxRow]:
        """Return the rows by which something is fetched, oldest first."""
        return outbox(self.app, "attachment.fetch")

    def ends(self) -> list[tuple[str, str]]:
        """Return state and proof of those rows."""
        return [(row.state, row.proof) for row in self.rows()]

    def here(self) -> list[bool]:
        """Return for each attachment of the only message whether its bytes are here."""
        return [bool(one.blob) for one in self.message.attachments]

    def looks(self, number: int = 0) -> bytes:
        """Let the officer look at an attachment of the only message."""
        said = self.message
        return self.app.conversations.attachment(self.officer, said.case, said.id, number).data

    def later(self, by: timedelta) -> None:
        """Let time pass and the app work."""
        self.clock.advance(by)
        self.app.worker.drain()

    def purge(self) -> None:
        """Purge the only case, as if it were over."""
        purges = self.app.internals.services.retention.purges
        scope = MESSAGE.scope(self.message)
        run_step(purges.order_destruction, self.officer, scope, "hoa-lu", timedelta(0), "retention")

        def begin(uow: UnitOfWork) -> None:
            uow.permit("hoa-lu")
            uow.save(PURGE_ORDER, uow.load(PURGE_ORDER, scope).begun(uow.at, key_mark=mark_key(uow.context, scope)))

        self.app.internals.runner.run_command(self.officer, "governance.begin_purge", Permission.OPERATE, begin)
        purges.finish_purge(self.officer, [scope])


@pytest.fixture
def scene(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, appoint: Appoint) -> Scene:
    officer = appoint("tip_officer", "board_admin", "operator")
    return Scene(app, chat, dialog, clock, officer)


Meanwhile = Callable[[Callable[[], None]], None]
"""Called with what shall happen, once, while the platform gives out a file."""


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets something happen while a file comes."""
    sound = MockMessenger.fetch

    def script(happens: Callable[[], None]) -> None:
        left = [happens]

        def fetch(self: MockMessenger, attachment: Attachment) -> bytes:
            if left:
                left.pop()()
            return sound(self, attachment)

        monkeypatch.setattr(MockMessenger, "fetch", fetch)

    return script
