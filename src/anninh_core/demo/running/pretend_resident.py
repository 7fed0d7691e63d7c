"""A resident at the keyboard: writes to the official account of a running demo, and reads what it answers."""

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
    """Something said in the resident's chat.

    Attributes:
        at: when, in UTC.
        is_ours: whether the official account said it.
        text: what; NFC, "" where only something was attached.
        attachments: names or kinds of what was attached.
    """

    at: datetime
    is_ours: bool
    text: str
    attachments: tuple[str, ...] = ()


class PretendResident:
    """One resident of the demo. What they write is worked through before `write` returns. Safe to use from threads.

    Args:
        name: as the resident calls themselves.
    """

    def __init__(self, app: App, messenger: MockMessenger, name: str) -> None:
        self.name = name
        self._app = app
        self._messenger = messenger
        self._person = messenger.chat.person(name)
        self._lock = Lock()
        self._keys: OrderedDict[str, None] = OrderedDict()

    def write(self, text: str, *, key: str = "") -> bool:
        """Write to the official account, and let the app work until nothing is left to do.

        Args:
            text: as it was typed.
            key: of the form, drawn anew for each page: a form that is sent twice says its words once.

        Returns:
            Whether it was said now; False for a form that came before.

        Raises:
            BadInput: no words, or more than the pretend chat takes.
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
            self._remember(key)
            self._let_work()
            return True

    def catch_up(self) -> None:
        """Let the app work until nothing is left to do: what an officer has decided to send is sent."""
        with self._lock:
            self._let_work()

    def transcript(self) -> tuple[ChatLine, ...]:
        """Return the chat in both directions, oldest first, with whatever could leave by now."""
        with self._lock:
            self._let_work()
            return tuple(map(_show, self._messenger.chat.conversation(self._person)))

    def offers(self) -> tuple[str, ...]:
        """Return what the last message of the account offers to answer by a word, such as `TRA CUU 7KM2Q-9XA3D`."""
        messages = self._messenger.chat.conversation(self._person)
        ours = next((message.text for message in reversed(messages) if not message.author), "")
        return tuple(dict.fromkeys((*_CHOICE.findall(ours), *self._offered_commands(ours))))

    def _offered_commands(self, text: str) -> Iterator[str]:
        for key, word in self._app.district.wording.items():
            if key.startswith("command."):
                found = re.search(rf"\b{re.escape(word)} ({RECEIPT.pattern})", text)
                if found is not None:
                    yield f"{word} {found[1]}"

    def _remember(self, key: str) -> None:
        if key:
            self._keys[key] = None
            while len(self._keys) > _REMEMBERED:
                self._keys.popitem(last=False)

    def _let_work(self) -> None:
        pump(self._app, self._messenger.chat, self._messenger.instance)


def _show(message: ChatMessage) -> ChatLine:
    return ChatLine(
        at=message.at,
        is_ours=not message.author,
        text=nfc(message.text),
        attachments=tuple(attachment.name or attachment.kind for attachment in message.attachments),
    )
