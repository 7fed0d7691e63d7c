"""The chats of the residents in the day's scenario: the mock chat, or an account of the simulated Zalo."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from attrs import field, frozen
from tests.zalo.conftest import Bench

from anninh_core.app import App
from anninh_core.testing import MockChat, pump
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_zalo.testing import Person

_PACE = timedelta(seconds=1)


class Chat(Protocol):
    """A chat service as its residents use it."""

    def says(self, person: str, words: str, group: str = "") -> None:
        """Send a text from a person, in private or in a group that they join."""
        ...

    def read_last_text(self, person: str) -> str:
        """Return the last private text that a person received."""
        ...

    def groups(self) -> Sequence[str]:
        """Return the platform ids of the account's groups."""
        ...

    def list_group_posts(self, group: str) -> Sequence[str]:
        """Return the texts that the account posted in a group."""
        ...

    def process_events(self, app: App) -> None:
        """Deliver waiting events to the app, and run it until nothing is due."""
        ...


@frozen
class MockResidentChat:
    """The mock chat as its residents use it."""

    _chat: MockChat

    def says(self, person: str, words: str, group: str = "") -> None:
        self._chat.says(self._chat.person(person), words, group or None)

    def read_last_text(self, person: str) -> str:
        return self._chat.hears(self._chat.person(person))[-1]

    def groups(self) -> Sequence[str]:
        return [*self._chat.groups()]

    def list_group_posts(self, group: str) -> Sequence[str]:
        return self._chat.group_posts(group)

    def process_events(self, app: App) -> None:
        pump(app, self._chat)


@frozen
class ZaloResidentChat:
    """An account of the simulated Zalo with room for groups, which sends signed webhooks."""

    _bench: Bench
    _people: dict[str, Person] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._bench.account.asset()

    def says(self, person: str, words: str, group: str = "") -> None:
        speaker = self._find_or_create_person(person)
        if not group:
            speaker.says(words)
            return
        speaker.joins(group)
        speaker.says_in_group(group, words)

    def read_last_text(self, person: str) -> str:
        return [message.text for message in self._find_or_create_person(person).heard if not message.group][-1]

    def groups(self) -> Sequence[str]:
        return [*self._bench.account.account.groups]

    def list_group_posts(self, group: str) -> Sequence[str]:
        """Return the posts that a follower in the group received, since the simulated Zalo keeps no list of posts."""
        members: Mapping[str, object] = self._bench.account.group(group).members
        listener = self._bench.account.find(next(iter(members)))
        return [message.text for message in listener.heard if message.conversation == group]

    def process_events(self, app: App) -> None:
        """Deliver waiting events to the app and run it, after a second, since an account may only be sent so many
        messages a second.
        """
        queue = self._bench.sandbox.world.queue
        self._bench.clock.advance(_PACE)
        app.worker.drain()
        while (waiting := queue.take(self._bench.clock.now())) is not None:
            app.intake.accept("oa", WebhookRequest(waiting.body, tuple(waiting.headers.items())))
            app.worker.drain()

    def _find_or_create_person(self, name: str) -> Person:
        """Return the person of a name; a new person opens the chat first, since Zalo forbids writing to them
        otherwise.
        """
        if name not in self._people:
            self._people[name] = self._bench.account.person(name)
            self._people[name].clicks_chat()
        return self._people[name]
