"""A session lasts while it is used, for hours at most, and ends at once with its role, password or second factor."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from tests.support.sign_in import CLIENT, PASSWORD, AccountHolder, enrol

from anninh_core.app import App
from anninh_core.app.settings import Settings, SignInSettings
from anninh_core.domain.accounts.views import NewSession
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import NotSignedIn, NotVisible, StepUpNeeded, WrongStep
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase.actor import Actor, person, system

START = datetime(2021, 9, 1, 1, tzinfo=UTC)
IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)


def is_valid(app: App, session: NewSession) -> bool:
    """Return whether a session is still valid; the check counts as a use."""
    try:
        app.accounts.authenticate_token(session.token)
    except NotSignedIn:
        return False
    return True


def test_idle_session_ends(anninh_app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """A session ends exactly half an hour after its last use."""
    begun = lan.sign_in()
    for _ in range(4):
        anninh_clock.advance(IDLE - timedelta(seconds=1))
        assert is_valid(anninh_app, begun)
    anninh_clock.advance(IDLE)
    assert not is_valid(anninh_app, begun)


def test_session_ends_after_twelve_hours(anninh_app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """A session ends after twelve hours even if it is used."""
    begun = lan.sign_in()
    for _ in range(36):
        assert is_valid(anninh_app, begun)
        anninh_clock.advance(timedelta(minutes=20))
    assert not is_valid(anninh_app, begun)


def test_settings_limit_sessions(anninh_clock: FixedClock) -> None:
    """The settings limit the idle minutes, the hours in all, and the minutes of a second factor."""
    chosen = Settings(sign_in=SignInSettings(idle_minutes=5, hours=1, fresh_minutes=2))
    app = memory_app(clock=anninh_clock, settings=chosen)
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer")
    holder = enrol(app, officer.id, "lan", second_factor=True)
    anninh_clock.advance(timedelta(minutes=1))
    begun = holder.sign_in()
    assert begun.ends_at - anninh_clock.now() == timedelta(minutes=5)
    assert begun.fresh_until == anninh_clock.now() + timedelta(minutes=2)


def revoke_role(app: App, hoa: AccountHolder, boss: Actor, me: Actor) -> None:
    yesterday = local_date(app.internals.context.clock.now()) - timedelta(days=1)
    app.units.revoke(boss, hoa.id, "tip_officer", "ninh-hoa", last_day=yesterday)


ENDS: dict[str, Callable[[App, AccountHolder, Actor, Actor], object]] = {
    "a role is revoked": revoke_role,
    "the officer is deactivated": lambda app, hoa, boss, me: app.accounts.deactivate(boss, hoa.id),
    "the password is changed": lambda app, hoa, boss, me: app.accounts.change_password(me, PASSWORD, PASSWORD[::-1]),
    "the second factor is reset": lambda app, hoa, boss, me: app.accounts.reset_second_factor(boss, hoa.id),
    "the password is reset": lambda app, hoa, boss, me: app.accounts.invite(boss, hoa.id),
    "the operator resets": lambda app, hoa, boss, me: app.accounts.reset_by_operator(system("recovery"), hoa.id),
    "somebody says so": lambda app, hoa, boss, me: app.accounts.end_sessions(boss, hoa.id),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_each_reason_ends_all_sessions(
    anninh_app: App, hoa: AccountHolder, boss: Actor, end: Callable[..., object]
) -> None:
    """Each act that ends sessions ends every session and every API token of the officer at once."""
    sessions = [hoa.sign_in(), anninh_app.accounts.sign_in(hoa.name, PASSWORD, hoa.recovery[0])]
    me = anninh_app.accounts.authenticate_token(sessions[0].token)
    tomorrow = anninh_app.internals.context.clock.now() + timedelta(days=1)
    token = anninh_app.accounts.make_token(me, "Thử", tomorrow).token
    assert all(is_valid(anninh_app, session) for session in sessions)
    end(anninh_app, hoa, boss, me)
    assert not any(is_valid(anninh_app, session) for session in sessions)
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.authenticate_token(token)


def test_a_role_that_runs_out_ends_the_session(anninh_app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """On the day after a role's last day its sessions end without any act; a newly granted role ends none."""
    today = anninh_clock.now().date()
    users = UnsafeLocalUsers(anninh_app)
    users.grant(person(lan.id), "trainer", "ninh-hoa", until=today)
    anninh_clock.advance(timedelta(hours=15, minutes=50))  # The clock is set to 23:50 in Vietnam.
    begun = lan.sign_in()
    users.grant(person(lan.id), "inspector", "ninh-hoa")
    assert is_valid(anninh_app, begun)
    anninh_clock.advance(timedelta(minutes=9))
    assert is_valid(anninh_app, begun)
    anninh_clock.advance(timedelta(minutes=2))
    assert not is_valid(anninh_app, begun)


