"""How a bot is doing, as far as Zalo tells."""

from collections.abc import Iterator

from anninh_core.kernel.errors import DeliveryError, NeedsPerson
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.bot.api import BotApi
from anninh_zalo.bot.options import BotOptions, UpdateMode


def checks(api: BotApi, options: BotOptions) -> Iterator[Check]:
    """Yield what an operator should know; asks Zalo twice."""
    try:
        me = api.me()
        yield ok("token", "Zalo takes the bot's token")
        if options.groups and not me.joins_groups:
            todo = "wait until Zalo opens groups to it, or set the option groups = no"
            yield warning("groups", "groups = yes, but Zalo lets this bot into no groups", todo)
        yield _webhook_check(api.webhook(), options.mode)
    except NeedsPerson as error:
        message, _, todo = str(error).partition("; ")
        yield problem("token", message, todo)
    except DeliveryError as error:
        yield warning("platform", f"Zalo can't be asked now: {error}", "see that the machine reaches it")


def _webhook_check(url: str, mode: UpdateMode) -> Check:
    """Judge whether events come in; the address isn't told, as it may be meant to be known to few."""
    if mode is UpdateMode.POLLING and url:
        todo = "delete it (anninh zalo webhook --delete), or set the option mode = webhook"
        return problem("webhook", "the bot has a webhook, so polling gives nothing", todo)
    if mode is UpdateMode.WEBHOOK and not url:
        return problem("webhook", "the bot has no webhook, so nothing comes in", "set it: anninh zalo webhook URL")
    return ok("webhook", "events come by webhook" if url else "events are asked for")
