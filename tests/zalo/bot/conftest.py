"""A bot of the sandbox, and its messenger."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_core.testing.services import memory_services
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.testing import BotAccount, Sandbox

SECRET = "secret-of-the-webhook"
HOOK = "https://anninh.invalid/hook/bot"
CALLED = {"mode": "webhook", "secret": SECRET}


class Mailbox:
    """A webhook that keeps headers and bodies of its requests."""

    def __init__(self) -> None:
        self.got: list[tuple[Mapping[str, str], bytes]] = []

    def __call__(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Store a request."""
        self.got.append((headers, body))
        return 200


def bot_on(
    sandbox: Sandbox, account: BotAccount, services: AdapterServices, instance: str = "bot", **options: str
) -> ZaloBot:
    """Build the messenger of a bot of the sandbox."""
    return ZaloBot(instance, {"token": account.token, **options}, services, sandbox.transport)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 1, 2, tzinfo=UTC))


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def sandbox(clock: FixedClock, mailbox: Mailbox) -> Sandbox:
    return Sandbox(clock, post=mailbox)


@pytest.fixture
def account(sandbox: Sandbox) -> BotAccount:
    return sandbox.bot("Bot Thử")


@pytest.fixture
def services(clock: FixedClock) -> AdapterServices:
    return memory_services(clock)


@pytest.fixture
def bot(sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> Iterator[ZaloBot]:
    """The bot with polling, in private chats only."""
    messenger = bot_on(sandbox, account, services)
    yield messenger
    messenger.close()


@pytest.fixture
def called(sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> Iterator[ZaloBot]:
    """The bot with a webhook, in groups too; the webhook isn't set yet."""
    messenger = bot_on(sandbox, account, services, **CALLED, groups="yes")
    yield messenger
    messenger.close()
