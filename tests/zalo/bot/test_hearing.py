"""How a bot gets to hear: by asking, or by being called."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zalo.bot.conftest import CALLED, HOOK, Mailbox, bot_on

from anninh_core.kernel.errors import BadInput, ConfigurationError, NeedsPerson, RetryLater, StorageError, Unsupported
from anninh_core.ports.health import Level, TellsHealth
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.platform import Paced, Polls
from anninh_core.testing import FixedClock
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.testing import BotAccount, Sandbox

pytestmark = pytest.mark.slow  # waits for polls as a platform makes them wait

SECOND = timedelta(seconds=1)


def texts(bodies: Sequence[bytes]) -> list[str]:
    return [json.loads(body)["message"]["text"] for body in bodies]


def webhook_of(sandbox: Sandbox, account: BotAccount, method: str, **params: str) -> Any:
    with httpx.Client(transport=sandbox.transport()) as client:
        return client.post(f"https://bot-api.zaloplatforms.com/bot{account.token}/{method}", json=params).json()


def asked(sandbox: Sandbox) -> list[str]:
    """Return the methods that were asked for."""
    return [path.rpartition("/")[2] for _, path in sandbox.calls]


def test_it_is_what_the_core_looks_for(bot: ZaloBot, called: ZaloBot) -> None:
    """It polls unless it is called, and tells of its health and its pace."""
    assert isinstance(bot, Polls)
    assert isinstance(bot, Paced)
    assert isinstance(bot, TellsHealth)
    assert bot.polls
    assert not called.polls
    with pytest.raises(Unsupported, match="mode = polling"):
        called.poll(SECOND)


def test_it_asks_for_one_after_the_other(bot: ZaloBot, account: BotAccount, sandbox: Sandbox) -> None:
    """Each update comes once, and then nothing; the bot looks only once whether anything stands in the way."""
    chat = account.person("Thử Văn An")
    chat.says("một")
    chat.says("hai")
    assert [texts(bot.poll(SECOND)) for _ in range(3)] == [["một"], ["hai"], []]
    assert asked(sandbox) == ["getWebhookInfo", "getMe", *["getUpdates"] * 3]


def test_it_learns_who_it_is(bot: ZaloBot, sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> None:
    """What Zalo calls the bot counts as its own for every process, though its token says another number."""
    account.bot.id = "another"
    bot.poll(timedelta())
    account.person("Thử Văn An").says("chào")
    (body,) = bot.poll(SECOND)
    own = json.dumps(json.loads(body) | {"message": json.loads(body)["message"] | {"from": {"id": "another"}}}).encode()
    later = bot_on(sandbox, account, services)
    assert len(later.parse(body)) == 1
    assert later.parse(own) == []


def test_a_webhook_in_the_way_needs_a_person(
    bot: ZaloBot, sandbox: Sandbox, account: BotAccount, clock: FixedClock
) -> None:
    """Zalo would answer as if nobody wrote; also if the webhook is set later."""
    webhook_of(sandbox, account, "setWebhook", url=HOOK, secret_token="s3cret-s3cret")
    with pytest.raises(
        NeedsPerson, match=r"'bot' has a webhook, .* delete the webhook with .*, or set the option `mode = webhook`"
    ):
        bot.poll(SECOND)
    bot.delete_webhook()
    assert bot.poll(SECOND) == []
    webhook_of(sandbox, account, "setWebhook", url=HOOK, secret_token="s3cret-s3cret")
    clock.advance(timedelta(hours=1))
    with pytest.raises(NeedsPerson):
        bot.poll(SECOND)


def test_one_process_asks_at_a_time(
    bot: ZaloBot, sandbox: Sandbox, account: BotAccount, services: AdapterServices
) -> None:
    """Another one gets nothing at once and takes nothing away; it is its turn once the first has ended or died."""
    account.person("Thử Văn An").says("một")
    with services.state.lease("poll", timedelta(minutes=1)):
        assert bot.poll(SECOND) == ()
        assert sandbox.calls == []
    assert texts(bot.poll(SECOND)) == ["một"]
    assert bot_on(sandbox, account, services).poll(SECOND) == []


def test_a_dead_platform_is_an_error_and_not_silence(bot: ZaloBot, sandbox: Sandbox) -> None:
    """Only 408 means that nobody wrote; the worker waits longer after an error."""
    bot.poll(SECOND)
    for name in ("lost_before", "server_error", "not_json", "rate_limit", "408"):
        sandbox.fail_next(name, "getUpdates")
        if name == "408":
            assert bot.poll(SECOND) == []
        else:
            with pytest.raises(RetryLater):
                bot.poll(SECOND)
    sandbox.fail_next("expired_token", "getUpdates")
    with pytest.raises(NeedsPerson, match="token"):
        bot.poll(SECOND)


def test_what_came_survives_a_lease_that_can_t_be_given_back(
    bot: ZaloBot, account: BotAccount, services: AdapterServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zalo gives it only once."""

    def fail(_lease: object) -> None:
        raise StorageError("the disk is full")

    account.person("Thử Văn An").says("một")
    monkeypatch.setattr(services.state, "_release", fail)
    assert texts(bot.poll(SECOND)) == ["một"]


