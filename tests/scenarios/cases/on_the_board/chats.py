"""Where residents of the day write: the mock chat, or an account of the pretend Zalo."""

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
    """What residents do and see."""

    def says(self, person: str, words: str, group: str = "") -> None:
        """Let somebody write, alone or in a group that they join."""
        ...

    def hears(self, person: str) -> str:
        """Return what somebody was told last, alone."""
        ...

    def groups(self) -> Sequence[str]:
        """Return the platform's ids of the account's groups."""
        ...

    def group_posts(self, group: str) -> Sequence[str]:
        """Return what the account wrote in a group."""
        ...

    def work(self, app: App) -> None:
        """Bring what waits to the app, and let it work until nothing is left to do now."""
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
    """An account of the pretend Zalo, with room for groups; what it tells are signed webhooks."""

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
        """Ask a member who follows the account: the pretend Zalo keeps no list of its own of what was posted."""
        members: Mapping[str, object] = self._bench.account.group(group).members
        listener = self._bench.account.find(next(iter(members)))
        return [message.text for message in listener.heard if message.conversation == group]

    def work(self, app: App) -> None:
        """Let a second go by too, as sending to one account keeps a pace."""
        queue = self._bench.sandbox.world.queue
        self._bench.clock.advance(_PACE)
        app.worker.drain()
        while (waiting := queue.take(self._bench.clock.now())) is not None:
            app.intake.accept("oa", WebhookRequest(waiting.body, tuple(waiting.headers.items())))
            app.worker.drain()

    def _person(self, name: str) -> Person:
        """Return somebody; whoever is new opens the chat once, or Zalo would let nobody write to them."""
        if name not in self._people:
            self._people[name] = self._bench.account.person(name)
            self._people[name].clicks_chat()
        return self._people[name]
