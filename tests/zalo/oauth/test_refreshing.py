"""Refreshing of tokens: a refresh token is spent once across processes, and no pair is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread

import pytest

from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RetryLater,
    StorageBusy,
    UnknownOutcome,
)
from anninh_core.ports.health import Level
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.storage import Lease
from anninh_core.testing import FixedClock
from anninh_core.testing.services import MemoryState, memory_services
from anninh_zalo.api.answers import TokenSpent
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.oauth.health import token_check
from anninh_zalo.oauth.refresher import MINIMUM_AGE, PATIENCE, RETRY_PAUSE, TokenRefresher
from anninh_zalo.oauth.tokens import build_tokens, decode_tokens, encode_tokens

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Trouble = Callable[[], None]


class Zalo:
    """The login endpoint with one valid pair, and refresh tokens that are valid once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.count = 0
        self.spent_twice = 0
        self.before: Trouble = lambda: None
        self.after: Trouble = lambda: None

    def exchange(self, code: str, verifier: str = "") -> TokenPair:
        raise NotImplementedError

    def refresh(self, refresh_token: str) -> TokenPair:
        self.before()
        with self._lock:
            if refresh_token != f"r{self.count}":
                self.spent_twice += 1
                raise TokenSpent("spent")
            self.count += 1
            grant = TokenPair(f"a{self.count}", f"r{self.count}")
        self.after()
        return grant


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def services(clock: FixedClock) -> AdapterServices:
    return memory_services(clock)


@pytest.fixture
def zalo() -> Zalo:
    return Zalo()


@pytest.fixture
def refresher(services: AdapterServices, zalo: Zalo) -> TokenRefresher:
    new_refresher = TokenRefresher(services, zalo, "7", "9")
    new_refresher.adopt(TokenPair("a0", "r0"))
    return new_refresher


def failing(error: Exception) -> Trouble:
    def fail() -> None:
        raise error

    return fail


