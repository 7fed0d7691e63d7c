"""The test platform with the kit's interface, and the kit for its bots."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from tests.testing.messenger_faults.bot import Bot, CalledBot, PollingBot
from tests.testing.messenger_faults.platform import (
    BOT,
    DELAY,
    GROUP,
    OTHER,
    PERSON,
    SECRET,
    SIGNATURE,
    TOKEN,
    Json,
    Platform,
    sign,
    webhook_body,
)

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.testing import FixedClock, memory_services
from anninh_core.testing.kits import MessengerConformance
from anninh_core.testing.kits.messenger.bench import BuildsMessenger
from anninh_core.vocabulary.messages import Address, Place, WebhookRequest

KNOWN_FAILURES = (
    *("cut_off", "expired_token", "lost_answer", "lost_before", "not_json", "rate_limit", "recipient_gone", "refused"),
    *("rejected", "server_error"),
)


class Beyond:
    """The platform's side, for a bot with a webhook and for a polling one."""

    delay = DELAY

    def __init__(self, platform: Platform, bot: Bot) -> None:
        self.platform = platform
        self.bot = bot
        self.last: Json = {}
        self.wrote_at = platform.clock.now()

    def writes(self, text: str) -> None:
        """Let the person write; the event waits a minute."""
        self.wrote_at = self.platform.clock.now()
        self.last = self.platform.write(text)
        self.platform.clock.advance(timedelta(minutes=1))

    def incoming(self, text: str) -> WebhookRequest:
        """Let the person write, and return the bot's request."""
        self.writes(text)
        return self._request()

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:  # noqa: C901  a table of events
        """Trigger an event on the platform; return the bot's request, or None if it can't be triggered."""
        message = self.last.get("message", {})
        match event:
            case "another_person":
                self.platform.write(text, sender=OTHER)
            case "echo":
                self.platform.write(text, sender=BOT, chat=PERSON)
            case "edit":
                self.platform.happen("edited", message | {"text": text, "edited": True})
            case "group":
                self.platform.write(text, chat=GROUP)
            case "picture":
                self.platform.write(text, photos=["https://bot.invalid/file/anh.jpg"])
            case "quote":
                self.platform.write(text, quotes={"number": int(quoted.rpartition(":")[2]), "text": message["text"]})
            case "redelivery" if isinstance(self.bot, CalledBot):
                return self._signed(webhook_body([self.last], attempt=2))
            case "together" if isinstance(self.bot, CalledBot):
                for line in text.splitlines():
                    self.platform.write(line)
            case "unknown":
                self.platform.happen("dance", {"steps": 3})
            case _:
                return None
        return self._request()

    def _request(self) -> WebhookRequest:
        if isinstance(self.bot, PollingBot):
            (body,) = self.bot.poll(timedelta(seconds=1))
            return WebhookRequest(body)
        updates, self.platform.updates = self.platform.updates, []
        return self._signed(webhook_body(updates))

    @staticmethod
    def _signed(body: bytes) -> WebhookRequest:
        return WebhookRequest(body, ((SIGNATURE, sign(body)),))

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return everything that the bot has sent."""
        places = {True: Place.GROUP, False: Place.PERSON}
        return [(Address("bot", places[sent.chat < 0], str(sent.chat)), sent.text) for sent in self.platform.sent]

    def quotes(self) -> Sequence[str]:
        """Return for each sent message the id of the message that it quotes."""
        return [f"{sent.chat}:{sent.reply_to}" if sent.reply_to else "" for sent in self.platform.sent]

    def fail(self, name: str) -> bool:
        """Let the next call fail."""
        return self.fail_after(0, name)

    def fail_after(self, calls: int, name: str) -> bool:
        """Let a call fail after `calls` further ones."""
        if name in KNOWN_FAILURES:
            self.platform.failures.append((calls, name))
        return name in KNOWN_FAILURES


class BotConformance(MessengerConformance, kit=True):
    """The kit for a bot of the test platform, given by `made`."""

    made: ClassVar[type[Bot]]

    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock(datetime(2026, 10, 1, 2, tzinfo=UTC))

    @pytest.fixture
    def services(self, clock: FixedClock) -> AdapterServices:
        return memory_services(clock)

    @pytest.fixture
    def platform(self, clock: FixedClock) -> Platform:
        return Platform(clock)

    @pytest.fixture
    def options(self) -> Mapping[str, str]:
        values = {"token": TOKEN, "secret": SECRET}
        return {name: values[name] for name in type(self).made.accepted_options.secrets}

    @pytest.fixture
    def builds(self, platform: Platform, services: AdapterServices) -> BuildsMessenger:
        return lambda options: type(self).made("bot", options, services, platform)

    @pytest.fixture
    def restarted(self, builds: BuildsMessenger, options: Mapping[str, str]) -> Callable[[], Messenger]:
        return lambda: builds(options)

    @pytest.fixture
    def messenger(self, restarted: Callable[[], Messenger]) -> Iterator[Messenger]:
        messenger = restarted()
        yield messenger
        messenger.close()

    @pytest.fixture
    def person(self) -> Address:
        return Address("bot", Place.PERSON, str(PERSON))

    @pytest.fixture
    def group(self) -> Address:
        return Address("bot", Place.GROUP, str(GROUP))

    @pytest.fixture
    def outside(self, platform: Platform, messenger: Bot) -> Beyond:
        return Beyond(platform, messenger)

    @pytest.fixture
    def secrets(self) -> Sequence[str]:
        return TOKEN, TOKEN.partition(":")[2], SECRET


class CalledConformance(BotConformance, kit=True):
    """The kit for a bot with a webhook."""

    made = CalledBot


class PollingConformance(BotConformance, kit=True):
    """The kit for a polling bot."""

    made = PollingBot
