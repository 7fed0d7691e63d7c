"""The chats of the day's residents: the mock chat, or an account of the simulated Zalo."""

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
    """A chat as its residents use it."""

    def says(self, person: str, words: str, group: str = "") -> None:
        """Send a text from a person, in private or in a group that they join."""
        ...

    def hears(self, person: str) -> str:
        """Return the last private text that a person received."""
        ...

    def groups(self) -> Sequence[str]:
        """Return the platform ids of the account's groups."""
        ...

    def group_posts(self, group: str) -> Sequence[str]:
        """Return the texts that the account posted in a group."""
        ...

    def work(self, app: App) -> None:
        """Deliver waiting events to the app, and run it until nothing is due."""
        ...


@frozen
class MockTalk:
    """The mock chat."""

    _chat: MockChat

    def says(self, person: str, words: str, group: str = "") -> None:
        self._chat.says(self._chat.person(person), words, group or None)

    def hears(self, person: str) -> str:
        return self._chat.hears(self._chat.person(person))[-1]

    def groups(self) -> Sequence[str]:
        return [*self._chat.groups()]

    def group_posts(self, group: str) -> Sequence[str]:
        return self._chat.group_posts(group)

    def work(self, app: App) -> None:
        pump(app, self._chat)


@frozen
class ZaloTalk:
    """An account of the simulated Zalo with room for groups, which sends signed webhooks."""

    _bench: Bench
    _people: dict[str, Person] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._bench.account.asset()

    def says(self, person: str, words: str, group: str = "") -> None:
        speaker = self._person(person)
        if not group:
            speaker.says(words)
            return
        speaker.joins(group)
        speaker.says_in_group(group, words)

    def hears(self, person: str) -> str:
        return [message.text for message in self._person(person).heard if not message.group][-1]

    def groups(self) -> Sequence[str]:
        return [*self._bench.account.account.groups]

    def group_posts(self, group: str) -> Sequence[str]:
        """Return the posts that a follower in the group received, as the simulated Zalo keeps no list of posts."""
        members: Mapping[str, object] = self._bench.account.group(group).members
        listener = self._bench.account.find(next(iter(members)))
        return [message.text for message in listener.heard if message.conversation == group]

    def work(self, app: App) -> None:
        """Deliver waiting events to the app and run it, after a second for the pace of sending to one account."""
        queue = self._bench.sandbox.world.queue
        self._bench.clock.advance(_PACE)
        app.worker.drain()
        while (waiting := queue.take(self._bench.clock.now())) is not None:
            app.intake.accept("oa", WebhookRequest(waiting.body, tuple(waiting.headers.items())))
            app.worker.drain()

    def _person(self, name: str) -> Person:
        """Return a person; a new one opens the chat first, as Zalo forbids writing to them otherwise."""
        if name not in self._people:
            self._people[name] = self._bench.account.person(name)
            self._people[name].clicks_chat()
        return self._people[name]