def test_own_sessions_are_listed_and_ended(
    anninh_app: App, lan: AccountHolder, hoa: AccountHolder, anninh_clock: FixedClock
) -> None:
    """An officer lists and ends their own sessions, with the current one marked; another officer's session gives the
    error for a missing session.
    """
    first, second = lan.sign_in(), lan.sign_in()
    me = anninh_app.accounts.authenticate_token(second.token)
    rows = anninh_app.accounts.sessions(me)
    assert [(row.id, row.is_current, row.client) for row in rows] == [
        (first.session, False, CLIENT.label),
        (second.session, True, CLIENT.label),
    ]
    others = hoa.sign_in().session
    for id in (others, "nothing"):
        with pytest.raises(NotVisible):
            anninh_app.accounts.end_session(me, id)
    anninh_app.accounts.end_session(me, first.session)
    assert [is_valid(anninh_app, session) for session in (first, second)] == [False, True]
    with pytest.raises(WrongStep, match="was ended already"):
        anninh_app.accounts.end_session(me, first.session)
    anninh_clock.advance(timedelta(hours=1))
    assert anninh_app.accounts.sessions(person(lan.id)) == ()


def test_a_step_up_takes_another_code(anninh_app: App, hoa: AccountHolder, anninh_clock: FixedClock) -> None:
    """More than five minutes after the second factor, an irreversible act requires a new code, which counts for the
    same session.
    """
    begun = hoa.sign_in()
    anninh_clock.advance(timedelta(minutes=6))
    me = anninh_app.accounts.authenticate_token(begun.token)
    with pytest.raises(StepUpNeeded):
        anninh_app.accounts.renew_recovery_codes(me)
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.step_up(me, "000000")
    until = anninh_app.accounts.step_up(me, hoa.code())
    fresh = anninh_app.accounts.authenticate_token(begun.token)
    assert (fresh.sign_in.fresh_until, until) == (until, anninh_clock.now() + timedelta(minutes=5))
    assert len(anninh_app.accounts.renew_recovery_codes(fresh).codes) == 10
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.step_up(me, hoa.recovery[0])


class SessionMachine(RuleBasedStateMachine):
    """Sessions of two officers, compared with a model that computes when each ends."""

    sessions = Bundle("sessions")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(START)
        self.app = memory_app(clock=self.clock)
        users = UnsafeLocalUsers(self.app)
        self.boss = users.appoint("Người Phân Quyền", "hoa-lu", "standing_officer")
        self.holders = []
        for name in ("lan", "hoa"):
            officer = users.appoint(name, "ninh-hoa", "tip_officer")
            self.holders.append(enrol(self.app, officer.id, name, by=self.boss))
        self.ends: dict[str, Any] = {}
        self.begun: dict[str, Any] = {}
        self.owner: dict[str, str] = {}

    @rule(target=sessions, number=st.integers(0, 1))
    def sign_in(self, number: int) -> NewSession:
        begun = self.holders[number].sign_in()
        now = self.clock.now()
        self.begun[begun.session] = now
        self.ends[begun.session] = now + IDLE
        self.owner[begun.session] = self.holders[number].id
        return begun

    @rule(minutes=st.integers(1, 200))
    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @rule(session=sessions)
    def use(self, session: NewSession) -> None:
        now = self.clock.now()
        id = session.session
        alive = id in self.ends and now < min(self.ends[id], self.begun[id] + LIFE)
        assert is_valid(self.app, session) is alive
        if alive:
            self.ends[id] = now + IDLE

    @rule(session=consumes(sessions))
    def sign_out(self, session: NewSession) -> None:
        if is_valid(self.app, session):
            self.app.accounts.sign_out(self.app.accounts.authenticate_token(session.token))
        self.ends.pop(session.session, None)
        assert not is_valid(self.app, session)

    @rule(number=st.integers(0, 1))
    def end_all(self, number: int) -> None:
        holder = self.holders[number]
        self.app.accounts.end_sessions(self.boss, holder.id)
        self.ends = {id: end for id, end in self.ends.items() if self.owner[id] != holder.id}

    @invariant()
    def the_list_shows_those_that_hold(self) -> None:
        now = self.clock.now()
        for holder in self.holders:
            living = {
                id
                for id, end in self.ends.items()
                if self.owner[id] == holder.id and now < min(end, self.begun[id] + LIFE)
            }
            assert {row.id for row in self.app.accounts.sessions(person(holder.id))} == living


TestLives = SessionMachine.TestCase
TestLives.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
