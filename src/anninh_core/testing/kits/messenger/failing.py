"""Rules of the messenger kit about failures of sending, and about where a message arrives."""

import logging
from collections.abc import Sequence

import pytest

from anninh_core.kernel.errors import DeliveryError, RetryLater
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    DISTINCT,
    ERRORS,
    PLAIN,
    VERY_LONG,
    MessengerBench,
    assert_not_logged,
    assert_secrets_kept,
    build_message,
    fail_next_call,
    join_arrived_texts,
    parse_one_message,
    require_ability,
    require_outside,
    send,
)
from anninh_core.testing.kits.messenger.outside import AsksForDelay, FailsMidway, Outside, ShowsQuotes
from anninh_core.vocabulary.messages import Address

_MOST_TRIES = 20


class MessengerFailing(MessengerBench, ConformanceKit, kit=True):
    """Rules that failures reveal no secrets and keep the platform's delays, and that messages arrive at their address,
    whole and once.
    """

    @pytest.mark.parametrize("name", ERRORS)
    def test_secrets_stay(  # noqa: PLR0917  fixtures
        self,
        messenger: Messenger,
        person: Address,
        outside: Outside | None,
        secrets: Sequence[str],
        caplog: pytest.LogCaptureFixture,
        name: str,
    ) -> None:
        """M-21 No failure, cause of one or log contains a secret, and no log an id or text of a person's message."""
        require_ability(messenger, "send_person")
        fail_next_call(outside, name)
        with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError) as raised:
            messenger.send(build_message(person, DISTINCT))
        assert_secrets_kept(raised.value, secrets)
        with caplog.at_level(logging.DEBUG):
            send(messenger, build_message(person, DISTINCT, "k-2"))
        forbidden = [*filter(None, secrets), person.id, *DISTINCT.split()]
        assert_not_logged(caplog.records, forbidden)

    def test_asked_delay(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-22 A delay that the platform asks for is reported in full."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        if not isinstance(platform_side, AsksForDelay):
            pytest.skip("the test's outside says of no delay that the platform asks for: give it `delay`")
        fail_next_call(outside, "rate_limit")
        with pytest.raises(RetryLater) as raised:
            messenger.send(build_message(person))
        assert raised.value.after is not None, "it would be tried again too soon"
        assert raised.value.after >= platform_side.delay

    def test_quote_arrives(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-23 A reply quotes the message that it answers, and no other message quotes any."""
        require_ability(messenger, "send_person")
        require_ability(messenger, "reply")
        platform_side = require_outside(outside)
        if not isinstance(platform_side, ShowsQuotes):
            pytest.skip("the test's outside doesn't see what is quoted: give it `quotes`")
        quoted = parse_one_message(messenger, platform_side.incoming(PLAIN)).id
        send(messenger, build_message(person, reply_to=quoted))
        send(messenger, build_message(person, key="k-2"))
        assert [*platform_side.quotes()] == [quoted, ""]

    @pytest.mark.parametrize("calls", [1, 2, 3])
    def test_broken_off(self, messenger: Messenger, person: Address, outside: Outside | None, calls: int) -> None:
        """M-24 A long text that was interrupted and is sent again under the same key arrives whole and once."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        if not isinstance(platform_side, FailsMidway) or not platform_side.fail_after(calls, "rate_limit"):
            pytest.skip("the test's outside can't let a later call fail: give it `fail_after`")
        message = build_message(person, VERY_LONG)
        for _ in range(_MOST_TRIES):
            try:
                messenger.send(message)
            except RetryLater:
                continue
            except DeliveryError:
                return  # A person decides about the interrupted message, so that nothing is sent again without a check.
            break
        assert join_arrived_texts(platform_side, person) == VERY_LONG

    def test_person_text_goes_nowhere_else(
        self, messenger: Messenger, person: Address, outside: Outside | None
    ) -> None:
        """M-25 A text for a person arrives at that person only."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        send(messenger, build_message(person, DISTINCT))
        assert {address for address, _ in platform_side.delivered()} == {person}

    def test_receipts_differ(self, messenger: Messenger, person: Address) -> None:
        """M-26 Two messages have different platform ids, if the platform gives ids."""
        require_ability(messenger, "send_person")
        receipts = [send(messenger, build_message(person, key=key)) for key in ("k-1", "k-2")]
        ids = [receipt.platform_id for receipt in receipts if receipt is not None and receipt.platform_id]
        assert len({*ids}) == len(ids), "a report about one would be taken for a report about the other"
