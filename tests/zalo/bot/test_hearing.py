"""A bot receives events by polling or by a webhook."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zalo.bot.conftest import CALLED, HOOK, WebhookRecorder, build_bot

from anninh_core.kernel.errors import BadInput, ConfigurationError, NeedsPerson, RetryLater, StorageError, Unsupported
from anninh_core.ports.health import Level, TellsHealth
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.platform import Paced, Polls
from anninh_core.testing import FixedClock
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.testing import BotAccount, Sandbox

pytestmark = pytest.mark.slow  # These tests are slow, because they wait for polls as long as the platform does.

SECOND = timedelta(seconds=1)


def list_texts(bodies: Sequence[bytes]) -> list[str]:
    return [json.loads(body)["message"]["text"] for body in bodies]


def call_webhook_method(sandbox: Sandbox, account: BotAccount, method: str, **params: str) -> Any:
    with httpx.Client(transport=sandbox.transport()) as client:
        return client.post(f"https://bot-api.zaloplatforms.com/bot{account.token}/{method}", json=params).json()


def list_called_methods(sandbox: Sandbox) -> list[str]:
    """Return the API methods that the bot called, in order."""
    return [path.rpartition("/")[2] for _, path in sandbox.calls]


def test_bot_implements_the_abilities(bot: ZaloBot, webhook_bot: ZaloBot) -> None:
    """The messenger of a bot implements the ports `Polls`, `Paced` and `TellsHealth`, and polls unless it has a
    webhook.
    """
    assert isinstance(bot, Polls)
    assert isinstance(bot, Paced)
    assert isinstance(bot, TellsHealth)
    assert bot.polls
    assert not webhook_bot.polls
    with pytest.raises(Unsupported, match="mode = polling"):
        webhook_bot.poll(SECOND)


def test_updates_are_polled_one_by_one(bot: ZaloBot, account: BotAccount, sandbox: Sandbox) -> None:
    """Each update is polled once, and the bot checks for a webhook and its identity only once."""
    chat = account.person("Thử Văn An")
    chat.says("một")
    chat.says("hai")
    assert [list_texts(bot.poll(SECOND)) for _ in range(3)] == [["một"], ["hai"], []]
    assert list_called_methods(sandbox) == ["getWebhookInfo", "getMe", *["getUpdates"] * 3]


def test_bot_learns_its_id(bot: ZaloBot, sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> None:
    """The bot id that Zalo returns marks the bot's own messages in every process, although the token has another
    number.
    """
    account.bot.id = "another"
    bot.poll(timedelta())
    account.person("Thử Văn An").says("chào")
    (body,) = bot.poll(SECOND)
    own = json.dumps(json.loads(body) | {"message": json.loads(body)["message"] | {"from": {"id": "another"}}}).encode()
    other_process = build_bot(sandbox, account, services)
    assert len(other_process.parse(body)) == 1
    assert other_process.parse(own) == []


def test_polling_with_a_webhook_needs_a_person(
    bot: ZaloBot, sandbox: Sandbox, account: BotAccount, clock: FixedClock
) -> None:
    """Polling while a webhook is registered, even if only later, raises `NeedsPerson`, because Zalo would return no
    updates.
    """
    call_webhook_method(sandbox, account, "setWebhook", url=HOOK, secret_token="s3cret-s3cret")
    with pytest.raises(
        NeedsPerson, match=r"'bot' has a webhook, .* delete the webhook with .*, or set the option `mode = webhook`"
    ):
        bot.poll(SECOND)
    bot.delete_webhook()
    assert bot.poll(SECOND) == []
    call_webhook_method(sandbox, account, "setWebhook", url=HOOK, secret_token="s3cret-s3cret")
    clock.advance(timedelta(hours=1))
    with pytest.raises(NeedsPerson):
        bot.poll(SECOND)


def test_one_process_polls_at_a_time(
    bot: ZaloBot, sandbox: Sandbox, account: BotAccount, services: AdapterServices
) -> None:
    """While one process polls, another gets no updates and takes none away; it can poll once the lease has ended."""
    account.person("Thử Văn An").says("một")
    with services.state.lease("poll", timedelta(minutes=1)):
        assert bot.poll(SECOND) == ()
        assert sandbox.calls == []
    assert list_texts(bot.poll(SECOND)) == ["một"]
    assert build_bot(sandbox, account, services).poll(SECOND) == []


def test_failed_poll_is_an_error(bot: ZaloBot, sandbox: Sandbox) -> None:
    """A failed poll is an error, and only code 408 means that there are no updates."""
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


def test_update_survives_a_failed_release(
    bot: ZaloBot, account: BotAccount, services: AdapterServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update that was polled survives a lease that can't be released, because Zalo returns each update only once."""

    def raise_storage_error(_lease: object) -> None:
        raise StorageError("the disk is full")

    account.person("Thử Văn An").says("một")
    monkeypatch.setattr(services.state, "_release", raise_storage_error)
    assert list_texts(bot.poll(SECOND)) == ["một"]


