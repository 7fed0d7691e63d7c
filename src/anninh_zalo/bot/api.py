"""Asking in the name of a bot. Its token stands in the address of every call, and nowhere else."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve, frozen

from anninh_core.kernel.errors import NeedsPerson, RequestRejected
from anninh_zalo.api.answers import NoUpdates, TokenRejected, object_of, text_in
from anninh_zalo.api.calls import ApiCall, post
from anninh_zalo.api.http import HttpClient
from anninh_zalo.errors.classify import Host

GRACE = timedelta(seconds=15)
"""How much longer than agreed a connection stays open for an update: what comes after it was given up is lost."""

BRIEF = timedelta(seconds=5)
"""How long an answer may take that somebody at a terminal waits for."""


@frozen
class BotInfo:
    """What Zalo says of the bot."""

    id: str
    joins_groups: bool


class BotApi:
    """Asks with the bot's token. Threads may share it.

    Every method raises one of the `DeliveryError` classes where Zalo refuses or can't be reached.
    """

    def __init__(self, http: HttpClient, token: str) -> None:
        self._http = http
        self._token = token

    def ask(self, call: ApiCall) -> Any:
        """Ask, and return the result of an answer that reports success."""
        try:
            return self._http.ask(call, token=self._token).get("result")
        except TokenRejected:
            problem = NeedsPerson("The bot's token isn't valid: copy the token from Zalo Bot Manager into the options.")
        raise problem

    def send(self, method: str, body: Mapping[str, Any]) -> str:
        """Send something and return its id, "" where Zalo gives none."""
        return text_in(object_of(self.ask(post(method, body, Host.BOT))), "message_id")

    def updates(self, wait: timedelta) -> list[Mapping[str, Any]]:
        """Return what came, waiting for it. Zalo's documentation gives one update at a time, some clients saw lists."""
        seconds = max(1, round(wait.total_seconds()))  # what Zalo makes of 0 isn't known; it might be the default, 30
        call = _query("getUpdates", timedelta(seconds=seconds) + GRACE, timeout=str(seconds))
        try:
            result = self.ask(call)
        except NoUpdates:
            return []
        return [update for update in (result if isinstance(result, list) else [result]) if isinstance(update, dict)]

    def me(self) -> BotInfo:
        """Return who the bot is."""
        info = object_of(self.ask(_query("getMe", BRIEF)))
        return BotInfo(text_in(info, "id"), info.get("can_join_groups") is True)

    def webhook(self) -> str:
        """Return the address that Zalo calls, "" for none: then it answers 404, as this question has no parameters."""
        try:
            return text_in(object_of(self.ask(_query("getWebhookInfo", BRIEF))), "url")
        except RequestRejected:
            return ""

    def set_webhook(self, url: str, secret: str) -> None:
        """Let Zalo call an address."""
        self.ask(_query("setWebhook", None, url=url, secret_token=secret))

    def delete_webhook(self) -> None:
        """Let Zalo call nobody."""
        self.ask(_query("deleteWebhook", None))


def _query(method: str, patience: timedelta | None, **parameters: str) -> ApiCall:
    """Return a question that may be asked twice."""
    seconds = None if patience is None else patience.total_seconds()
    return evolve(post(method, parameters, Host.BOT, sends=False), patience=seconds)
