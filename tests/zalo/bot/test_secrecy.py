"""A bot's token stands in every address that it asks: it must be seen nowhere else."""

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from tests.zalo.bot.conftest import CALLED, HOOK, SECRET, bot_on

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


class Broken(httpx.BaseTransport):
    """Fails in a way that names the whole address."""

    def __init__(self, error: type[httpx.TransportError]) -> None:
        self._error = error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Fail."""
        raise self._error(f"{request.method} {request.url} failed", request=request)


def told(act: Callable[[], object]) -> tuple[str, DeliveryError | None]:
    """Return everything that doing something shows: its result, or its error with all that led to it."""
    try:
        return repr(act()), None
    except DeliveryError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
        chain = [error, error.__cause__, error.__context__]
        return f"{shown} {error} {error!r} {chain!r}", error


def clean(text: str, account: BotAccount) -> bool:
    """Tell whether neither the token, nor its secret half, nor the webhook's secret is in a text."""
    return not any(secret in text for secret in (account.token, account.token.partition(":")[2], SECRET))


@pytest.mark.parametrize("failure", [*CALL_FAILURES, "400", "401", "404", "408", "999"])
@pytest.mark.parametrize("act", ACTS)
def test_no_failure_tells_the_token(
    sandbox: Sandbox, account: BotAccount, caplog: pytest.LogCaptureFixture, act: str, failure: str
) -> None:
    """Whatever goes wrong with whatever is asked: not in errors, their causes, findings or the log."""
    caplog.set_level(logging.DEBUG)
    bot = bot_on(sandbox, account, memory_services(), **({} if act == "poll" else CALLED))
    chat = account.person("Thử Văn An").chat_id
    sandbox.fail_next(failure, times=3)
    shown, _ = told(lambda: ACTS[act](bot, chat))
    assert clean(shown + caplog.text, account)


NETWORK = (httpx.ConnectError, httpx.ReadTimeout, httpx.ProxyError, httpx.RemoteProtocolError, httpx.ReadError)


@pytest.mark.parametrize("error", NETWORK)
@pytest.mark.parametrize("act", ACTS)
def test_no_broken_line_tells_the_token(
    account: BotAccount, caplog: pytest.LogCaptureFixture, act: str, error: type[httpx.TransportError]
) -> None:
    """Errors of the network know the address; they are neither passed on nor named as the cause."""
    caplog.set_level(logging.DEBUG)
    options = {"token": account.token} | ({} if act == "poll" else CALLED)
    bot = ZaloBot("bot", options, memory_services(), lambda: Broken(error))
    shown, raised = told(lambda: ACTS[act](bot, "c-1"))
    assert raised is None or (raised.__cause__, raised.__context__) == (None, None)
    assert clean(shown + caplog.text, account)


def test_a_real_connection_writes_no_token(
    account: BotAccount, services: AdapterServices, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where every library below says all that it has to say."""
    caplog.set_level(logging.DEBUG)
    with sandbox.serve() as serving:
        options = {"token": account.token, "base": serving.base("bot-api"), **CALLED}
        bot = ZaloBot("bot", options, services)
        chat = account.person("Thử Văn An")
        assert bot.health()
        sandbox.fail_next("401")
        shown, error = told(lambda: ACTS["send"](bot, chat.chat_id))
        ACTS["send"](bot, chat.chat_id)
        bot.close()
    assert isinstance(error, NeedsPerson)
    assert caplog.records
    assert clean(shown + caplog.text, account)


def test_a_line_that_is_cut_by_closing_tells_no_token(
    account: BotAccount, services: AdapterServices, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody listens any more: that is a reason to try later."""
    caplog.set_level(logging.DEBUG)
    with sandbox.serve() as serving:
        base = serving.base("bot-api")
    bot = ZaloBot("bot", {"token": account.token, "base": base}, services)
    shown, error = told(lambda: ACTS["send"](bot, "c-1"))
    bot.close()
    assert isinstance(error, RetryLater)
    assert clean(shown + caplog.text, account)


def test_nothing_shows_the_options(bot: ZaloBot, called: ZaloBot, account: BotAccount) -> None:
    """Neither the messenger nor anything that it is made of, as a debugger prints it."""
    parts = [part for messenger in (bot, called) for part in vars(messenger).values()]
    assert clean(repr([bot, called, *parts, bot.capabilities, called.capabilities]), account)