def test_concurrent_refreshes_spend_no_token_twice(
    services: AdapterServices, zalo: Zalo, refresher: TokenRefresher
) -> None:
    """1,000 refreshes by eight threads of two refreshers never spend a token twice and never store an invalid pair."""
    unchanged: list[str] = []

    def work(own_refresher: TokenRefresher) -> None:
        while zalo.count < 1000:
            try:
                stale = own_refresher.current()
                if own_refresher.renew(stale) == stale:
                    unchanged.append(stale)
            except RetryLater:
                continue

    both = [TokenRefresher(services, zalo, "7", "9", rest=timedelta(0)) for _ in range(2)]
    threads = [Thread(target=work, args=(own_refresher,)) for own_refresher in both * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = refresher.tokens()

    assert stored is not None
    assert (zalo.spent_twice, unchanged) == (0, [])
    assert (stored.access, stored.refresh) == (f"a{zalo.count}", f"r{zalo.count}")
    assert (stored.before_access, stored.before_refresh) == (f"a{zalo.count - 1}", f"r{zalo.count - 1}")


def test_token_is_refreshed_five_hours_early(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """A token is used until five hours before its end, and is then refreshed."""
    clock.advance(timedelta(hours=19))
    assert (refresher.current(), zalo.count) == ("a0", 0)
    clock.advance(timedelta(hours=1))
    assert (refresher.current(), zalo.count) == ("a1", 1)


def test_replaced_token_is_not_refreshed_again(zalo: Zalo, refresher: TokenRefresher) -> None:
    """A caller with an older token gets the stored one, and nothing is spent."""
    assert refresher.renew("a0") == "a1"
    assert refresher.renew("a0") == "a1"
    assert zalo.count == 1


def test_refresh_waits_for_another_process(services: AdapterServices, zalo: Zalo, refresher: TokenRefresher) -> None:
    """While another process has the lease, a refresh is postponed."""
    with (
        services.state.lease("token:7:9", PATIENCE),
        pytest.raises(RetryLater, match="Another process is refreshing the token: try again later"),
    ):
        refresher.renew("a0")

    assert zalo.count == 0


def test_lost_lease_prevents_the_refresh(
    services: AdapterServices, zalo: Zalo, refresher: TokenRefresher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that lost its lease before the call spends nothing."""
    real_lease = services.state.lease

    @contextmanager
    def lost(name: str, ttl: timedelta) -> Iterator[Lease | None]:
        with real_lease(name, ttl) as lease:
            assert lease is not None
        yield lease

    monkeypatch.setattr(services.state, "lease", lost)
    with pytest.raises(RetryLater, match="Another process is refreshing the token: try again later"):
        refresher.renew("a0")

    assert zalo.count == 0


def test_refresh_beyond_its_lease_stores_the_pair(
    clock: FixedClock, services: AdapterServices, zalo: Zalo, refresher: TokenRefresher
) -> None:
    """A call that outlives its lease stores the only valid pair, even if another process found the token spent."""
    other = TokenRefresher(services, zalo, "7", "9")

    def refresh_in_other_process() -> None:
        zalo.after = lambda: None
        clock.advance(2 * PATIENCE)
        with pytest.raises(TokenSpent):
            other.renew("a0")

    zalo.after = refresh_in_other_process
    assert refresher.renew("a0") == "a1"
    stored = other.tokens()
    assert stored is not None
    assert (stored.refresh, stored.refused, stored.spending) == ("r1", False, None)


def test_lost_request_is_retried_after_patience(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """After a call without a response the next attempt waits for `PATIENCE`, and then succeeds if nothing was spent."""
    zalo.before = failing(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        refresher.renew("a0")
    zalo.before = lambda: None
    with pytest.raises(RetryLater) as refused:
        refresher.renew("a0")
    assert refused.value.after == PATIENCE
    clock.advance(PATIENCE)

    assert refresher.renew("a0") == "a1"
    assert zalo.spent_twice == 0


def test_lost_response_needs_a_person(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """If the lost call spent the token, the next attempt finds that, and later ones need a person without any call."""
    zalo.after = failing(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        refresher.renew("a0")
    clock.advance(PATIENCE)
    with pytest.raises(TokenSpent):
        refresher.renew("a0")
    for _ in range(3):
        with pytest.raises(NeedsPerson):
            refresher.renew("a0")

    assert zalo.spent_twice == 1
    refresher.adopt(TokenPair("a9", "r9"))
    assert refresher.current() == "a9"


def test_unreachable_login_keeps_the_old_token(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """If the login is unreachable, nothing is spent: the old token is used until its end, and the next attempt needs no
    wait.
    """
    clock.advance(timedelta(hours=24))
    zalo.before = failing(RetryLater("no connection"))
    assert refresher.current() == "a0"
    clock.advance(timedelta(hours=1))
    with pytest.raises(RetryLater):
        refresher.current()
    zalo.before = lambda: None

    assert refresher.current() == "a1"


def test_new_consent_wins_over_a_refresh(zalo: Zalo, refresher: TokenRefresher) -> None:
    """A consent given during a refresh replaces the refreshed pair."""
    zalo.after = lambda: refresher.adopt(TokenPair("new", "new"))

    assert refresher.renew("a0") == "new"
    assert refresher.current() == "new"


def test_unstored_pair_is_kept_and_stored_later(
    zalo: Zalo, refresher: TokenRefresher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pair that can't be stored isn't used, and is stored as soon as possible."""
    put = MemoryState.put
    zalo.after = lambda: monkeypatch.setattr(MemoryState, "put", failing_put)
    with pytest.raises(RetryLater, match="couldn't be stored"):
        refresher.renew("a0")
    zalo.after = lambda: None
    monkeypatch.setattr(MemoryState, "put", put)

    assert refresher.renew("a0") == "a1"
    assert (zalo.count, zalo.spent_twice) == (1, 0)


def failing_put(*_: object) -> bool:
    raise StorageBusy("busy")


def test_account_without_token_needs_a_person(services: AdapterServices, zalo: Zalo) -> None:
    """Before the first consent an administrator is asked to log in."""
    fresh = TokenRefresher(services, zalo, "7", "8")
    for ask in (fresh.current, lambda: fresh.renew("a0")):
        with pytest.raises(NeedsPerson, match="This account has no token: let an administrator of the account"):
            ask()


def test_stored_tokens_are_restored_unchanged() -> None:
    """Stored tokens are decoded unchanged, invalid ones need a new login, and no repr shows a token."""
    tokens = build_tokens(TokenPair("a1", "r1"), NOW, build_tokens(TokenPair("a0", "r0"), NOW, None))

    assert decode_tokens(encode_tokens(tokens)) == tokens
    assert decode_tokens(b"") is None
    assert not [token for token in ("a0", "a1", "r0", "r1") if f"'{token}'" in repr(tokens)]
    for invalid in (b"{}", b"[", b"1", b'{"access": 1}'):
        with pytest.raises(NeedsPerson, match="log in again"):
            decode_tokens(invalid)


def test_health_warns_before_consent_ends(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """The health check warns before the consent ends and when a refresh fails, and reports a problem when a person is
    needed.
    """

    def level(at: datetime) -> Level:
        check = token_check(refresher.tokens(), at)
        assert check.name == "token"
        assert check.todo or check.level is Level.OK
        return check.level

    assert token_check(None, NOW).level is Level.PROBLEM
    assert level(NOW) is Level.OK
    assert level(NOW + timedelta(days=3)) is Level.WARNING
    assert level(NOW + timedelta(days=80)) is Level.WARNING
    assert level(NOW + timedelta(days=90)) is Level.PROBLEM
    zalo.after = failing(UnknownOutcome("lost"))
    with pytest.raises(DeliveryError):
        refresher.renew("a0")
    assert level(NOW) is Level.WARNING
    clock.advance(PATIENCE)
    with pytest.raises(DeliveryError):
        refresher.renew("a0")
    assert level(NOW) is Level.PROBLEM


def test_short_lived_token_is_used_to_its_end(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """A token with a lifetime of an hour, as some users have observed, isn't refreshed with every message."""
    refresher.adopt(TokenPair("a0", "r0", timedelta(hours=1)))
    clock.advance(timedelta(minutes=47))
    assert (refresher.current(), zalo.count) == ("a0", 0)
    clock.advance(timedelta(minutes=2))
    assert (refresher.current(), zalo.count) == ("a1", 1)


def test_rejected_fresh_token_is_not_refreshed(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """A fresh token that Zalo rejects isn't refreshed before `MINIMUM_AGE`, so that not every message spends a refresh
    token.
    """
    assert refresher.renew("a0") == "a1"
    for _ in range(3):
        with pytest.raises(RetryLater, match="just now") as raised:
            refresher.renew("a1")
        assert raised.value.after == MINIMUM_AGE
    clock.advance(MINIMUM_AGE)

    assert refresher.renew("a1") == "a2"


def test_failing_login_is_tried_once_a_minute(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """While the old token is valid, a failing login is tried once a minute and not with every message."""
    clock.advance(timedelta(hours=24))
    attempts: list[int] = []

    def unreachable() -> None:
        attempts.append(1)
        raise RetryLater("no connection")

    zalo.before = unreachable
    for _ in range(3):
        assert refresher.current() == "a0"
    assert len(attempts) == 1
    clock.advance(RETRY_PAUSE)
    assert refresher.current() == "a0"
    assert len(attempts) == 2


def test_clock_set_back_delays_no_refresh(clock: FixedClock, services: AdapterServices, zalo: Zalo) -> None:
    """After the clock is set back, a refresh with a future time doesn't delay the next attempt."""
    refresher = TokenRefresher(services, zalo, "7", "9")
    refresher.adopt(TokenPair("a0", "r0"))
    zalo.before = failing(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        refresher.renew("a0")
    zalo.before = lambda: None
    clock.advance(-timedelta(days=1))

    assert refresher.renew("a0") == "a1"


def test_login_replaces_unreadable_tokens(services: AdapterServices, refresher: TokenRefresher) -> None:
    """A new login replaces unreadable tokens."""
    stored = services.state.get("token:7:9")
    services.state.put("token:7:9", b"[", stored.version)
    with pytest.raises(NeedsPerson, match="log in again"):
        refresher.current()
    refresher.adopt(TokenPair("a9", "r9"))

    assert refresher.current() == "a9"
