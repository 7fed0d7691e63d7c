from typing import Any

import httpx
import pytest
from tests.zalo.sandbox.conftest import WebhookRecorder

from anninh_core.kernel.errors import BadInput
from anninh_core.testing import FixedClock
from anninh_zalo.testing import BotAccount, Sandbox, Variants

HOOK = {"url": "https://anninh.invalid/bot", "secret_token": "secret-secret"}


@pytest.fixture
def bot(sandbox: Sandbox) -> BotAccount:
    return sandbox.bot("Bot Thử")


def call_bot_method(sandbox: Sandbox, bot: BotAccount, method: str, **params: Any) -> Any:
    with httpx.Client(transport=sandbox.transport()) as client:
        return client.post(f"https://bot-api.zaloplatforms.com/bot{bot.token}/{method}", json=params).json()


def test_bot_gets_updates_and_sends_replies(sandbox: Sandbox, bot: BotAccount) -> None:
    """A bot gets one update at a time, then none, and its reply arrives in the chat."""
    chat = bot.person("Thử Văn An")
    chat.says("chào")
    update = call_bot_method(sandbox, bot, "getUpdates", timeout="0")["result"]
    empty = call_bot_method(sandbox, bot, "getUpdates", timeout="0")
    sent = call_bot_method(sandbox, bot, "sendMessage", chat_id=update["message"]["chat"]["id"], text="dạ")

    assert (update["event_name"], update["message"]["text"]) == ("message.text.received", "chào")
    assert (empty["ok"], empty["error_code"]) == (False, 408)
    assert [message.id for message in chat.heard] == [sent["result"]["message_id"]]


@pytest.mark.parametrize("flat", [True, False])
def test_chat_has_either_form(clock: FixedClock, flat: bool) -> None:
    """An update has its chat as an object or in single fields of the message."""
    sandbox = Sandbox(clock, manners=Variants(flat_bot_chat=flat))
    bot = sandbox.bot("Bot Thử")
    group = bot.group("Tổ 1")
    bot.member(group, "Thử Văn An").says("@Bot Thử chào")
    message = call_bot_method(sandbox, bot, "getUpdates", timeout="0")["result"]["message"]
    chat_fields = {name: message[name] for name in ("chat", "chat_id", "chat_type") if name in message}

    if flat:
        assert chat_fields == {"chat_id": group, "chat_type": "GROUP"}
    else:
        assert chat_fields == {"chat": {"id": group, "chat_type": "GROUP"}}


@pytest.mark.parametrize("flat", [True, False])
def test_webhook_replaces_updates(clock: FixedClock, webhook_recorder: WebhookRecorder, flat: bool) -> None:
    """If a bot has a webhook, updates are delivered there with the secret, bare or wrapped, and `getUpdates` returns
    none.
    """
    sandbox = Sandbox(clock, manners=Variants(flat_bot_webhook=flat), post=webhook_recorder)
    bot = sandbox.bot("Bot Thử")
    info_before = call_bot_method(sandbox, bot, "getWebhookInfo")
    call_bot_method(sandbox, bot, "setWebhook", **HOOK)
    bot.person("Thử Văn An").says("chào")
    sandbox.deliver_due()
    _, headers, _ = webhook_recorder.got[0]

    assert info_before["error_code"] == 404
    assert headers["x-bot-api-secret-token"] == HOOK["secret_token"]
    assert ("result" in webhook_recorder.parsed_events[0]) is not flat
    assert call_bot_method(sandbox, bot, "getUpdates", timeout="0")["error_code"] == 408


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("sendMessage", {"text": "a" * 2001}, 400),
        ("sendMessage", {"text": ""}, 400),
        ("sendMessage", {"chat_id": "0", "text": "chào"}, 404),
        ("sendPhoto", {"photo": "no address"}, 400),
        ("setWebhook", {"url": "http://anninh.invalid", "secret_token": "secret-secret"}, 400),
        ("setWebhook", {"url": "https://anninh.invalid", "secret_token": "short"}, 400),
        ("sendmessage", {"text": "chào"}, 404),
    ],
)
def test_wrong_calls_are_refused(
    sandbox: Sandbox, bot: BotAccount, method: str, params: dict[str, str], code: int
) -> None:
    """A wrong call of a bot method gets HTTP 200 with `ok` false and a code; method names are case-sensitive."""
    chat = bot.person("Thử Văn An")

    assert call_bot_method(sandbox, bot, method, **{"chat_id": chat.chat_id, **params})["error_code"] == code


def test_all_message_kinds_are_accepted(sandbox: Sandbox, bot: BotAccount) -> None:
    """A bot can send pictures, stickers, voice messages and the typing action."""
    chat = bot.person("Thử Văn An").chat_id
    calls = {
        "sendPhoto": {"photo": "https://x.invalid/a.png", "caption": "xem"},
        "sendSticker": {"sticker": "1"},
        "sendVoice": {"voice_url": "https://x.invalid/a.aac"},
        "sendChatAction": {"action": "typing"},
    }

    assert all(call_bot_method(sandbox, bot, method, chat_id=chat, **params)["ok"] for method, params in calls.items())


def test_bot_gets_only_mentions_in_groups(sandbox: Sandbox, bot: BotAccount) -> None:
    """In a group only messages that mention the bot reach it."""
    member = bot.member(bot.group("Tổ 1"), "Thử Văn An")
    member.says("chào cả tổ")
    member.says("@Bot Thử chào")

    assert call_bot_method(sandbox, bot, "getUpdates", timeout="0")["result"]["message"]["chat"]["chat_type"] == "GROUP"
    assert call_bot_method(sandbox, bot, "getUpdates", timeout="0")["error_code"] == 408


def test_wrong_bot_token_gets_401(sandbox: Sandbox, bot: BotAccount) -> None:
    """A wrong bot token gets the code 401."""
    with httpx.Client(transport=sandbox.transport()) as client:
        assert client.get("https://bot-api.zaloplatforms.com/bot1:x/getMe").json()["error_code"] == 401


def test_bot_name_must_begin_with_bot(sandbox: Sandbox) -> None:
    """A bot's name must begin with "Bot"."""
    with pytest.raises(BadInput, match="Bot"):
        sandbox.bot("Thử")
