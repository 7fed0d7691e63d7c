"""Conversations as tests: a person writes messages, and the app answers."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Self

from anninh_core.app.app import App
from anninh_core.testing.apps import pump
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.messages import Attachment


class Dialog:
    """A conversation in a test, with steps in the words of a requirement, people by name and groups by title.

    Args:
        chat: service in which people write.
        pump: passes the waiting webhooks to the app and lets it work until nothing is left to do.
    """

    def __init__(self, chat: MockChat, pump: Callable[[], None]) -> None:
        self._chat = chat
        self._pump = pump
        self._unread: dict[str, list[str]] = {}

    @classmethod
    def over(cls, app: App, instance: str = "oa") -> Self:
        """Return a test conversation with an app, over one of its mock messengers.

        Raises:
            ConfigurationError: the app has no messenger with this name, or it is no mock.
        """
        chat = MockMessenger.of(app, instance).chat
        return cls(chat, partial(pump, app, chat, instance))

    def says(self, person: str, text: str, to: str | None = None, attachments: Sequence[Attachment] = ()) -> None:
        """Send a person's message to the official account, or to the group with the title `to`, and let the app
        react.
        """
        self._chat.says(self._chat.person(person), text, None if to is None else self._find_group(to), attachments)
        self._pump()

    def hears(self, person: str, pattern: str) -> re.Match[str]:
        """Return the match of a regular expression with the next text to a person that matches it.

        Texts before it are skipped, later ones stay for the next step. Fails with the transcript.
        """
        unread = self._read_new_texts(person)
        for at, text in enumerate(unread):
            if match := re.search(pattern, text, re.DOTALL):
                del unread[: at + 1]
                return match
        raise AssertionError(f"{person} has not heard {pattern!r}{self._format_transcript()}")

    def hears_nothing(self, person: str) -> None:
        """Check that there is no unread text to a person. Fails with the transcript."""
        if unread := self._read_new_texts(person):
            raise AssertionError(f"{person} has heard {unread[0]!r}{self._format_transcript()}")

    def reads(self, group: str, pattern: str) -> re.Match[str]:
        """Return the match of a regular expression with a text of the official account in the group with this title.
        Fails with the transcript.
        """
        for text in self._chat.group_posts(self._find_group(group)):
            if match := re.search(pattern, text, re.DOTALL):
                return match
        raise AssertionError(f"nobody reads {pattern!r} in {group}{self._format_transcript()}")

    def _read_new_texts(self, person: str) -> list[str]:
        id = self._chat.person(person)
        unread = self._unread.setdefault(id, [])
        unread.extend(self._chat.hears(id))
        return unread

    def _find_group(self, title: str) -> str:
        matching_ids = [id for id, group_title in self._chat.groups().items() if group_title == title]
        if len(matching_ids) != 1:
            raise AssertionError(f"{len(matching_ids)} groups are called {title!r}, not one{self._format_transcript()}")
        return matching_ids[0]

    def _format_transcript(self) -> str:
        return f"\n{self._chat.transcript() or '(nobody has said anything)'}"
