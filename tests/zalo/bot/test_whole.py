"""A bot in a whole app, from a resident's message to the reply."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.messaging.conftest import THEFT
from tests.support.commits import CommitListener
from tests.zalo.bot.conftest import CALLED, HOOK, SECRET, WebhookRecorder, build_bot

from anninh_core import MessengerSettings, Settings, load_profile, open_app
from anninh_core.app import App
from anninh_core.app.injected_ports import Parts
from anninh_core.kernel.errors import Refused
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing import FixedClock, memory_app
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.worker.jobs.polling import MAX_BACKOFF, Polling
from anninh_zalo.bot.messenger import SECRET_HEADER, ZaloBot
from anninh_zalo.testing import BotAccount, Sandbox


@pytest.fixture
def app(bot: ZaloBot, clock: FixedClock) -> Iterator[App]:
    """An app with the bot as its messenger."""
    with memory_app(clock=clock, messengers={"bot": bot}) as app:
        yield app


@contextmanager
def run_worker(app: App) -> Iterator[threading.Thread]:
    """Run the app's worker in a thread."""
    worker = threading.Thread(target=app.worker.run)
    worker.start()
    try:
        yield worker
    finally:
        app.worker.stop()
        worker.join(60)


def count_inbox_events(app: App) -> int:
    """Return the number of events in the inbox."""
    return sum(
        count for name, count in app.internals.context.storage.queues.depth().items() if name.startswith("inbox.")
    )


def test_report_gets_one_receipt(app: App, account: BotAccount) -> None:
    """A tick polls a report, the worker sends one receipt, and a second round changes nothing."""
    chat = account.person("Thử Văn An")
    chat.says(THEFT)
    for _ in range(2):
        app.worker.tick()
        app.worker.drain()
    assert count_inbox_events(app) == 1
    assert len(chat.heard) == 1


def test_withheld_message_becomes_a_case(app: App, account: BotAccount) -> None:
    """A message whose content Zalo withholds becomes a case with a receipt and a question about its content."""
    chat = account.person("Thử Văn An")
    chat.sends_hidden()
    app.worker.tick()
    app.worker.drain()
    receipt, question = chat.heard
    assert "Mã tiếp nhận" in receipt.text
    assert "việc gì, ở đâu, lúc nào" in question.text


