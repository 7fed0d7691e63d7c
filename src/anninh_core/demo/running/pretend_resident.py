"""A simulated resident for whom the demo's user types: writes to the official account of a running demo, and reads its
replies.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.text import nfc
from anninh_core.testing.apps import pump
from anninh_core.testing.mock.account import MAX_TEXT_LENGTH
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.lines import ChatMessage

_CHOICE = re.compile(r"^(\d)\. ", re.MULTILINE)
_REMEMBERED = 1000


@frozen(kw_only=True)
class ChatLine:
    """A message in the resident's chat.

    Attributes:
        at: time of the message, in UTC.
        is_ours: whether the official account sent it.
        text: text in NFC, "" for a message with attachments only.
        attachments: names or kinds of the attachments.
    """

    at: datetime
    is_ours: bool
    text: str
    attachments: tuple[str, ...] = ()


class PretendResident:
    """One resident of the demo. Messages are processed before `write` returns. Thread-safe.

    Args:
        name: display name of the resident.
    """

    def __init__(self, app: App, messenger: MockMessenger, name: str) -> None:
        self.name = name
        self._app = app
        self._messenger = messenger
        self._person = messenger.chat.person(name)
        self._lock = Lock()
        self._keys: OrderedDict[str, None] = OrderedDict()

    def write(self, text: str, *, key: str = "") -> bool:
        """Write to the official account, and run the app until no work is left.

        Args:
            text: text as typed.
            key: idempotency key of the form, new for each page: a form that is submitted twice sends its text once.

        Returns:
            Whether the message was sent; False for a form that was submitted before.

        Raises:
            BadInput: the text is empty, or longer than the simulated chat allows.
        """
        words = nfc(text).strip()
        if not words:
            raise BadInput("The message has no text: write something.")
        if len(words) > MAX_TEXT_LENGTH:
            raise BadInput(
                "A message may have at most {most:,} characters, not {count:,}: shorten it.",
                most=MAX_TEXT_LENGTH,
                count=len(words),
            )
        with self._lock:
            if key in self._keys:
                return False
            self._messenger.chat.says(self._person, words)
            self._remember_key(key)
            self._run_app()
            return True

    def catch_up(self) -> None:
        """Run the app until no work is left, which also sends the messages that officers released."""
        with self._lock:
            self._run_app()

    def transcript(self) -> tuple[ChatLine, ...]:
        """Return the messages of the chat, oldest first, after all due messages were sent."""
        with self._lock:
            self._run_app()
            return tuple(map(_to_chat_line, self._messenger.chat.conversation(self._person)))

    def offers(self) -> tuple[str, ...]:
        """Return the replies that the account's last message offers: numbered choices, and commands such as `TRA CUU
        7KM2Q-9XA3D`.
        """
        messages = self._messenger.chat.conversation(self._person)
        ours = next((message.text for message in reversed(messages) if not message.author), "")
        return tuple(dict.fromkeys((*_CHOICE.findall(ours), *self._iter_offered_commands(ours))))

    def _iter_offered_commands(self, text: str) -> Iterator[str]:
        for key, word in self._app.district.wording.items():
            if key.startswith("command."):
                match = re.search(rf"\b{re.escape(word)} ({RECEIPT.pattern})", text)
                if match is not None:
                    yield f"{word} {match[1]}"

    def _remember_key(self, key: str) -> None:
        if key:
            self._keys[key] = None
            while len(self._keys) > _REMEMBERED:
                self._keys.popitem(last=False)

    def _run_app(self) -> None:
        pump(self._app, self._messenger.chat, self._messenger.instance)


def _to_chat_line(message: ChatMessage) -> ChatLine:
    return ChatLine(
        at=message.at,
        is_ours=not message.author,
        text=nfc(message.text),
        attachments=tuple(attachment.name or attachment.kind for attachment in message.attachments),
    )
