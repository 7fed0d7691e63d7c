"""Rules of the messenger kit about polling a platform: no event is lost, and only one process polls at a time."""

# mypy: disable-error-code="type-abstract"
# Protocols are handed to `require_protocol`, which only looks with `isinstance`.

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest

from anninh_core.kernel.errors import DeliveryError
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import Polls
from anninh_core.ports.storages.storage import Lease
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    OTHER,
    PLAIN,
    MessengerBench,
    assert_not_logged,
    assert_secrets_kept,
    parse_one_message,
    require_ability,
    require_outside,
    require_protocol,
)
from anninh_core.testing.kits.messenger.conversing import LINES
from anninh_core.testing.kits.messenger.outside import Outside, Writes
from anninh_core.vocabulary.messages import WebhookRequest

WAIT = timedelta(seconds=1)
LOSSLESS = ("lost_before", "not_json", "rate_limit", "refused", "server_error")
LOSSY = ("cut_off", "lost_answer")
"""Failures in which the platform has handed out its events, and the response was lost."""

_MOST_POLLS = 6


class MessengerPolling(MessengerBench, ConformanceKit, kit=True):
    """Rules about events that a messenger polls."""

    def test_poll(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-69 An event is returned once by a poll within a second, can be parsed and has a dedupe key."""
        polls, writer = self._require_polling(messenger, outside)
        writer.writes(PLAIN)
        (body,) = polls.poll(WAIT)
        writer.writes(OTHER)
        (second,) = polls.poll(WAIT)
        assert _parse_texts(messenger, (body, second)) == [PLAIN, OTHER]
        keys = [messenger.dedupe_key(WebhookRequest(event_body)) for event_body in (body, body, second)]
        assert keys[0] == keys[1] != keys[2]
        assert all(keys)

    def test_all_of_a_poll(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-120 Several waiting events are all returned, once each and in order."""
        polls, writer = self._require_polling(messenger, outside)
        for line in LINES:
            writer.writes(line)
        assert _parse_texts(messenger, _poll_until(polls, len(LINES))) == [*LINES]

    def test_one_at_a_time(
        self, messenger: Messenger, services: AdapterServices, outside: Outside | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """M-121 While another process holds the lease, a poll returns nothing; waiting events come afterwards."""
        polls, writer = self._require_polling(messenger, outside)
        names: list[str] = []

        def refuse_lease(lease_name: str, _ttl: timedelta) -> AbstractContextManager[Lease | None]:
            names.append(lease_name)
            return nullcontext(None)

        writer.writes(PLAIN)
        with monkeypatch.context() as patch:
            patch.setattr(services.state, "lease", refuse_lease)
            assert not [*polls.poll(WAIT), *polls.poll(WAIT)], "two processes would take each other's events"
        assert len(names) == 2, "take a lease of `services.state` for each poll"
        assert len({*names}) == 1, "the lease has another name each time: nobody else can hold it"
        assert _parse_texts(messenger, _poll_until(polls, 1)) == [PLAIN]

    def test_replay(
        self, messenger: Messenger, outside: Outside | None, restarted: Callable[[], Messenger] | None
    ) -> None:
        """M-122 Events of a process that crashed before its next poll are returned again: it had stored none."""
        polls, writer = self._require_polling(messenger, outside)
        require_ability(messenger, "poll_replay")
        if restarted is None:
            pytest.skip("nobody knows what a crash loses: let the fixture `restarted` build the messenger anew")
        writer.writes(PLAIN)
        first = _poll_until(polls, 1)
        again = restarted()
        try:
            repeated = _poll_until(require_protocol(again, Polls), 1)
            assert _parse_texts(again, repeated) == [PLAIN], (
                "the platform was told of an event before the core had stored it"
            )
            assert again.dedupe_key(WebhookRequest(repeated[0])) == messenger.dedupe_key(WebhookRequest(first[0]))
        finally:
            again.close()

    @pytest.mark.parametrize("name", [*LOSSLESS, *LOSSY])
    def test_failing_poll(
        self,
        messenger: Messenger,
        outside: Outside | None,
        secrets: Sequence[str],
        caplog: pytest.LogCaptureFixture,
        name: str,
    ) -> None:
        """M-123 A failing poll loses nothing, raises only `DeliveryError`, and reveals no secret, also not in a log."""
        polls, writer = self._require_polling(messenger, outside)
        if name in LOSSY:
            require_ability(messenger, "poll_replay")
        writer.writes(PLAIN)
        events = _poll_until(polls, 1)  # Events are polled first, so that calls made only at the start are over.
        writer.writes(OTHER)
        if not require_outside(outside).fail(name):
            pytest.skip(f"the platform can't be made to fail by {name}")
        with caplog.at_level(logging.DEBUG):
            events += _poll_failing(polls, secrets)
        assert _parse_texts(messenger, events) == [PLAIN, OTHER]
        assert_not_logged(caplog.records, [*filter(None, secrets)])

    @staticmethod
    def _require_polling(messenger: Messenger, outside: Outside | None) -> tuple[Polls, Writes]:
        polls = require_protocol(messenger, Polls)
        if not polls.polls:
            pytest.skip("the messenger doesn't poll as it is configured")
        platform_side = require_outside(outside)
        if not isinstance(platform_side, Writes):
            pytest.skip("the test's outside can't let somebody write without fetching the event: give it `writes`")
        return polls, platform_side


def _parse_texts(messenger: Messenger, bodies: Sequence[bytes]) -> list[str]:
    return [parse_one_message(messenger, WebhookRequest(body)).text for body in bodies]


def _poll_until(polls: Polls, count: int) -> list[bytes]:
    """Return at least `count` events, or fewer if they don't come after several polls."""
    bodies: list[bytes] = []
    for _ in range(_MOST_POLLS):
        bodies += polls.poll(WAIT)
        if len(bodies) >= count:
            break
    return bodies


def _poll_failing(polls: Polls, secrets: Sequence[str]) -> list[bytes]:
    """Poll until events come; retry a failed poll, as the core does."""
    for _ in range(_MOST_POLLS):
        try:
            if bodies := polls.poll(WAIT):
                return [*bodies]
        except DeliveryError as error:
            assert_secrets_kept(error, secrets)
    return []
