"""In a SQLite database accounts survive a restart, and only the first of simultaneous uses of a code or name
succeeds.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.sign_in import PASSWORD, AccountHolder, compute_code, enrol

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.testing.apps import CHEAP, shipped_district

Opened = Callable[[], App]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))


@pytest.fixture
def open_again(tmp_path: Path, clock: FixedClock) -> Opened:
    """Return a function that opens the app on the same database file each time."""
    settings = Settings().resolve_paths(tmp_path)
    return lambda: open_app(shipped_district(), settings, Parts(clock=clock, passwords=CHEAP))


def enrol_officer(app: App) -> AccountHolder:
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Hoa", "ninh-hoa", "tip_officer")
    return enrol(app, officer.id, "hoa", second_factor=True)


def test_a_restart_changes_nothing(open_again: Opened, clock: FixedClock) -> None:
    """Sessions, tokens, used codes and delays after failures survive a restart, and ended sessions stay ended."""
    with open_again() as app:
        holder = enrol_officer(app)
        clock.advance(timedelta(minutes=1))
        session = app.accounts.sign_in("hoa", PASSWORD, holder.code())
        ended = app.accounts.sign_in("hoa", PASSWORD, holder.recovery[0])
        me = app.accounts.authenticate_token(session.token)
        token = app.accounts.make_token(me, "Thử", clock.now() + timedelta(days=1))
        app.accounts.end_session(me, ended.session)
        for _ in range(5):
            with pytest.raises(NotSignedIn):
                app.accounts.sign_in("hoa", "wrong")
        clock.advance(timedelta(minutes=20))
        app.accounts.authenticate_token(session.token)
        for _ in range(2):
            with pytest.raises(NotSignedIn):
                app.accounts.sign_in("hoa", "wrong")
            clock.advance(timedelta(seconds=2))
    clock.advance(timedelta(seconds=1))
    with open_again() as app:
        with pytest.raises(TooManyRequests):
            app.accounts.sign_in("hoa", PASSWORD, holder.recovery[1])
        clock.advance(timedelta(minutes=19))
        assert app.accounts.authenticate_token(session.token).id == holder.id
        assert app.accounts.authenticate_token(token.token).id == holder.id
        with pytest.raises(NotSignedIn):
            app.accounts.authenticate_token(ended.token)


def test_code_counts_once_under_concurrency(open_again: Opened, clock: FixedClock) -> None:
    """Of simultaneous sign-ins with one code exactly one succeeds."""
    with open_again() as app:
        holder = enrol_officer(app)
        clock.advance(timedelta(minutes=1))
        code = compute_code(holder.secret, clock.now())

        def sign_in(_: int) -> bool:
            try:
                app.accounts.sign_in("hoa", PASSWORD, code)
            except (NotSignedIn, TooManyRequests):
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(sign_in, range(4))) == 1


def test_name_is_taken_once(open_again: Opened) -> None:
    """Of two officers who choose the same name at the same moment, the first gets it, and the other gets an error that
    it is taken.
    """
    with open_again() as app:
        users = UnsafeLocalUsers(app)
        officers = [users.appoint(f"Cán bộ {number}", "ninh-hoa", "tip_officer") for number in range(2)]
        boss = users.appoint("Người Phân Quyền", "hoa-lu", "standing_officer")
        codes = [app.accounts.invite(boss, officer.id).code for officer in officers]

        def choose(code: str) -> str:
            try:
                app.accounts.set_up(code, "lan", PASSWORD)
            except ValueError as taken:
                return str(taken)
            return ""

        with ThreadPoolExecutor(2) as pool:
            messages = sorted(pool.map(choose, codes))
        assert messages[0] == ""
        assert "taken" in messages[1]
