"""The command `anninh zalo webhook`, for the address that the bot platform calls."""

from gettext import gettext as _

import click

from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.cli.account import with_bot
from anninh_zalo.cli.output import echo_json, json_option


@click.command()
@click.argument("url", required=False)
@click.option("--delete", is_flag=True, help="Remove the bot's webhook at Zalo, so that the bot can poll.")
@json_option
@with_bot
def webhook(bot: ZaloBot, url: str | None, *, delete: bool, as_json: bool) -> None:
    """Let the bot platform call URL, such as https://example.org/hook/bot.

    An official account's webhook is set in Zalo's developer console instead.
    """
    if delete == bool(url):
        raise click.UsageError(_("give either a URL or --delete"))
    if url:
        bot.set_webhook(url)
        message = _("Zalo calls {url} for the bot {bot!r}.").format(url=url, bot=bot.instance)
    else:
        bot.delete_webhook()
        message = _("The bot {bot!r} has no webhook at Zalo; it can poll.").format(bot=bot.instance)
    if as_json:
        echo_json({"bot": bot.instance, "url": url})
    else:
        click.echo(message)
