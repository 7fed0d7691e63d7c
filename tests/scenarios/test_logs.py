"""No log identifies a person, neither the log of the demo, which goes well, nor the log of an app in which everything
fails.

All loggers of all libraries are at DEBUG.
"""

import json
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from http.client import HTTPConnection
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import frozen
from tests.conftest import PlayedDemo
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.demo.corpus import Line, load_corpus, load_open_lines
from anninh_core.kernel.errors import NeedsPerson, RequestRejected, RetryLater, UnknownOutcome
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import nfc
from anninh_core.plugins import hookimpl
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.mock.signed_webhook import SIGNATURE
from anninh_core.vocabulary.events import CommittedEvent
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt, WebhookRequest
from anninh_core.web import WebServer

_RUN = 3  # This many consecutive words of a message count as a secret; no word of our own in a log is Vietnamese.
_LEAST = 9  # Texts with fewer characters identify no one and may occur anywhere.
_OWN_ID = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,})\b")


@frozen
class Secrets:
    """The strings that must not occur in a log.

    Attributes:
        pieces: names, numbers, whole texts and file names, which may not occur anywhere in a log.
        runs: consecutive words of a message.
        ids: the platform's own ids, which may not occur as words.
    """

    pieces: frozenset[str]
    runs: frozenset[tuple[str, ...]]
    ids: frozenset[str]

    def found_in(self, log: str) -> list[str]:
        """Return the secrets that a log contains, and any other personal data in it."""
        text = nfc(log)
        leaks = {piece for piece in self.pieces if piece in text}
        leaks |= {" ".join(run) for run in iter_word_runs(text) if run in self.runs}
        leaks |= set(re.findall(r"\w+", text)) & self.ids
        leaks |= {hit.text for hit in find_personal_data(_OWN_ID.sub("", text)) if hit.kind != "link"}
        return sorted(leaks)


def iter_word_runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", nfc(text))
    for start in range(len(words) - _RUN + 1):
        run = tuple(words[start : start + _RUN])
        if sum(map(len, run)) >= _LEAST:
            yield run


def collect_corpus_secrets(lines: Sequence[Line]) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    """Return the names, numbers and texts of the corpus, and all runs of consecutive words in its texts."""
    pieces = {nfc(line.name) for line in lines} | {nfc(line.text) for line in lines if len(line.text) >= _LEAST}
    pieces |= {hit.text for line in lines for hit in find_personal_data(line.text)}
    pieces |= {attachment.name for line in lines for attachment in line.attachments if attachment.name}
    return frozenset(pieces), frozenset(run for line in lines for run in iter_word_runs(line.text))


@pytest.fixture(scope="module")
def secrets(played: PlayedDemo) -> Secrets:
    """The names, numbers, words and platform ids of everyone in the demo, including officers."""
    pieces, words = collect_corpus_secrets((*load_corpus(), *load_open_lines()))
    chat = [json.loads(line) for line in (played.end_out / "chat.jsonl").read_text(encoding="utf-8").splitlines()]
    people = [event for event in chat if event["what"] == "personcame"]
    ids = frozenset(event["id"] for event in chat if event["what"] in ("personcame", "groupfounded"))
    assert len(people) > 100
    return Secrets(pieces | {nfc(event["name"]) for event in people}, words, ids)


@pytest.mark.xdist_group("demo")
def test_demo_log_has_no_personal_data(played: PlayedDemo, secrets: Secrets) -> None:
    """The log of the whole demo, at DEBUG, has no personal data."""
    loggers = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    mute = {logger.name for logger in loggers if not logger.propagate}
    assert mute <= {"uvicorn.access"}, "switched off where a door was served before; the play has none"
    assert played.log
    assert secrets.found_in(played.log) == []


@pytest.mark.xdist_group("demo")
def test_search_finds_planted_secrets(played: PlayedDemo, secrets: Secrets) -> None:
    """The search finds every kind of secret planted in the log: name, telephone number, platform id and text."""
    lines = load_corpus()
    planted = {
        *(line.name for line in lines[:20]),
        *(nfc(line.text) for line in lines[:20] if len(line.text) >= _LEAST),
        *sorted(secrets.ids)[:20],
        "0912 345 678",
    }
    missed = [piece for piece in planted if not secrets.found_in(f"{played.log}inbox row failed: {piece}!\n")]
    half = " ".join(lines[1].text.split()[4:12])

    assert missed == []
    assert secrets.found_in(f"{played.log}ValueError: …{half}…")


