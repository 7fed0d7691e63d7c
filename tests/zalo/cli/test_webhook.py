"""The command `anninh zalo webhook` registers the address that the bot platform calls."""

import json
from collections.abc import Callable

from tests.zalo.cli.conftest import AccountFolder, Run

from anninh_zalo.testing.simulation.bots import BotAccount

URL = "https://anninh.example/hook/bot"


def add_bot(office: AccountFolder, **extra: str) -> BotAccount:
    """Add a bot of the sandbox to the settings."""
    bot = office.serving.sandbox.bot("Bot thử")
    options = {"token": bot.token, "base": office.serving.base("bot-api"), **extra}
    quoted = ", ".join(f"{name} = {json.dumps(value)}" for name, value in options.items())
    path = office.folder / "anninh.toml"
    table = f'\n[messengers.bot]\ntype = "zalo_bot"\noptions = {{ {quoted} }}\n'
    path.write_text(path.read_text(encoding="utf-8") + table, encoding="utf-8")
    return bot


def test_webhook_is_set_and_deleted(office: AccountFolder, run: Run) -> None:
    """The command registers the bot's webhook at Zalo, and deletes it with `--delete`."""
    bot = add_bot(office, mode="webhook", secret="of-your-own-making")

    assert run("webhook", URL).output == f"Zalo calls {URL} for the bot 'bot'.\n"
    assert bot.bot.webhook == URL
    assert "it can poll" in run("webhook", "--delete").output
    assert bot.bot.webhook == ""


def test_wrong_webhook_arguments_are_refused(office: AccountFolder, run: Run) -> None:
    """The command is refused with a remedy if both or neither of URL and `--delete` are given, if the bot polls, and if
    there is no bot.
    """
    run_webhook: Callable[..., str] = lambda *words: run("webhook", *words).output  # noqa: E731  a name for one question
    assert "The settings have no bot: add the plugin 'zalo', and a section `[messengers.NAME]` for it." in run_webhook(
        URL
    )
    add_bot(office)
    assert "give either a URL or --delete" in run_webhook()
    assert "give either a URL or --delete" in run_webhook(URL, "--delete")
    assert "set the option mode = webhook first" in run_webhook(URL)
