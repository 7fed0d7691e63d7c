"""A refresh token is spent once, whoever else is at it, and no pair is lost."""

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
    """The endpoint as it behaves: one living pair, a refresh token is good once."""

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
    made = TokenRefresher(services, zalo, "7", "9")
    made.adopt(TokenPair("a0", "r0"))
    return made


def failing(error: Exception) -> Trouble:
    def fail() -> None:
        raise error

    return fail


def test_many_threads_of_several_processes(services: AdapterServices, zalo: Zalo, refresher: TokenRefresher) -> None:
    """1,000 refreshes from eight threads with two refreshers never spend a token twice nor store a bad pair."""
    bad: list[str] = []

    def work(mine: TokenRefresher) -> None:
        while zalo.count < 1000:
            try:
                stale = mine.current()
                if mine.renew(stale) == stale:
                    bad.append(stale)
            except RetryLater:
                continue

    both = [TokenRefresher(services, zalo, "7", "9", rest=timedelta(0)) for _ in range(2)]
    threads = [Thread(target=work, args=(mine,)) for mine in both * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = refresher.tokens()

    assert kept is not None
    assert (zalo.spent_twice, bad) == (0, [])
    assert (kept.access, kept.refresh) == (f"a{zalo.count}", f"r{zalo.count}")
    assert (kept.before_access, kept.before_refresh) == (f"a{zalo.count - 1}", f"r{zalo.count - 1}")


def test_token_is_refreshed_five_hours_early(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """A token is used until five hours before its end, then replaced."""
    clock.advance(timedelta(hours=19))
    assert (refresher.current(), zalo.count) == ("a0", 0)
    clock.advance(timedelta(hours=1))
    assert (refresher.current(), zalo.count) == ("a1", 1)


def test_a_stale_token_that_somebody_else_replaced(zalo: Zalo, refresher: TokenRefresher) -> None:
    """Whoever comes with an older token gets the stored one; nothing is spent."""
    assert refresher.renew("a0") == "a1"
    assert refresher.renew("a0") == "a1"
    assert zalo.count == 1


def test_while_another_holds_the_lease(services: AdapterServices, zalo: Zalo, refresher: TokenRefresher) -> None:
    """Another process at it means a moment's patience, not a second refresh."""
    with (
        services.state.lease("token:7:9", PATIENCE),
        pytest.raises(RetryLater, match="Another process is refreshing the token: try again later"),
    ):
        refresher.renew("a0")

    assert zalo.count == 0


def test_a_lease_lost_before_the_call(
    services: AdapterServices, zalo: Zalo, refresher: TokenRefresher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lost the lease, or finds the pair changed, spends nothing."""
    sound = services.state.lease

    @contextmanager
    def lost(name: str, ttl: timedelta) -> Iterator[Lease | None]:
        with sound(name, ttl) as lease:
            assert lease is not None
        yield lease

    monkeypatch.setattr(services.state, "lease", lost)
    with pytest.raises(RetryLater, match="Another process is refreshing the token: try again later"):
        refresher.renew("a0")

    assert zalo.count == 0


def test_a_lease_lost_during_the_call(
    clock: FixedClock, services: AdapterServices, zalo: Zalo, refresher: TokenRefresher
) -> None:
    """A call that outlives its lease, while another one finds the token spent, still saves the only living pair."""
    other = TokenRefresher(services, zalo, "7", "9")

    def meanwhile() -> None:
        zalo.after = lambda: None
        clock.advance(2 * PATIENCE)
        with pytest.raises(TokenSpent):
            other.renew("a0")

    zalo.after = meanwhile
    assert refresher.renew("a0") == "a1"
    kept = other.tokens()
    assert kept is not None
    assert (kept.refresh, kept.refused, kept.spending) == ("r1", False, None)


def test_no_answer_and_nothing_spent(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """After a call without an answer nobody tries for a while; then another try shows that nothing was spent."""
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


def test_no_answer_and_spent(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """If the lost call did spend the token, the next try shows it and from then on a person is needed, at no calls."""
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


def test_a_login_that_can_not_be_reached(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """What never left spends nothing: the old token serves until its end, and the next try is free at once."""
    clock.advance(timedelta(hours=24))
    zalo.before = failing(RetryLater("no connection"))
    assert refresher.current() == "a0"
    clock.advance(timedelta(hours=1))
    with pytest.raises(RetryLater):
        refresher.current()
    zalo.before = lambda: None

    assert refresher.current() == "a1"


def test_a_new_consent_during_a_refresh(zalo: Zalo, refresher: TokenRefresher) -> None:
    """A consent given meanwhile wins over the pair of the refresh."""
    zalo.after = lambda: refresher.adopt(TokenPair("new", "new"))

    assert refresher.renew("a0") == "new"
    assert refresher.current() == "new"


def test_a_storage_that_fails_after_the_call(
    zalo: Zalo, refresher: TokenRefresher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pair that can't be stored isn't used, isn't lost, and is stored as soon as that is possible."""
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


def test_without_a_token(services: AdapterServices, zalo: Zalo) -> None:
    """Before anybody consented, a person is asked for."""
    fresh = TokenRefresher(services, zalo, "7", "8")
    for ask in (fresh.current, lambda: fresh.renew("a0")):
        with pytest.raises(NeedsPerson, match="This account has no token: let an administrator of the account"):
            ask()


def test_what_is_stored() -> None:
    """Tokens come back as they were written; anything else is a finding, and no repr shows a token."""
    tokens = build_tokens(TokenPair("a1", "r1"), NOW, build_tokens(TokenPair("a0", "r0"), NOW, None))

    assert decode_tokens(encode_tokens(tokens)) == tokens
    assert decode_tokens(b"") is None
    assert not [token for token in ("a0", "a1", "r0", "r1") if f"'{token}'" in repr(tokens)]
    for odd in (b"{}", b"[", b"1", b'{"access": 1}'):
        with pytest.raises(NeedsPerson, match="log in again"):
            decode_tokens(odd)


def test_health_warns_before_consent_ends(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """An operator learns in time that consent ends, that refreshes fail, and that a person is needed."""

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


def test_a_short_life_is_used(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """A token that lives for an hour only, as some have seen, isn't replaced with every message."""
    refresher.adopt(TokenPair("a0", "r0", timedelta(hours=1)))
    clock.advance(timedelta(minutes=47))
    assert (refresher.current(), zalo.count) == ("a0", 0)
    clock.advance(timedelta(minutes=2))
    assert (refresher.current(), zalo.count) == ("a1", 1)


def test_a_fresh_token_that_is_not_taken(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """It isn't rejected for its age: no refresh token is spent for each message that meets it."""
    assert refresher.renew("a0") == "a1"
    for _ in range(3):
        with pytest.raises(RetryLater, match="just now") as raised:
            refresher.renew("a1")
        assert raised.value.after == MINIMUM_AGE
    clock.advance(MINIMUM_AGE)

    assert refresher.renew("a1") == "a2"


def test_a_login_in_trouble_holds_no_message_up(clock: FixedClock, zalo: Zalo, refresher: TokenRefresher) -> None:
    """While the old token works, the login is tried once a minute, not with every message."""
    clock.advance(timedelta(hours=24))
    tries: list[int] = []

    def unreachable() -> None:
        tries.append(1)
        raise RetryLater("no connection")

    zalo.before = unreachable
    for _ in range(3):
        assert refresher.current() == "a0"
    assert len(tries) == 1
    clock.advance(RETRY_PAUSE)
    assert refresher.current() == "a0"
    assert len(tries) == 2


def test_a_clock_that_was_set_back(clock: FixedClock, services: AdapterServices, zalo: Zalo) -> None:
    """A refresh that lies in the future by now keeps nobody waiting."""
    lost = TokenRefresher(services, zalo, "7", "9")
    lost.adopt(TokenPair("a0", "r0"))
    zalo.before = failing(UnknownOutcome("lost"))
    with pytest.raises(UnknownOutcome):
        lost.renew("a0")
    zalo.before = lambda: None
    clock.advance(-timedelta(days=1))

    assert lost.renew("a0") == "a1"


def test_a_login_over_something_unreadable(services: AdapterServices, refresher: TokenRefresher) -> None:
    """Who is told to log in again can do so."""
    held = services.state.get("token:7:9")
    services.state.put("token:7:9", b"[", held.version)
    with pytest.raises(NeedsPerson, match="log in again"):
        refresher.current()
    refresher.adopt(TokenPair("a9", "r9"))

    assert refresher.current() == "a9"
