"""Updates (events) for a bot, which it gets by polling or by a webhook, never by both."""

import re
import time

from anninh_zalo.testing.bot.bot_call import BotCall
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.state import SandboxBot
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import World

_SECRET = re.compile(r".{8,256}")


def get_updates(call: BotCall) -> Json:
    """Wait for an update and return it; a bot with a webhook gets none.

    The wait is real time, whatever the sandbox's clock: the caller holds a connection open.
    """
    seconds = str(call.params.get("timeout", "30"))
    if not seconds.isdecimal():
        raise SandboxRefusal(400, "Bad Request: timeout is not a number")
    until = time.monotonic() + int(seconds)
    while call.bot.webhook or not call.bot.updates:
        if not call.world.changed.wait(until - time.monotonic()):
            raise SandboxRefusal(408, "Request timeout")
    return call.bot.updates.pop(0)


def set_webhook(call: BotCall) -> Json:
    """Register an address as the bot's webhook."""
    url = call.text("url")
    secret = str(call.params.get("secret_token") or "")
    loopback = url.startswith(("http://127.0.0.1", "http://localhost"))
    if not (url.startswith("https://") or loopback):
        raise SandboxRefusal(400, "Bad Request: url must be https")
    if not _SECRET.fullmatch(secret):
        raise SandboxRefusal(400, "Bad Request: secret_token must have 8 to 256 characters")
    call.bot.webhook = url
    call.bot.webhook_secret = secret
    call.bot.webhook_at = call.world.now()
    return _webhook_json(call.bot)


def delete_webhook(call: BotCall) -> Json:
    """Remove the bot's webhook, so that it can poll again."""
    call.bot.webhook = ""
    call.bot.webhook_at = call.world.now()
    return _webhook_json(call.bot)


def get_webhook_info(call: BotCall) -> Json:
    """Return the data of the bot's webhook."""
    if not call.bot.webhook:
        raise SandboxRefusal(404, "Not Found")
    return _webhook_json(call.bot)


def probe_webhook(call: BotCall) -> None:
    """Send a made-up update to the bot's webhook, as a test."""
    if not call.bot.webhook:
        raise SandboxRefusal(404, "Not Found")
    deliver_update(call.world, call.bot, {"event_name": "message.unsupported.received", "message": {}})


def deliver_update(world: World, bot: SandboxBot, update: Json) -> None:
    """Deliver an update to the bot: to its webhook, or to its next poll."""
    if bot.webhook:
        event = update if world.variants.flat_bot_webhook else {"ok": True, "result": update}
        world.queue.queue_update(bot, event, world.now())
    else:
        bot.updates.append(update)
    world.changed.notify_all()


def _webhook_json(bot: SandboxBot) -> Json:
    return {"url": bot.webhook, "updated_at": to_milliseconds(bot.webhook_at) if bot.webhook_at else 0}
