"""`anninh zalo webhook`: whom the bot platform calls."""

import click

from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.cli.account import with_bot


@click.command()
@click.argument("url", required=False)
@click.option("--delete", is_flag=True, help="Let Zalo call nobody any more, so that the bot can poll.")
@with_bot
def webhook(bot: ZaloBot, url: str | None, *, delete: bool) -> None:
    """Let the bot platform call URL, such as https://example.org/hook/bot.

    An official account's webhook is set in Zalo's developer console instead.
    """
    if delete == bool(url):
        raise click.UsageError("give either a URL or --delete")
    if url:
        bot.set_webhook(url)
        click.echo(f"Zalo calls {url} for the bot {bot.instance!r}.")
    else:
        bot.delete_webhook()
        click.echo(f"Zalo calls nobody for the bot {bot.instance!r}; it can poll.")
