"""Client for API calls in the name of a bot. The bot's token is part of every call's address, and appears nowhere
else.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve, frozen

from anninh_core.kernel.errors import NeedsPerson, RequestRejected
from anninh_zalo.api.answers import NoUpdates, TokenRejected, get_text, to_object
from anninh_zalo.api.calls import ApiCall, build_post_call
from anninh_zalo.api.http import HttpClient
from anninh_zalo.errors.classify import Host

GRACE = timedelta(seconds=15)
"""Extra time for an update after the agreed wait: an update that arrives after the connection was closed is lost."""

BRIEF = timedelta(seconds=5)
"""Timeout for a call that a user at a terminal waits for."""


@frozen
class BotInfo:
    """Zalo's information about a bot."""

    id: str
    joins_groups: bool


class BotApi:
    """Sends calls with the bot's token. Threads may share it.

    Every method raises one of the `DeliveryError` classes if Zalo refuses the call or can't be reached.
    """

    def __init__(self, http: HttpClient, token: str) -> None:
        self._http = http
        self._token = token

    def ask(self, call: ApiCall) -> Any:
        """Send the call and return the result in a successful response."""
        try:
            return self._http.ask(call, token=self._token).get("result")
        except TokenRejected:
            problem = NeedsPerson("The bot's token isn't valid: copy the token from Zalo Bot Manager into the options.")
        raise problem

    def send(self, method: str, body: Mapping[str, Any]) -> str:
        """Send a message by a method of the API and return its id, or "" if Zalo gives none."""
        return get_text(to_object(self.ask(build_post_call(method, body, Host.BOT))), "message_id")

    def wait_for_updates(self, wait: timedelta) -> list[Mapping[str, Any]]:
        """Wait for updates (events of the bot) and return them. Zalo's documentation gives one update at a time; some
        clients received lists.
        """
        seconds = max(1, round(wait.total_seconds()))  # Zalo's handling of 0 isn't known; it might mean the default, 30
        call = _build_repeatable_call("getUpdates", timedelta(seconds=seconds) + GRACE, timeout=str(seconds))
        try:
            result = self.ask(call)
        except NoUpdates:
            return []
        return [update for update in (result if isinstance(result, list) else [result]) if isinstance(update, dict)]

    def me(self) -> BotInfo:
        """Return the bot's id and whether it may join groups."""
        info = to_object(self.ask(_build_repeatable_call("getMe", BRIEF)))
        return BotInfo(get_text(info, "id"), info.get("can_join_groups") is True)

    def webhook(self) -> str:
        """Return the address of the bot's webhook, or "" if Zalo has none: it then answers 404, as this call has no
        parameters.
        """
        try:
            return get_text(to_object(self.ask(_build_repeatable_call("getWebhookInfo", BRIEF))), "url")
        except RequestRejected:
            return ""

    def set_webhook(self, url: str, secret: str) -> None:
        """Register an address as the bot's webhook."""
        self.ask(_build_repeatable_call("setWebhook", None, url=url, secret_token=secret))

    def delete_webhook(self) -> None:
        """Remove the bot's webhook."""
        self.ask(_build_repeatable_call("deleteWebhook", None))


def _build_repeatable_call(method: str, patience: timedelta | None, **parameters: str) -> ApiCall:
    """Return a call of a method that may be repeated."""
    seconds = None if patience is None else patience.total_seconds()
    return evolve(build_post_call(method, parameters, Host.BOT, sends=False), patience=seconds)