class Timed(httpx.BaseTransport):
    """A line to the sandbox that notes how long each answer may take."""

    def __init__(self, sandbox: Sandbox, patience: dict[str, float]) -> None:
        self._line = sandbox.transport()
        self._patience = patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Note it, and pass the request on."""
        self._patience[request.url.path.rpartition("/")[2]] = request.extensions["timeout"]["read"]
        return self._line.handle_request(request)


def test_it_waits_longer_than_zalo_does(sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> None:
    """Or an update could come when nobody listens any more; who asks how it is doing doesn't wait as long."""
    patience: dict[str, float] = {}
    bot = ZaloBot("bot", {"token": account.token}, services, lambda: Timed(sandbox, patience))
    account.person("Thử Văn An").says("một")
    bot.poll(timedelta(seconds=30))
    assert patience["getUpdates"] >= 30 + 5
    assert patience["getMe"] == patience["getWebhookInfo"] == 5


def test_lists_of_updates_are_taken_apart(bot: ZaloBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some clients saw a list where the documentation has one update."""
    updates = [{"event_name": "a", "message": {"text": "một"}}, {"event_name": "b", "message": {"text": "hai"}}]
    monkeypatch.setattr("anninh_zalo.bot.api.BotApi.ask", lambda _self, _call: updates)
    monkeypatch.setattr("anninh_zalo.bot.api.BotApi.webhook", lambda _self: "")
    assert texts(bot.poll(SECOND)) == ["một", "hai"]


def test_it_is_called_with_its_secret(called: ZaloBot, sandbox: Sandbox, account: BotAccount, mailbox: Mailbox) -> None:
    """Once its webhook is set, until it is deleted."""
    called.set_webhook(HOOK)
    account.person("Thử Văn An").says("một")
    sandbox.deliver_due()
    (headers, body) = mailbox.got[0]
    assert headers["x-bot-api-secret-token"] == CALLED["secret"]
    assert len(called.parse(body)) == 1
    called.delete_webhook()
    assert webhook_of(sandbox, account, "getWebhookInfo")["error_code"] == 404


def test_a_webhook_is_set_with_care(bot: ZaloBot, called: ZaloBot, sandbox: Sandbox) -> None:
    """Not for a bot that polls, which it would silence, and not on an open line."""
    with pytest.raises(ConfigurationError, match="mode = webhook first"):
        bot.set_webhook(HOOK)
    with pytest.raises(BadInput, match="https://"):
        called.set_webhook("http://anninh.invalid/hook")
    assert sandbox.calls == []


def findings(bot: ZaloBot) -> dict[str, Level]:
    return {check.name: check.level for check in bot.health()}


def test_health_tells_what_keeps_it_from_hearing(bot: ZaloBot, called: ZaloBot) -> None:
    """A webhook that is missing, or in the way; groups that aren't open to it."""
    assert findings(bot) == {"token": Level.OK, "webhook": Level.OK}
    assert findings(called) == {"token": Level.OK, "groups": Level.WARNING, "webhook": Level.PROBLEM}
    called.set_webhook(HOOK)
    assert findings(bot) == {"token": Level.OK, "webhook": Level.PROBLEM}
    assert findings(called)["webhook"] is Level.OK
    assert HOOK not in str([*bot.health(), *called.health()])


@pytest.mark.parametrize(
    ("failure", "name", "level"),
    [
        ("expired_token", "token", Level.PROBLEM),
        ("lost_before", "platform", Level.WARNING),
        ("server_error", "platform", Level.WARNING),
        ("12345", "token", Level.PROBLEM),
    ],
)
def test_health_doesn_t_raise(bot: ZaloBot, sandbox: Sandbox, failure: str, name: str, level: Level) -> None:
    """What can't be found out is a finding, with something to do."""
    sandbox.fail_next(failure)
    (check,) = bot.health()
    assert (check.name, check.level) == (name, level)
    assert check.todo
