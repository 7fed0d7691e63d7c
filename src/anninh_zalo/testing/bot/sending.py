"""The sandbox's handlers for the calls with which a bot sends a message."""

from anninh_zalo.testing.bot.bot_call import BotCall
from anninh_zalo.testing.clock import VIETNAM, to_milliseconds
from anninh_zalo.testing.state import SandboxMessage
from anninh_zalo.testing.wire import Json, SandboxRefusal


def get_me(call: BotCall) -> Json:
    """Return the bot's id and abilities."""
    return {"id": call.bot.id, "account_name": call.bot.name, "account_type": "BASIC", "can_join_groups": False}


def send_message(call: BotCall) -> Json:
    """Send a text to a chat of the bot."""
    return _send_content(call, "text", call.text("text"))


def send_photo(call: BotCall) -> Json:
    """Send a picture to a chat of the bot, by the picture's address."""
    url = _require_url(call, "photo")
    caption = call.params.get("caption")
    return _send_content(call, "image", call.text("caption") if caption else "", url)


def send_sticker(call: BotCall) -> Json:
    """Send a sticker to a chat of the bot, by the sticker's id."""
    return _send_content(call, "sticker", "", call.text("sticker"))


def send_voice(call: BotCall) -> Json:
    """Send a recording to a chat, by its address; in a group the call succeeds, but the recording doesn't arrive."""
    url = _require_url(call, "voice_url")
    chat = call.text("chat_id")
    if not url.endswith(".aac"):
        raise SandboxRefusal(400, "Bad Request: voice_url must end with .aac")
    _, group = call.bot.chats.get(chat, ("", False))
    return _send_content(call, "audio", "", url, arrives=not group)


def send_chat_action(call: BotCall) -> None:
    """Show in a chat that the bot is typing."""
    _require_chat(call)
    if call.params.get("action") not in ("typing", "upload_photo"):
        raise SandboxRefusal(400, "Bad Request: action must be typing")


def _require_url(call: BotCall, name: str) -> str:
    url = call.text(name)
    if not url.startswith(("http://", "https://")):
        raise SandboxRefusal(400, f"Bad Request: {name} is not an address")
    return url


def _require_chat(call: BotCall) -> str:
    chat = call.text("chat_id")
    if chat not in call.bot.chats:
        raise SandboxRefusal(404, "Not Found: chat not found")
    return chat


def _send_content(call: BotCall, kind: str, text: str, url: str = "", *, arrives: bool = True) -> Json:
    chat = _require_chat(call)
    bot = call.bot
    now = call.world.now()
    month = now.astimezone(VIETNAM).strftime("%Y-%m")
    if bot.spent[month] >= bot.monthly:
        raise SandboxRefusal(429, "Quota exceeded")
    bot.spent[month] += 1
    attachments = ({"type": kind, "payload": {"url": url}},) if url else ()
    message = SandboxMessage(
        id=call.world.ids.hex("bot message"),
        at=now,
        conversation=chat,
        author=bot.id,
        kind=kind,
        text=text,
        attachments=attachments,
        group=bot.chats[chat][1],
    )
    if arrives:
        bot.heard.setdefault(chat, []).append(message)
        call.world.changed.notify_all()
    return {"message_id": message.id, "date": to_milliseconds(now)}