class PollSignallingTransport(httpx.BaseTransport):
    """A transport to the sandbox that signals each poll."""

    def __init__(self, sandbox: Sandbox, asked: threading.Semaphore) -> None:
        self._line = sandbox.transport()
        self._asked = asked

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Signal a poll, and pass the request on."""
        if request.url.path.endswith("/getUpdates"):
            self._asked.release()
        return self._line.handle_request(request)


def test_running_worker_answers_and_ends(
    sandbox: Sandbox, account: BotAccount, clock: FixedClock, services: AdapterServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running worker answers each resident once; it ends even while a poll is open, and stores an update that arrives
    meanwhile.
    """
    polled = threading.Semaphore(0)
    answered = threading.Semaphore(0)
    kept = threading.Event()
    bot = ZaloBot("bot", {"token": account.token}, services, lambda: PollSignallingTransport(sandbox, polled))
    chats = [account.person(f"Thử Văn {name}") for name in "ABC"]
    with memory_app(clock=clock, messengers={"bot": bot}) as app:
        app.internals.runner.observers.append(
            CommitListener(lambda change: answered.release() if change.outbox_settled else None)
        )
        with run_worker(app) as worker:
            for chat in chats:
                assert polled.acquire(timeout=60)
                chat.says(THEFT)
                assert answered.acquire(timeout=60)
            assert polled.acquire(timeout=60)
        assert not worker.is_alive()
        assert [len(chat.heard) for chat in chats] == [1, 1, 1]

        commit = app.internals.context.storage.commit

        def commit_and_signal(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
            outcomes = commit(change_sets)
            kept.set()
            return outcomes

        monkeypatch.setattr(app.internals.context.storage, "commit", commit_and_signal)
        chats[0].says("thêm một việc")
        assert kept.wait(60)
        assert count_inbox_events(app) == 4


def test_failed_polls_grow_the_pause(app: App, bot: ZaloBot, account: BotAccount, sandbox: Sandbox) -> None:
    """Failed polls are followed by growing pauses, and messages that were written meanwhile arrive afterwards."""
    sandbox.fail_next("lost_before", times=9)
    account.person("Thử Văn An").says(THEFT)
    (loop,) = Polling(app.intake, {"bot": bot}).job.threads.values()
    *failed, successful = [pause for _ in range(10) if (pause := loop.turn()) is not None]
    assert min(failed) >= timedelta(seconds=1)
    assert failed[-1] == MAX_BACKOFF
    assert successful == timedelta()
    assert count_inbox_events(app) == 1
    assert len(sandbox.calls) == 9 + 3


def test_webhook_accepts_its_secret_only(
    webhook_bot: ZaloBot, clock: FixedClock, account: BotAccount, sandbox: Sandbox, webhook_recorder: WebhookRecorder
) -> None:
    """The webhook accepts requests with its secret only, and stores each message once."""
    webhook_bot.set_webhook(HOOK)
    account.person("Thử Văn An").says(THEFT)
    sandbox.deliver_due()
    body = webhook_recorder.got[0][1]
    request = WebhookRequest(body, ((SECRET_HEADER, SECRET),))
    with memory_app(clock=clock, messengers={"bot": webhook_bot}) as app:
        assert app.intake.accept("bot", request) is Accepted.STORED
        assert app.intake.accept("bot", request) is Accepted.SEEN_BEFORE
        with pytest.raises(Refused):
            app.intake.accept("bot", WebhookRequest(body))
        assert app.worker.jobs["poll"].run() == 0


def test_switching_to_webhook_duplicates_nothing(
    bot: ZaloBot, clock: FixedClock, account: BotAccount, sandbox: Sandbox, services: AdapterServices
) -> None:
    """A message has the same deduplication key by polling and by webhook, so that switching stores it once."""
    account.person("Thử Văn An").says(THEFT)
    (body,) = bot.poll(timedelta(seconds=1))
    called = build_bot(sandbox, account, services, **CALLED)
    with memory_app(clock=clock, messengers={"bot": called}) as app:
        assert app.intake.store_fetched("bot", [body]) == 1
        wrapped = b'{"ok":true,"result":' + body + b"}"
        request = WebhookRequest(wrapped, ((SECRET_HEADER, SECRET),))
        assert app.intake.accept("bot", request) is Accepted.SEEN_BEFORE


class BotPlugin:
    """A plugin that registers the bot's messenger type."""

    @hookimpl
    def anninh_messengers(self) -> Sequence[type[ZaloBot]]:
        return [ZaloBot]


@pytest.mark.slow
def test_two_processes_share_a_bot(tmp_path: Path, account: BotAccount, sandbox: Sandbox) -> None:
    """Two processes with one database and one bot store each message once, without the token in clear text."""
    with sandbox.serve() as serving, ExitStack() as apps:
        options = {"token": account.token, "base": serving.base("bot-api")}
        settings = Settings(
            storage=f"sqlite:///{tmp_path / 'anninh.db'}",
            keys=str(tmp_path / "anninh.keys"),
            blobs=str(tmp_path / "blobs"),
            messengers={"bot": MessengerSettings(type="zalo_bot", options=options)},
        )
        parts = Parts(plugins={"bots": BotPlugin()})
        first, second = (apps.enter_context(open_app(load_profile("hoa_lu_2021"), settings, parts)) for _ in range(2))
        for name in "ABCDEF":
            account.person(f"Thử Văn {name}").says(THEFT)
        both = [threading.Thread(target=app.worker.tick) for app in (first, second)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
        assert first.worker.jobs["poll"].run() + second.worker.jobs["poll"].run() == 0
        assert count_inbox_events(first) == 6
    assert account.token.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
