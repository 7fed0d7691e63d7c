"""Health checks of a bot, from Zalo's API."""

from collections.abc import Iterator

from anninh_core.kernel.errors import DeliveryError, NeedsPerson
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.bot.api import BotApi
from anninh_zalo.bot.options import BotOptions, UpdateMode


def iter_checks(api: BotApi, options: BotOptions) -> Iterator[Check]:
    """Yield a bot's health checks for an operator; makes two calls to Zalo."""
    try:
        me = api.me()
        yield ok("token", "Zalo accepts the bot's token.")
        if options.groups and not me.joins_groups:
            todo = Sentence("Wait until Zalo opens groups to the bot, or set the option groups = no.")
            yield warning("groups", "The option groups = yes is set, but Zalo doesn't let this bot into groups.", todo)
        yield _check_webhook(api.webhook(), options.mode)
    except NeedsPerson as error:
        yield problem("token", error.sentence, Sentence("Correct the cause, then run the check again."))
    except DeliveryError as error:
        yield warning(
            "platform",
            Sentence("Zalo can't be asked now. {reason}", reason=error),
            "Check that this machine can reach Zalo.",
        )


def _check_webhook(url: str, mode: UpdateMode) -> Check:
    """Check that events can arrive. The webhook's address isn't shown, as it may be confidential."""
    if mode is UpdateMode.POLLING and url:
        todo = Sentence("Delete the webhook with `anninh zalo webhook --delete`, or set the option mode = webhook.")
        return problem("webhook", "The bot has a webhook, so polling returns nothing.", todo)
    if mode is UpdateMode.WEBHOOK and not url:
        return problem(
            "webhook", "The bot has no webhook, so no events arrive.", "Set the webhook with `anninh zalo webhook URL`."
        )
    return ok("webhook", "Events arrive by webhook." if url else "The bot polls Zalo for events.")