class TimeoutRecorder(httpx.BaseTransport):
    """A transport to the sandbox that records the read timeout of each method."""

    def __init__(self, sandbox: Sandbox, patience: dict[str, float]) -> None:
        self._line = sandbox.transport()
        self._patience = patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Record the read timeout, and pass the request on."""
        self._patience[request.url.path.rpartition("/")[2]] = request.extensions["timeout"]["read"]
        return self._line.handle_request(request)


def test_poll_timeout_exceeds_zalos(sandbox: Sandbox, account: BotAccount, services: AdapterServices) -> None:
    """The read timeout of a poll is longer than Zalo waits, so that no update is lost; other calls have a shorter
    one.
    """
    patience: dict[str, float] = {}
    bot = ZaloBot("bot", {"token": account.token}, services, lambda: TimeoutRecorder(sandbox, patience))
    account.person("Thử Văn An").says("một")
    bot.poll(timedelta(seconds=30))
    assert patience["getUpdates"] >= 30 + 5
    assert patience["getMe"] == patience["getWebhookInfo"] == 5


def test_list_of_updates_is_split(bot: ZaloBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of updates is split into single updates: some clients got a list where the documentation has a single
    update.
    """
    updates = [{"event_name": "a", "message": {"text": "một"}}, {"event_name": "b", "message": {"text": "hai"}}]
    monkeypatch.setattr("anninh_zalo.bot.api.BotApi.ask", lambda _self, _call: updates)
    monkeypatch.setattr("anninh_zalo.bot.api.BotApi.webhook", lambda _self: "")
    assert list_texts(bot.poll(SECOND)) == ["một", "hai"]


def test_webhook_gets_the_secret(
    webhook_bot: ZaloBot, sandbox: Sandbox, account: BotAccount, webhook_recorder: WebhookRecorder
) -> None:
    """A registered webhook gets events with the secret, until it is deleted."""
    webhook_bot.set_webhook(HOOK)
    account.person("Thử Văn An").says("một")
    sandbox.deliver_due()
    (headers, body) = webhook_recorder.got[0]
    assert headers["x-bot-api-secret-token"] == CALLED["secret"]
    assert len(webhook_bot.parse(body)) == 1
    webhook_bot.delete_webhook()
    assert call_webhook_method(sandbox, account, "getWebhookInfo")["error_code"] == 404


def test_unsuitable_webhook_is_refused(bot: ZaloBot, webhook_bot: ZaloBot, sandbox: Sandbox) -> None:
    """A webhook is refused for a bot with polling, which then would get no updates, and for an address without
    https.
    """
    with pytest.raises(ConfigurationError, match="mode = webhook first"):
        bot.set_webhook(HOOK)
    with pytest.raises(BadInput, match="https://"):
        webhook_bot.set_webhook("http://anninh.invalid/hook")
    assert sandbox.calls == []


def list_finding_levels(bot: ZaloBot) -> dict[str, Level]:
    return {check.name: check.level for check in bot.health()}


def test_health_reports_reception_problems(bot: ZaloBot, webhook_bot: ZaloBot) -> None:
    """The health check reports a missing webhook, a webhook of a bot with polling, and groups that aren't enabled."""
    assert list_finding_levels(bot) == {"token": Level.OK, "webhook": Level.OK}
    assert list_finding_levels(webhook_bot) == {"token": Level.OK, "groups": Level.WARNING, "webhook": Level.PROBLEM}
    webhook_bot.set_webhook(HOOK)
    assert list_finding_levels(bot) == {"token": Level.OK, "webhook": Level.PROBLEM}
    assert list_finding_levels(webhook_bot)["webhook"] is Level.OK
    assert HOOK not in str([*bot.health(), *webhook_bot.health()])


@pytest.mark.parametrize(
    ("failure", "name", "level"),
    [
        ("expired_token", "token", Level.PROBLEM),
        ("lost_before", "platform", Level.WARNING),
        ("server_error", "platform", Level.WARNING),
        ("12345", "token", Level.PROBLEM),
    ],
)
def test_failed_health_check_is_a_finding(
    bot: ZaloBot, sandbox: Sandbox, failure: str, name: str, level: Level
) -> None:
    """A failed call of the health check is a finding with a remedy."""
    sandbox.fail_next(failure)
    (check,) = bot.health()
    assert (check.name, check.level) == (name, level)
    assert check.todo
