"""Fixtures with a bot on the simulated Zalo platform (the sandbox), and the bot's messenger."""

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


class WebhookRecorder:
    """A webhook receiver that keeps the headers and bodies of its requests."""

    def __init__(self) -> None:
        self.got: list[tuple[Mapping[str, str], bytes]] = []

    def __call__(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Store the headers and body of a request, and return status 200."""
        self.got.append((headers, body))
        return 200


def build_bot(
    sandbox: Sandbox, account: BotAccount, services: AdapterServices, instance: str = "bot", **options: str
) -> ZaloBot:
    """Build the messenger of a bot on the sandbox."""
    return ZaloBot(instance, {"token": account.token, **options}, services, sandbox.transport)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 1, 2, tzinfo=UTC))


@pytest.fixture
def webhook_recorder() -> WebhookRecorder:
    return WebhookRecorder()


@pytest.fixture
def sandbox(clock: FixedClock, webhook_recorder: WebhookRecorder) -> Sandbox:
    return Sandbox(clock, post=webhook_recorder)


@pytest.fixture
def account(sandbox: Sandbox) -> BotAccount:
    return sandbox.bot("Bot Thử")


@pytest.fixture
def services(clock: FixedClock) -> AdapterServices:
    return memory_services(clock)


@pytest.fixture
def bot(sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> Iterator[ZaloBot]:
    """The messenger of a bot that polls and works in private chats only."""
    messenger = build_bot(sandbox, account, services)
    yield messenger
    messenger.close()


@pytest.fixture
def webhook_bot(sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> Iterator[ZaloBot]:
    """The messenger of a bot with a webhook, which works in groups too; the webhook isn't registered yet."""
    messenger = build_bot(sandbox, account, services, **CALLED, groups="yes")
    yield messenger
    messenger.close()