class QuotingMessenger(MockMessenger):
    """A messenger that raises errors of every class that repeat the message; some sends succeed."""

    def send(self, message: OutgoingMessage) -> Receipt:
        self.sends = getattr(self, "sends", -1) + 1
        kinds = (RuntimeError, RetryLater, UnknownOutcome, RequestRejected, NeedsPerson, OSError)
        if self.sends % 8 < len(kinds):
            raise kinds[self.sends % 8](f"{message.text} to {message.to.id}")
        return super().send(message)

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Any:
        raise ValueError(f"no such message: {message.text}")


class QuotingPlugin:
    """A plugin that fails with residents' words in its errors."""

    def __init__(self, words: Iterator[str]) -> None:
        self._words = words

    @hookimpl
    def anninh_committed(self, line: CommittedEvent) -> None:
        raise RuntimeError(f"{line.action}: {next(self._words)}")

    @hookimpl
    def anninh_triage_opinion(self, message: Any) -> None:
        raise ValueError(f"{message.sender_name}: {message.text}")


@pytest.fixture
def debug_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The captured log of all loggers, at DEBUG."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.fixture
def failing_app(anninh_clock: FixedClock) -> Iterator[tuple[App, MockChat]]:
    """An app in which plugins, sends and reconciliations fail, and its chat service."""
    chat = MockChat(anninh_clock)
    words = cycle(line.text for line in load_corpus())
    with memory_app(
        clock=anninh_clock, messengers={"oa": QuotingMessenger.on(chat)}, plugins={"gossip": QuotingPlugin(words)}
    ) as app:
        yield app, chat


def post_event(url: str, path: str, event: WebhookRequest) -> int:
    address = urlsplit(url)
    connection = HTTPConnection(str(address.hostname), address.port)
    try:
        connection.request("POST", path, event.body, dict(event.headers))
        return connection.getresponse().status
    finally:
        connection.close()


def iter_requests(chat: MockChat, lines: Sequence[Line], clock: FixedClock) -> Iterator[tuple[str, WebhookRequest]]:
    """Yield the path and the request of a valid and of a refused call for each line of the corpus."""
    for number, line in enumerate(lines):
        if number == 5:
            clock.advance(timedelta(days=1))
        chat.says(chat.person(line.name), line.text)
        (event,) = chat.webhooks()
        yield "/hook/oa", event
        wrong = WebhookRequest(event.body, ((SIGNATURE, "sha256=0"),))
        yield ("/hook/oa", wrong) if number % 2 else (f"/hook/0912345{number:03}", event)


def test_log_of_failures_has_no_personal_data(
    failing_app: tuple[App, MockChat], anninh_clock: FixedClock, debug_log: pytest.LogCaptureFixture
) -> None:
    """The log has no personal data when plugins and a messenger quote messages in errors and requests have wrong
    signatures and paths.
    """
    app, chat = failing_app
    lines = [line for line in load_corpus() if not line.is_pasted][:120]
    server = WebServer(app, port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        statuses = {post_event(server.url, path, event) for path, event in iter_requests(chat, lines, anninh_clock)}
    finally:
        server.stop()
        thread.join()
    destroy_first_key(app)
    app.worker.drain()
    app.worker.tick()

    pieces, words = collect_corpus_secrets(lines)
    people = frozenset(message.author for message in chat.messages() if message.author)
    speaking = {record.name for record in debug_log.records}
    assert statuses == {200, 401, 404}
    assert {
        "anninh_core.web.webhook_endpoint",
        "anninh_core.messaging.inbound.inbox_processor",
        "anninh_core.messaging.outbound.sender",
    } <= speaking
    assert {"anninh_core.app.listeners", "uvicorn.error"} <= speaking
    assert Secrets(pieces, words, people).found_in(debug_log.text) == []


def destroy_first_key(app: App) -> None:
    """Destroy the data key of the first day, so that the events of that day can't be processed."""
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,), limit=1)
    purge_scope(app.internals.context, row.scope)
    app.internals.context.encryptor.forget(row.scope)
