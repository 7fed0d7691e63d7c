"""Tokens are refreshed so that a refresh token is spent only once across processes, and no pair is lost."""

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
from anninh_zalo.oauth.health import check_tokens
from anninh_zalo.oauth.refresher import MINIMUM_AGE, PATIENCE, RETRY_PAUSE, TokenRefresher
from anninh_zalo.oauth.tokens import build_tokens, decode_tokens, encode_tokens

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Trouble = Callable[[], None]


class LoginEndpoint:
    """A simulated login endpoint with one valid pair of tokens, whose refresh tokens can be used once."""

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
def login_endpoint() -> LoginEndpoint:
    return LoginEndpoint()


@pytest.fixture
def token_refresher(services: AdapterServices, login_endpoint: LoginEndpoint) -> TokenRefresher:
    new_refresher = TokenRefresher(services, login_endpoint, "7", "9")
    new_refresher.adopt(TokenPair("a0", "r0"))
    return new_refresher


def build_failure(error: Exception) -> Trouble:
    def raise_given_error() -> None:
        raise error

    return raise_given_error


def test_concurrent_refreshes_spend_no_token_twice(
    services: AdapterServices, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """1,000 refreshes by eight threads of two refreshers never spend a token twice and never store an invalid pair."""
    unchanged: list[str] = []

    def refresh_repeatedly(own_refresher: TokenRefresher) -> None:
        while login_endpoint.count < 1000:
            try:
                stale = own_refresher.current()
                if own_refresher.renew(stale) == stale:
                    unchanged.append(stale)
            except RetryLater:
                continue

    both = [TokenRefresher(services, login_endpoint, "7", "9", rest=timedelta(0)) for _ in range(2)]
    threads = [Thread(target=refresh_repeatedly, args=(own_refresher,)) for own_refresher in both * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = token_refresher.tokens()

    assert stored is not None
    assert (login_endpoint.spent_twice, unchanged) == (0, [])
    assert (stored.access, stored.refresh) == (f"a{login_endpoint.count}", f"r{login_endpoint.count}")
    assert (stored.before_access, stored.before_refresh) == (
        f"a{login_endpoint.count - 1}",
        f"r{login_endpoint.count - 1}",
    )


def test_token_is_refreshed_five_hours_early(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """An access token is used until five hours before its end, and is then refreshed."""
    clock.advance(timedelta(hours=19))
    assert (token_refresher.current(), login_endpoint.count) == ("a0", 0)
    clock.advance(timedelta(hours=1))
    assert (token_refresher.current(), login_endpoint.count) == ("a1", 1)


def test_replaced_token_is_not_refreshed_again(login_endpoint: LoginEndpoint, token_refresher: TokenRefresher) -> None:
    """A caller that has an older access token gets the stored one, and no refresh token is spent."""
    assert token_refresher.renew("a0") == "a1"
    assert token_refresher.renew("a0") == "a1"
    assert login_endpoint.count == 1


def test_refresh_waits_for_another_process(
    services: AdapterServices, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """While another process has the lease, the refresh of a token is postponed."""
    with (
        services.state.lease("token:7:9", PATIENCE),
        pytest.raises(RetryLater, match="Another process is refreshing the token: try again later"),
    ):
        token_refresher.renew("a0")

    assert login_endpoint.count == 0


def test_lost_lease_prevents_the_refresh(
    services: AdapterServices,
    login_endpoint: LoginEndpoint,
    token_refresher: TokenRefresher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that lost its lease before the call to Zalo spends no token."""
    real_lease = services.state.lease

    @contextmanager
    def lease_nothing(name: str, ttl: timedelta) -> Iterator[Lease | None]:
        with real_lease(name, ttl) as lease:
            assert lease is not None
        yield lease

    monkeypatch.setattr(services.state, "lease", lease_nothing)
    with pytest.raises(RetryLater, match="Another process is refreshing the token: try again later"):
        token_refresher.renew("a0")

    assert login_endpoint.count == 0


def test_refresh_beyond_its_lease_stores_the_pair(
    clock: FixedClock, services: AdapterServices, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """A call that lasts longer than its lease still stores the only valid pair, even if another process found the token
    spent.
    """
    other = TokenRefresher(services, login_endpoint, "7", "9")

    def refresh_in_other_process() -> None:
        login_endpoint.after = lambda: None
        clock.advance(2 * PATIENCE)
        with pytest.raises(TokenSpent):
            other.renew("a0")

    login_endpoint.after = refresh_in_other_process
    assert token_refresher.renew("a0") == "a1"
    stored = other.tokens()
    assert stored is not None
    assert (stored.refresh, stored.refused, stored.spending) == ("r1", False, None)


def test_lost_request_is_retried_after_patience(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """After a call without a response the next refresh waits for `PATIENCE`, and then succeeds if nothing was spent."""
    login_endpoint.before = build_failure(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        token_refresher.renew("a0")
    login_endpoint.before = lambda: None
    with pytest.raises(RetryLater) as refused:
        token_refresher.renew("a0")
    assert refused.value.after == PATIENCE
    clock.advance(PATIENCE)

    assert token_refresher.renew("a0") == "a1"
    assert login_endpoint.spent_twice == 0


def test_lost_response_needs_a_person(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """If the lost call spent the token, the next refresh finds that out, and later ones raise `NeedsPerson` without any
    call.
    """
    login_endpoint.after = build_failure(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        token_refresher.renew("a0")
    clock.advance(PATIENCE)
    with pytest.raises(TokenSpent):
        token_refresher.renew("a0")
    for _ in range(3):
        with pytest.raises(NeedsPerson):
            token_refresher.renew("a0")

    assert login_endpoint.spent_twice == 1
    token_refresher.adopt(TokenPair("a9", "r9"))
    assert token_refresher.current() == "a9"


def test_unreachable_login_keeps_the_old_token(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """If the login endpoint is unreachable, nothing is spent: the old token is used until its end, and the next attempt
    needs no wait.
    """
    clock.advance(timedelta(hours=24))
    login_endpoint.before = build_failure(RetryLater("no connection"))
    assert token_refresher.current() == "a0"
    clock.advance(timedelta(hours=1))
    with pytest.raises(RetryLater):
        token_refresher.current()
    login_endpoint.before = lambda: None

    assert token_refresher.current() == "a1"


def test_new_consent_wins_over_a_refresh(login_endpoint: LoginEndpoint, token_refresher: TokenRefresher) -> None:
    """A consent that is given during a refresh replaces the refreshed pair of tokens."""
    login_endpoint.after = lambda: token_refresher.adopt(TokenPair("new", "new"))

    assert token_refresher.renew("a0") == "new"
    assert token_refresher.current() == "new"


def test_unstored_pair_is_kept_and_stored_later(
    login_endpoint: LoginEndpoint, token_refresher: TokenRefresher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pair of tokens that can't be stored isn't used, and is stored as soon as possible."""
    put = MemoryState.put
    login_endpoint.after = lambda: monkeypatch.setattr(MemoryState, "put", raise_on_put)
    with pytest.raises(RetryLater, match="couldn't be stored"):
        token_refresher.renew("a0")
    login_endpoint.after = lambda: None
    monkeypatch.setattr(MemoryState, "put", put)

    assert token_refresher.renew("a0") == "a1"
    assert (login_endpoint.count, login_endpoint.spent_twice) == (1, 0)


def raise_on_put(*_: object) -> bool:
    raise StorageBusy("busy")


def test_account_without_token_needs_a_person(services: AdapterServices, login_endpoint: LoginEndpoint) -> None:
    """Before the first consent an administrator is asked to log in."""
    fresh = TokenRefresher(services, login_endpoint, "7", "8")
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


def test_health_warns_before_consent_ends(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """The health check warns before the consent ends and if a refresh fails, and reports a problem if a person has to
    act.
    """

    def get_level(at: datetime) -> Level:
        check = check_tokens(token_refresher.tokens(), at)
        assert check.name == "token"
        assert check.todo or check.level is Level.OK
        return check.level

    assert check_tokens(None, NOW).level is Level.PROBLEM
    assert get_level(NOW) is Level.OK
    assert get_level(NOW + timedelta(days=3)) is Level.WARNING
    assert get_level(NOW + timedelta(days=80)) is Level.WARNING
    assert get_level(NOW + timedelta(days=90)) is Level.PROBLEM
    login_endpoint.after = build_failure(UnknownOutcome("lost"))
    with pytest.raises(DeliveryError):
        token_refresher.renew("a0")
    assert get_level(NOW) is Level.WARNING
    clock.advance(PATIENCE)
    with pytest.raises(DeliveryError):
        token_refresher.renew("a0")
    assert get_level(NOW) is Level.PROBLEM


def test_short_lived_token_is_used_to_its_end(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """A token with a lifetime of only an hour, as some users have observed, isn't refreshed with every message."""
    token_refresher.adopt(TokenPair("a0", "r0", timedelta(hours=1)))
    clock.advance(timedelta(minutes=47))
    assert (token_refresher.current(), login_endpoint.count) == ("a0", 0)
    clock.advance(timedelta(minutes=2))
    assert (token_refresher.current(), login_endpoint.count) == ("a1", 1)


def test_rejected_fresh_token_is_not_refreshed(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """A fresh token that Zalo rejects isn't refreshed before `MINIMUM_AGE`, so that not every message spends a refresh
    token.
    """
    assert token_refresher.renew("a0") == "a1"
    for _ in range(3):
        with pytest.raises(RetryLater, match="just now") as raised:
            token_refresher.renew("a1")
        assert raised.value.after == MINIMUM_AGE
    clock.advance(MINIMUM_AGE)

    assert token_refresher.renew("a1") == "a2"


def test_failing_login_is_tried_once_a_minute(
    clock: FixedClock, login_endpoint: LoginEndpoint, token_refresher: TokenRefresher
) -> None:
    """While the old token is valid, a failing login is tried once a minute and not with every message."""
    clock.advance(timedelta(hours=24))
    attempts: list[int] = []

    def raise_unreachable() -> None:
        attempts.append(1)
        raise RetryLater("no connection")

    login_endpoint.before = raise_unreachable
    for _ in range(3):
        assert token_refresher.current() == "a0"
    assert len(attempts) == 1
    clock.advance(RETRY_PAUSE)
    assert token_refresher.current() == "a0"
    assert len(attempts) == 2


def test_clock_set_back_delays_no_refresh(
    clock: FixedClock, services: AdapterServices, login_endpoint: LoginEndpoint
) -> None:
    """After the clock was set back, a stored refresh with a future time doesn't delay the next attempt."""
    refresher = TokenRefresher(services, login_endpoint, "7", "9")
    refresher.adopt(TokenPair("a0", "r0"))
    login_endpoint.before = build_failure(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        refresher.renew("a0")
    login_endpoint.before = lambda: None
    clock.advance(-timedelta(days=1))

    assert refresher.renew("a0") == "a1"


def test_login_replaces_unreadable_tokens(services: AdapterServices, token_refresher: TokenRefresher) -> None:
    """A new login replaces unreadable tokens."""
    stored = services.state.get("token:7:9")
    services.state.put("token:7:9", b"[", stored.version)
    with pytest.raises(NeedsPerson, match="log in again"):
        token_refresher.current()
    token_refresher.adopt(TokenPair("a9", "r9"))

    assert token_refresher.current() == "a9"
