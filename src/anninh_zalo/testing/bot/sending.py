"""What a bot can say."""

from anninh_zalo.testing.bot.bot_call import BotCall
from anninh_zalo.testing.clock import VIETNAM, milliseconds
from anninh_zalo.testing.state import SandboxMessage
from anninh_zalo.testing.wire import Json, SandboxRefusal


def get_me(asked: BotCall) -> Json:
    """Answer who the bot is."""
    return {"id": asked.bot.id, "account_name": asked.bot.name, "account_type": "BASIC", "can_join_groups": False}


def send_message(asked: BotCall) -> Json:
    """Send a text."""
    return _send(asked, "text", asked.text("text"))


def send_photo(asked: BotCall) -> Json:
    """Send a picture by its address."""
    url = _url(asked, "photo")
    caption = asked.params.get("caption")
    return _send(asked, "image", asked.text("caption") if caption else "", url)


def send_sticker(asked: BotCall) -> Json:
    """Send a sticker by its id."""
    return _send(asked, "sticker", "", asked.text("sticker"))


def send_voice(asked: BotCall) -> Json:
    """Send a recording by its address; in a group it seems to work, but nobody hears it."""
    url = _url(asked, "voice_url")
    chat = asked.text("chat_id")
    if not url.endswith(".aac"):
        raise SandboxRefusal(400, "Bad Request: voice_url must end with .aac")
    _, group = asked.bot.chats.get(chat, ("", False))
    return _send(asked, "audio", "", url, heard=not group)


def send_chat_action(asked: BotCall) -> None:
    """Show that the bot is typing."""
    _chat(asked)
    if asked.params.get("action") not in ("typing", "upload_photo"):
        raise SandboxRefusal(400, "Bad Request: action must be typing")


def _url(asked: BotCall, name: str) -> str:
    url = asked.text(name)
    if not url.startswith(("http://", "https://")):
        raise SandboxRefusal(400, f"Bad Request: {name} is not an address")
    return url


def _chat(asked: BotCall) -> str:
    chat = asked.text("chat_id")
    if chat not in asked.bot.chats:
        raise SandboxRefusal(404, "Not Found: chat not found")
    return chat


def _send(asked: BotCall, kind: str, text: str, url: str = "", *, heard: bool = True) -> Json:
    chat = _chat(asked)
    bot = asked.bot
    now = asked.world.now()
    month = now.astimezone(VIETNAM).strftime("%Y-%m")
    if bot.spent[month] >= bot.monthly:
        raise SandboxRefusal(429, "Quota exceeded")
    bot.spent[month] += 1
    attachments = ({"type": kind, "payload": {"url": url}},) if url else ()
    message = SandboxMessage(
        id=asked.world.ids.hex("bot message"),
        at=now,
        conversation=chat,
        author=bot.id,
        kind=kind,
        text=text,
        attachments=attachments,
        group=bot.chats[chat][1],
    )
    if heard:
        bot.heard.setdefault(chat, []).append(message)
        asked.world.changed.notify_all()
    return {"message_id": message.id, "date": milliseconds(now)}
