from typing import Any

import httpx
import pytest
from tests.zalo.sandbox.conftest import Mailbox

from anninh_core.kernel.errors import BadInput
from anninh_core.testing import FixedClock
from anninh_zalo.testing import BotAccount, Sandbox, Variants

HOOK = {"url": "https://anninh.invalid/bot", "secret_token": "secret-secret"}


@pytest.fixture
def bot(sandbox: Sandbox) -> BotAccount:
    return sandbox.bot("Bot Thử")


def ask(sandbox: Sandbox, bot: BotAccount, method: str, **params: Any) -> Any:
    with httpx.Client(transport=sandbox.transport()) as client:
        return client.post(f"https://bot-api.zaloplatforms.com/bot{bot.token}/{method}", json=params).json()


def test_a_bot_hears_and_answers(sandbox: Sandbox, bot: BotAccount) -> None:
    """One update at a time, then nothing; the answer arrives in the chat."""
    chat = bot.person("Thử Văn An")
    chat.says("chào")
    update = ask(sandbox, bot, "getUpdates", timeout="0")["result"]
    empty = ask(sandbox, bot, "getUpdates", timeout="0")
    sent = ask(sandbox, bot, "sendMessage", chat_id=update["message"]["chat"]["id"], text="dạ")

    assert (update["event_name"], update["message"]["text"]) == ("message.text.received", "chào")
    assert (empty["ok"], empty["error_code"]) == (False, 408)
    assert [message.id for message in chat.heard] == [sent["result"]["message_id"]]


@pytest.mark.parametrize("flat", [True, False])
def test_a_chat_comes_in_either_shape(clock: FixedClock, flat: bool) -> None:
    """As an object of its own, or in fields of the message."""
    sandbox = Sandbox(clock, manners=Variants(flat_bot_chat=flat))
    bot = sandbox.bot("Bot Thử")
    group = bot.group("Tổ 1")
    bot.member(group, "Thử Văn An").says("@Bot Thử chào")
    message = ask(sandbox, bot, "getUpdates", timeout="0")["result"]["message"]
    shown = {name: message[name] for name in ("chat", "chat_id", "chat_type") if name in message}

    if flat:
        assert shown == {"chat_id": group, "chat_type": "GROUP"}
    else:
        assert shown == {"chat": {"id": group, "chat_type": "GROUP"}}


@pytest.mark.parametrize("flat", [True, False])
def test_a_webhook_silences_updates(clock: FixedClock, mailbox: Mailbox, flat: bool) -> None:
    """With a webhook, updates go there with the secret, bare or wrapped, and asking gives nothing."""
    sandbox = Sandbox(clock, manners=Variants(flat_bot_webhook=flat), post=mailbox)
    bot = sandbox.bot("Bot Thử")
    none = ask(sandbox, bot, "getWebhookInfo")
    ask(sandbox, bot, "setWebhook", **HOOK)
    bot.person("Thử Văn An").says("chào")
    sandbox.deliver_due()
    _, headers, _ = mailbox.got[0]

    assert none["error_code"] == 404
    assert headers["x-bot-api-secret-token"] == HOOK["secret_token"]
    assert ("result" in mailbox.events[0]) is not flat
    assert ask(sandbox, bot, "getUpdates", timeout="0")["error_code"] == 408


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
    """HTTP 200 with `ok` false and a code; method names count case."""
    chat = bot.person("Thử Văn An")

    assert ask(sandbox, bot, method, **{"chat_id": chat.chat_id, **params})["error_code"] == code


def test_all_kinds_go(sandbox: Sandbox, bot: BotAccount) -> None:
    """Pictures, stickers, recordings and "typing" go too."""
    chat = bot.person("Thử Văn An").chat_id
    calls = {
        "sendPhoto": {"photo": "https://x.invalid/a.png", "caption": "xem"},
        "sendSticker": {"sticker": "1"},
        "sendVoice": {"voice_url": "https://x.invalid/a.aac"},
        "sendChatAction": {"action": "typing"},
    }

    assert all(ask(sandbox, bot, method, chat_id=chat, **params)["ok"] for method, params in calls.items())


def test_in_a_group_a_bot_hears_mentions_only(sandbox: Sandbox, bot: BotAccount) -> None:
    """What doesn't mention the bot never reaches it."""
    member = bot.member(bot.group("Tổ 1"), "Thử Văn An")
    member.says("chào cả tổ")
    member.says("@Bot Thử chào")

    assert ask(sandbox, bot, "getUpdates", timeout="0")["result"]["message"]["chat"]["chat_type"] == "GROUP"
    assert ask(sandbox, bot, "getUpdates", timeout="0")["error_code"] == 408


def test_another_token_is_nobody(sandbox: Sandbox, bot: BotAccount) -> None:
    """A wrong token gets 401."""
    with httpx.Client(transport=sandbox.transport()) as client:
        assert client.get("https://bot-api.zaloplatforms.com/bot1:x/getMe").json()["error_code"] == 401


def test_a_bot_is_called_bot(sandbox: Sandbox) -> None:
    """The platform takes no other names."""
    with pytest.raises(BadInput, match="Bot"):
        sandbox.bot("Thử")
