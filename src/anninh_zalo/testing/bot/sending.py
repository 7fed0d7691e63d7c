"""What a bot can say."""

from anninh_zalo.testing.bot.asked import Asked
from anninh_zalo.testing.clock import VIETNAM, milliseconds
from anninh_zalo.testing.state import Message
from anninh_zalo.testing.wire import Json, Refused


def get_me(asked: Asked) -> Json:
    """Answer who the bot is."""
    return {"id": asked.bot.id, "account_name": asked.bot.name, "account_type": "BASIC", "can_join_groups": False}


def send_message(asked: Asked) -> Json:
    """Send a text."""
    return _send(asked, "text", asked.text("text"))


def send_photo(asked: Asked) -> Json:
    """Send a picture by its address."""
    url, caption = _url(asked, "photo"), asked.params.get("caption")
    return _send(asked, "image", asked.text("caption") if caption else "", url)


def send_sticker(asked: Asked) -> Json:
    """Send a sticker by its id."""
    return _send(asked, "sticker", "", asked.text("sticker"))


def send_voice(asked: Asked) -> Json:
    """Send a recording by its address; in a group it seems to work, but nobody hears it."""
    url, chat = _url(asked, "voice_url"), asked.text("chat_id")
    if not url.endswith(".aac"):
        raise Refused(400, "Bad Request: voice_url must end with .aac")
    _, group = asked.bot.chats.get(chat, ("", False))
    return _send(asked, "audio", "", url, heard=not group)


def send_chat_action(asked: Asked) -> None:
    """Show that the bot is typing."""
    _chat(asked)
    if asked.params.get("action") not in ("typing", "upload_photo"):
        raise Refused(400, "Bad Request: action must be typing")


def _url(asked: Asked, name: str) -> str:
    url = asked.text(name)
    if not url.startswith(("http://", "https://")):
        raise Refused(400, f"Bad Request: {name} is not an address")
    return url


def _chat(asked: Asked) -> str:
    chat = asked.text("chat_id")
    if chat not in asked.bot.chats:
        raise Refused(404, "Not Found: chat not found")
    return chat


def _send(asked: Asked, kind: str, text: str, url: str = "", *, heard: bool = True) -> Json:
    chat, bot, now = _chat(asked), asked.bot, asked.world.now()
    month = now.astimezone(VIETNAM).strftime("%Y-%m")
    if bot.spent[month] >= bot.monthly:
        raise Refused(429, "Quota exceeded")
    bot.spent[month] += 1
    attachments = ({"type": kind, "payload": {"url": url}},) if url else ()
    sent = Message(
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
        bot.heard.setdefault(chat, []).append(sent)
        asked.world.changed.notify_all()
    return {"message_id": sent.id, "date": milliseconds(now)}
