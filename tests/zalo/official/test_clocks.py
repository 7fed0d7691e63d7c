"""On a machine with a wrong clock, or with few requests left in a minute, nothing is sent twice and nothing is lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from attrs import frozen
from tests.zalo.conftest import Bench, build_required_options

from anninh_core.kernel.errors import UnknownOutcome
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.testing.services import memory_services
from anninh_zalo.api.answers import parse_date
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount


@frozen
class WrongClock:
    """A clock that is ahead of the true time by `by`."""

    true: Clock
    by: timedelta

    def now(self) -> datetime:
        """Return the wrong time of this clock."""
        return self.true.now() + self.by


def build_account_with_clock(bench: Bench, by: timedelta) -> OfficialAccount:
    """Build the account's messenger on a machine whose clock is ahead by `by`."""
    admin = {"admins": bench.messenger.options.admins[0]}
    messenger = OfficialAccount(
        "oa",
        build_required_options(bench.app, bench.account) | admin,
        memory_services(WrongClock(bench.clock, by)),
        bench.sandbox.transport,
    )
    grant = bench.sandbox.grant(bench.app, bench.account)
    messenger.tokens.adopt(TokenPair(grant.access, grant.refresh, timedelta(hours=25)))
    return messenger


def list_times(answer: Verdict | Sequence[Found]) -> list[datetime]:
    """Return the times of the messages that were found."""
    assert not isinstance(answer, Verdict)
    return [entry.at for entry in answer]


@pytest.mark.parametrize("minutes", [-180, -10, 0, 10, 180])
def test_sent_message_is_found_by_a_wrong_clock(bench: Bench, minutes: int) -> None:
    """A sent message is found in spite of a wrong clock, because the difference from Zalo's clock is known from its
    responses.
    """
    messenger = build_account_with_clock(bench, timedelta(minutes=minutes))
    person = bench.add_writer()
    since = messenger.services.clock.now() - timedelta(minutes=2)
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        messenger.send(bench.build_message(person))

    assert list_times(messenger.reconcile(bench.build_message(person), since)) == [messenger.services.clock.now()]
    messenger.close()


@pytest.mark.parametrize("minutes", [-60, 60])
def test_missed_message_is_found_by_a_wrong_clock(bench: Bench, minutes: int) -> None:
    """A check for missed messages begins where the last one ended, however wrong the clock is."""
    messenger = build_account_with_clock(bench, timedelta(minutes=minutes))
    person = bench.add_writer()
    assert messenger.missed_events() == []
    bench.clock.advance(timedelta(minutes=11))
    messenger.missed_events()
    bench.clock.advance(timedelta(minutes=1))
    message = person.says("Có ai không?")
    bench.clock.advance(timedelta(minutes=11))

    assert message.id in b"".join(messenger.missed_events()).decode()
    messenger.close()


def test_sent_message_is_found_a_day_later(bench: Bench) -> None:
    """A sent message is found even a day later."""
    person = bench.add_writer()
    since = bench.clock.now()
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(bench.build_message(person))
    bench.clock.advance(timedelta(days=1))

    assert len(list_times(bench.messenger.reconcile(bench.build_message(person), since))) == 1


def test_response_dates_are_parsed() -> None:
    """The date in a response's header is parsed, and an invalid one gives None."""
    assert parse_date({"date": "Mon, 02 Nov 2026 03:00:00 GMT"}) == datetime.fromisoformat("2026-11-02T03:00:00+00:00")
    assert parse_date({"date": "Mon, 02 Nov 2026 03:00:00 -0000"}) == datetime.fromisoformat(
        "2026-11-02T03:00:00+00:00"
    )
    assert [parse_date({"date": invalid}) for invalid in ("", "heute", "Mon, 99 Nov 2026 99:00:00 GMT")] == [None] * 3
    assert parse_date({}) is None


def test_sending_has_priority_over_the_history(bench: Bench) -> None:
    """If the requests of a minute are nearly used up, the account's history isn't read until the next minute."""
    person = bench.add_writer()
    bench.messenger.missed_events()
    bench.clock.advance(timedelta(minutes=30))
    message = person.says("Có ai không?")
    bench.account.account.per_minute = 26
    bench.messenger.send(bench.build_message(person))
    assert bench.messenger.missed_events() == []
    bench.clock.advance(timedelta(minutes=1))

    assert message.id in b"".join(bench.messenger.missed_events()).decode()
