"""Updates for a bot: by polling or by a webhook, never by both."""

import re
import time

from anninh_zalo.testing.bot.bot_call import BotCall
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.state import SandboxBot
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import World

_SECRET = re.compile(r".{8,256}")


def get_updates(asked: BotCall) -> Json:
    """Answer one update, waiting for it; a bot with a webhook gets none.

    The wait is real time, whatever the sandbox's clock says: who asks holds a connection open.
    """
    seconds = str(asked.params.get("timeout", "30"))
    if not seconds.isdecimal():
        raise SandboxRefusal(400, "Bad Request: timeout is not a number")
    until = time.monotonic() + int(seconds)
    while asked.bot.webhook or not asked.bot.updates:
        if not asked.world.changed.wait(until - time.monotonic()):
            raise SandboxRefusal(408, "Request timeout")
    return asked.bot.updates.pop(0)


def set_webhook(asked: BotCall) -> Json:
    """Let updates come to an address."""
    url = asked.text("url")
    secret = str(asked.params.get("secret_token") or "")
    loopback = url.startswith(("http://127.0.0.1", "http://localhost"))
    if not (url.startswith("https://") or loopback):
        raise SandboxRefusal(400, "Bad Request: url must be https")
    if not _SECRET.fullmatch(secret):
        raise SandboxRefusal(400, "Bad Request: secret_token must have 8 to 256 characters")
    asked.bot.webhook = url
    asked.bot.webhook_secret = secret
    asked.bot.webhook_at = asked.world.now()
    return _info(asked.bot)


def delete_webhook(asked: BotCall) -> Json:
    """Let updates be asked for again."""
    asked.bot.webhook = ""
    asked.bot.webhook_at = asked.world.now()
    return _info(asked.bot)


def get_webhook_info(asked: BotCall) -> Json:
    """Answer where updates go."""
    if not asked.bot.webhook:
        raise SandboxRefusal(404, "Not Found")
    return _info(asked.bot)


def probe_webhook(asked: BotCall) -> None:
    """Send a made-up update to the webhook."""
    if not asked.bot.webhook:
        raise SandboxRefusal(404, "Not Found")
    deliver_update(asked.world, asked.bot, {"event_name": "message.unsupported.received", "message": {}})


def deliver_update(world: World, bot: SandboxBot, update: Json) -> None:
    """Hand an update to the bot: to its webhook if it has one."""
    if bot.webhook:
        event = update if world.variants.flat_bot_webhook else {"ok": True, "result": update}
        world.queue.update(bot, event, world.now())
    else:
        bot.updates.append(update)
    world.changed.notify_all()


def _info(bot: SandboxBot) -> Json:
    return {"url": bot.webhook, "updated_at": milliseconds(bot.webhook_at) if bot.webhook_at else 0}
