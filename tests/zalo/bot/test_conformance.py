"""The messenger kit, for a bot with polling and for a bot with a webhook."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from attrs import field, frozen
from tests.zalo.bot.conftest import CALLED, HOOK, SECRET, WebhookRecorder, build_bot

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.testing.kits.messenger.conformance import MessengerConformance
from anninh_core.testing.kits.messenger.outside import Outside
from anninh_core.vocabulary.messages import Address, Place, WebhookRequest
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.testing import BotAccount, Sandbox
from anninh_zalo.testing.bot.updates import deliver_update
from anninh_zalo.testing.simulation.bots import SandboxChat
from anninh_zalo.testing.wire import Json


@frozen
class SandboxWorld:
    """The simulated outside world of the kit: the sandbox with one person and one group."""

    sandbox: Sandbox
    account: BotAccount
    bot: ZaloBot
    chats: Sequence[SandboxChat]
    mailbox: WebhookRecorder
    last: list[WebhookRequest] = field(factory=list)

    def writes(self, text: str) -> None:
        """Let the person write a message."""
        self.chats[0].says(text)

    def incoming(self, text: str) -> WebhookRequest:
        """Let the person write a message, and return its event, which was polled or came by the webhook."""
        self.writes(text)
        return self._receive_event()

    def _receive_event(self) -> WebhookRequest:
        if self.bot.polls:
            (body,) = self.bot.poll(timedelta(seconds=1))
            self.last.append(WebhookRequest(body))
        else:
            self.sandbox.deliver_due()
            headers, body = self.mailbox.got[-1]
            self.last.append(WebhookRequest(body, (*headers.items(),)))
        return self.last[-1]

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        """Let the named event happen, and return its request; None for edits and quotes, which a bot doesn't get."""
        alone, in_group = self.chats
        match event:
            case "another_person":
                self.account.person("Thử Văn Cúc").says(text)
            case "group" if self.bot.capabilities.can("send_group"):
                in_group.says(f"@{self.account.bot.name} {text}")
            case "picture":
                alone.sends_photo("https://photo.invalid/anh.jpg", text)
            case "redelivery":
                return self.last[-1]
            case "unknown":
                self._deliver_update({"event_name": "chat.title.changed", "chat": {"id": alone.chat_id}})
            case "echo":
                author = {"id": self.account.token.partition(":")[0], "display_name": self.account.bot.name}
                chat = {"id": alone.chat_id, "chat_type": "PRIVATE"}
                message = {
                    "message_id": "of-the-bot",
                    "date": 1790820000000,
                    "from": author,
                    "chat": chat,
                    "text": text,
                }
                self._deliver_update({"event_name": "message.text.received", "message": message})
            case _:
                return None
        return self._receive_event()

    def _deliver_update(self, update: Json) -> None:
        with self.sandbox.world.lock:
            deliver_update(self.sandbox.world, self.account.bot, update)

    @property
    def wrote_at(self) -> datetime:
        """The sandbox's current time, which doesn't advance."""
        return self.sandbox.world.now()

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return the messages that the person and the group have received."""
        received = [message for chat in self.chats for message in chat.heard]
        places = {True: Place.GROUP, False: Place.PERSON}
        return [(Address("bot", places[message.group], message.conversation), message.text) for message in received]

    def fail(self, name: str) -> bool:
        """Let the next call to the platform fail."""
        self.sandbox.fail_next(name)
        return True


class BotFixtures:
    """Fixtures of the kit for a bot on the sandbox, with a person and a group."""

    @pytest.fixture
    def chats(self, account: BotAccount) -> Sequence[SandboxChat]:
        """A person in a private chat with the bot, and a person in a group with it."""
        return account.person("Thử Văn An"), account.member(account.group("Tổ 1"), "Thử Thị Bình")

    @pytest.fixture
    def secrets(self, account: BotAccount) -> Sequence[str]:
        """Secrets of the bot that may never be shown."""
        return account.token, account.token.partition(":")[2], SECRET

    @pytest.fixture
    def person(self, chats: Sequence[SandboxChat]) -> Address:
        return Address("bot", Place.PERSON, chats[0].chat_id)

    @pytest.fixture
    def group(self, chats: Sequence[SandboxChat]) -> Address | None:
        return Address("bot", Place.GROUP, chats[1].chat_id)

    @pytest.fixture
    def outside(
        self,
        sandbox: Sandbox,
        account: BotAccount,
        messenger: ZaloBot,
        chats: Sequence[SandboxChat],
        webhook_recorder: WebhookRecorder,
    ) -> Outside:
        return SandboxWorld(sandbox, account, messenger, chats, webhook_recorder)


class TestPolling(BotFixtures, MessengerConformance):
    """The kit for a bot with polling that takes part in groups."""

    @pytest.fixture
    def options(self, account: BotAccount) -> Mapping[str, str]:
        """The bot's options as in settings."""
        return {"token": account.token, "groups": "yes"}

    @pytest.fixture
    def messenger(self, sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> Iterator[Messenger]:
        messenger = build_bot(sandbox, account, services, groups="yes")
        yield messenger
        messenger.close()


class TestWebhook(BotFixtures, MessengerConformance):
    """The kit for a bot with a webhook that doesn't take part in groups."""

    @pytest.fixture
    def options(self, account: BotAccount) -> Mapping[str, str]:
        """The bot's options as in settings."""
        return {"token": account.token, **CALLED}

    @pytest.fixture
    def messenger(self, sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> Iterator[Messenger]:
        """The messenger of the bot, with its webhook registered."""
        messenger = build_bot(sandbox, account, services, **CALLED)
        messenger.set_webhook(HOOK)
        yield messenger
        messenger.close()
