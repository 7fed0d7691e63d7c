"""A machine whose clock is wrong, and minutes whose requests are needed: nothing is sent twice, nothing is lost."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from attrs import frozen
from tests.zalo.conftest import Bench, options_of

from anninh_core.kernel.errors import UnknownOutcome
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.testing.services import memory_services
from anninh_zalo.api.answers import parse_date
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount


@frozen
class Wrong:
    """A clock that is some time ahead of the true one."""

    true: Clock
    by: timedelta

    def now(self) -> datetime:
        """Return what this clock shows."""
        return self.true.now() + self.by


def beside(bench: Bench, by: timedelta) -> OfficialAccount:
    """Return the account on a machine whose clock is wrong."""
    admin = {"admins": bench.messenger.options.admins[0]}
    wrong = OfficialAccount(
        "oa",
        options_of(bench.app, bench.account) | admin,
        memory_services(Wrong(bench.clock, by)),
        bench.sandbox.transport,
    )
    given = bench.sandbox.grant(bench.app, bench.account)
    wrong.tokens.adopt(TokenPair(given.access, given.refresh, timedelta(hours=25)))
    return wrong


def moments(answer: Verdict | Sequence[Found]) -> list[datetime]:
    """Return when what stands there was written."""
    assert not isinstance(answer, Verdict)
    return [one.at for one in answer]


@pytest.mark.parametrize("minutes", [-180, -10, 0, 10, 180])
def test_what_was_sent_is_found_by_a_wrong_clock(bench: Bench, minutes: int) -> None:
    """The lists are dated by Zalo's clock, and what we sent by ours: the difference is known from Zalo's answers."""
    messenger = beside(bench, timedelta(minutes=minutes))
    person = bench.somebody()
    since = messenger.services.clock.now() - timedelta(minutes=2)
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        messenger.send(bench.to(person))

    assert moments(messenger.reconcile(bench.to(person), since)) == [messenger.services.clock.now()]
    messenger.close()


@pytest.mark.parametrize("minutes", [-60, 60])
def test_what_was_missed_is_found_by_a_wrong_clock(bench: Bench, minutes: int) -> None:
    """However far ahead it is, a look begins where the one before ended."""
    messenger = beside(bench, timedelta(minutes=minutes))
    person = bench.somebody()
    assert messenger.missed_events() == []
    bench.clock.advance(timedelta(minutes=11))
    messenger.missed_events()
    bench.clock.advance(timedelta(minutes=1))
    said = person.says("Có ai không?")
    bench.clock.advance(timedelta(minutes=11))

    assert said.id in b"".join(messenger.missed_events()).decode()
    messenger.close()


def test_a_day_later_it_has_still_arrived(bench: Bench) -> None:
    """However late it is looked for, it stands where it was written."""
    person = bench.somebody()
    since = bench.clock.now()
    bench.sandbox.fail_next("lost_answer", "/message/cs")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(bench.to(person))
    bench.clock.advance(timedelta(days=1))

    assert len(moments(bench.messenger.reconcile(bench.to(person), since))) == 1


def test_dates_of_answers() -> None:
    """What is no date says nothing."""
    assert parse_date({"date": "Mon, 02 Nov 2026 03:00:00 GMT"}) == datetime.fromisoformat("2026-11-02T03:00:00+00:00")
    assert parse_date({"date": "Mon, 02 Nov 2026 03:00:00 -0000"}) == datetime.fromisoformat(
        "2026-11-02T03:00:00+00:00"
    )
    assert [parse_date({"date": odd}) for odd in ("", "heute", "Mon, 99 Nov 2026 99:00:00 GMT")] == [None] * 3
    assert parse_date({}) is None


def test_the_history_is_read_from_what_is_left_of_the_minute(bench: Bench) -> None:
    """A minute whose requests are nearly used up is for sending; the next one has room again."""
    person = bench.somebody()
    bench.messenger.missed_events()
    bench.clock.advance(timedelta(minutes=30))
    said = person.says("Có ai không?")
    bench.account.account.per_minute = 26
    bench.messenger.send(bench.to(person))
    assert bench.messenger.missed_events() == []
    bench.clock.advance(timedelta(minutes=1))

    assert said.id in b"".join(bench.messenger.missed_events()).decode()
