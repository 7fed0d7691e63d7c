"""A bot's token is in the address of each of its calls, and must not appear anywhere else."""

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from tests.zalo.bot.conftest import CALLED, HOOK, SECRET, build_bot

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RetryLater
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.testing import CALL_FAILURES, BotAccount, Sandbox

ACTS: dict[str, Callable[[ZaloBot, str], object]] = {
    "send": lambda bot, chat: bot.send(
        OutgoingMessage(key="k", to=Address("bot", Place.PERSON, chat), text="dạ " * 900, purpose="tip.answer")
    ),
    "poll": lambda bot, _chat: bot.poll(timedelta(seconds=1)),
    "health": lambda bot, _chat: bot.health(),
    "set_webhook": lambda bot, _chat: bot.set_webhook(HOOK),
    "delete_webhook": lambda bot, _chat: bot.delete_webhook(),
}


class FailingTransport(httpx.BaseTransport):
    """A transport that fails with an error whose text has the whole address."""

    def __init__(self, error: type[httpx.TransportError]) -> None:
        self._error = error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raise a network error with the address of the request."""
        raise self._error(f"{request.method} {request.url} failed", request=request)


def collect_visible_text(act: Callable[[], object]) -> tuple[str, DeliveryError | None]:
    """Call an act, and return everything that becomes visible: its result, or its error with traceback and causes."""
    try:
        return repr(act()), None
    except DeliveryError as error:
        report = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
        chain = [error, error.__cause__, error.__context__]
        return f"{report} {error} {error!r} {chain!r}", error


def has_no_secret(text: str, account: BotAccount) -> bool:
    """Return whether a text has neither the token, its secret half nor the webhook's secret."""
    return not any(secret in text for secret in (account.token, account.token.partition(":")[2], SECRET))


@pytest.mark.parametrize("failure", [*CALL_FAILURES, "400", "401", "404", "408", "999"])
@pytest.mark.parametrize("act", ACTS)
def test_failures_hide_the_token(
    sandbox: Sandbox, account: BotAccount, caplog: pytest.LogCaptureFixture, act: str, failure: str
) -> None:
    """No failure of any call shows the token in errors, their causes, findings or the log."""
    caplog.set_level(logging.DEBUG)
    bot = build_bot(sandbox, account, memory_services(), **({} if act == "poll" else CALLED))
    chat = account.person("Thử Văn An").chat_id
    sandbox.fail_next(failure, times=3)
    report, _ = collect_visible_text(lambda: ACTS[act](bot, chat))
    assert has_no_secret(report + caplog.text, account)


NETWORK = (httpx.ConnectError, httpx.ReadTimeout, httpx.ProxyError, httpx.RemoteProtocolError, httpx.ReadError)


@pytest.mark.parametrize("error", NETWORK)
@pytest.mark.parametrize("act", ACTS)
def test_network_errors_hide_the_token(
    account: BotAccount, caplog: pytest.LogCaptureFixture, act: str, error: type[httpx.TransportError]
) -> None:
    """Network errors, whose text has the address, are neither passed on nor chained as a cause."""
    caplog.set_level(logging.DEBUG)
    options = {"token": account.token} | ({} if act == "poll" else CALLED)
    bot = ZaloBot("bot", options, memory_services(), lambda: FailingTransport(error))
    report, raised = collect_visible_text(lambda: ACTS[act](bot, "c-1"))
    assert raised is None or (raised.__cause__, raised.__context__) == (None, None)
    assert has_no_secret(report + caplog.text, account)


def test_real_connection_hides_the_token(
    account: BotAccount, services: AdapterServices, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A real connection shows no token, even if all libraries log at level DEBUG."""
    caplog.set_level(logging.DEBUG)
    with sandbox.serve() as serving:
        options = {"token": account.token, "base": serving.base("bot-api"), **CALLED}
        bot = ZaloBot("bot", options, services)
        chat = account.person("Thử Văn An")
        assert bot.health()
        sandbox.fail_next("401")
        report, error = collect_visible_text(lambda: ACTS["send"](bot, chat.chat_id))
        ACTS["send"](bot, chat.chat_id)
        bot.close()
    assert isinstance(error, NeedsPerson)
    assert caplog.records
    assert has_no_secret(report + caplog.text, account)


def test_refused_connection_hides_the_token(
    account: BotAccount, services: AdapterServices, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused connection is retried later, and its error shows no token."""
    caplog.set_level(logging.DEBUG)
    with sandbox.serve() as serving:
        base = serving.base("bot-api")
    bot = ZaloBot("bot", {"token": account.token, "base": base}, services)
    report, error = collect_visible_text(lambda: ACTS["send"](bot, "c-1"))
    bot.close()
    assert isinstance(error, RetryLater)
    assert has_no_secret(report + caplog.text, account)


def test_repr_hides_the_secrets(bot: ZaloBot, webhook_bot: ZaloBot, account: BotAccount) -> None:
    """The repr of the messenger and of its parts shows no secret."""
    parts = [part for messenger in (bot, webhook_bot) for part in vars(messenger).values()]
    assert has_no_secret(repr([bot, webhook_bot, *parts, bot.capabilities, webhook_bot.capabilities]), account)
