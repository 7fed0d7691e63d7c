"""A sign-in with the right name, password and code begins a session; any wrong part gives the same error."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import CLIENT, PASSWORD, AccountHolder

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passwords import PasswordHasher, PasswordProfile
from anninh_core.domain.accounts.kind import ACCOUNT, SESSION
from anninh_core.domain.accounts.rules import Client
from anninh_core.kernel.errors import BadInput, NotSignedIn, TooManyRequests
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor, system
from anninh_core.workflows.accounts.sign_in import SignInDesk

ELSEWHERE = Client(address="198.51.100.9")


def guess_until_slowed(act: Callable[[], object]) -> TooManyRequests:
    """Repeat `act`, a wrong guess, until guesses are slowed down, and return that error."""
    for _ in range(60):
        try:
            with pytest.raises(NotSignedIn):
                act()
        except TooManyRequests as slowed:
            return slowed
    raise AssertionError("sixty guesses were free")


def expect_refusal(app: App, *credentials: str) -> NotSignedIn:
    with pytest.raises(NotSignedIn) as error:
        app.accounts.sign_in(*credentials, client=CLIENT)
    return error.value


def test_sign_in_begins_a_recorded_session(anninh_app: App, lan: AccountHolder, journal: Trail) -> None:
    """A sign-in ignores the name's case, and its entry names officer, method and session, but not the token."""
    begun = lan.sign_in(name=" LAN ")
    actor = anninh_app.accounts.authenticate_token(begun.token)

    assert (actor.id, actor.sign_in.method, actor.sign_in.session) == (lan.id, SignInMethod.PASSWORD, begun.session)
    assert actor.sign_in.fresh_until is None
    entry = journal()[-1]
    assert (entry.actor, entry.events) == ("system:door", ("account.signed_in",))
    assert entry.facts == {"officer": lan.id, "sign_in": "password", "session": f"session:{begun.session}"}
    assert begun.token not in str(journal())
    assert begun.token not in repr(begun)


def test_errors_look_the_same(anninh_app: App, lan: AccountHolder, hoa: AccountHolder) -> None:
    """A sign-in with an unknown name, a wrong password, or a wrong or missing code gives the same error."""
    errors = [
        expect_refusal(anninh_app, "nobody", PASSWORD),
        expect_refusal(anninh_app, lan.name, "wrong"),
        expect_refusal(anninh_app, hoa.name, PASSWORD),
        expect_refusal(anninh_app, hoa.name, PASSWORD, "000000"),
        expect_refusal(anninh_app, hoa.name, "wrong", hoa.code()),
    ]
    assert len({str(error) for error in errors}) == 1
    assert {type(error) for error in errors} == {NotSignedIn}


@pytest.mark.parametrize("strange", ["", " ", "\ud800", "đ" * 100_000, "a\x00b", "e\u0301" * 300])
def test_strange_input_is_refused_like_any_other(anninh_app: App, hoa: AccountHolder, strange: str) -> None:
    """Unusual names, passwords and codes are refused like any wrong ones, without another error."""
    for credentials in ((strange, PASSWORD), (hoa.name, strange), (hoa.name, PASSWORD, strange)):
        assert str(expect_refusal(anninh_app, *credentials))


def test_journal_has_the_reason_and_no_secret(anninh_app: App, lan: AccountHolder, journal: Trail) -> None:
    """The journal's entry of a refused sign-in has the reason and, if it exists, the account, but no password."""
    expect_refusal(anninh_app, "nobody", "a secret of nobody")
    expect_refusal(anninh_app, lan.name, "a secret of somebody")
    entries = [entry for entry in journal() if entry.outcome == "refused"]
    assert [(entry.facts["why"], entry.facts.get("about")) for entry in entries] == [
        ("This sign-in name doesn't exist.", None),
        ("The password is wrong.", f"account:{lan.id}"),
    ]
    assert "a secret" not in str(journal())


def test_a_flood_of_refusals_is_counted(anninh_app: App, anninh_clock: FixedClock, journal: Trail) -> None:
    """In a flood of refused sign-ins the first are entries of the journal and later ones only a count, so that made-up
    names can't fill the journal.
    """
    for number in range(200):
        anninh_clock.advance(timedelta(seconds=1))
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.sign_in(f"nobody{number}", "x", client=Client(address=f"192.0.2.{number % 90}"))
    anninh_app.internals.runner.flush_read_log(everything=True)
    assert len([entry for entry in journal() if entry.outcome == "refused"]) < 15


def test_code_counts_once(anninh_app: App, hoa: AccountHolder, anninh_clock: FixedClock) -> None:
    """A code of an authenticator app is a second factor for five minutes; the same code and an older one are refused,
    and the next one is accepted.
    """
    code = hoa.code()
    begun = hoa.sign_in()
    assert begun.fresh_until == anninh_clock.now() + timedelta(minutes=5)
    older = hoa.code(anninh_clock.now() - timedelta(seconds=30))
    for used in (code, older):
        expect_refusal(anninh_app, hoa.name, PASSWORD, used)
    anninh_clock.advance(timedelta(seconds=30))
    assert hoa.sign_in().fresh_until


@pytest.mark.parametrize(("seconds", "taken"), [(-30, True), (30, True), (-61, False), (61, False)])
def test_clock_error_of_one_step_is_accepted(
    hoa: AccountHolder, anninh_clock: FixedClock, seconds: int, taken: bool
) -> None:
    """A code of an authenticator app may be half a minute early or late, but not more."""
    anninh_clock.advance(timedelta(minutes=10))
    code = hoa.code(anninh_clock.now() + timedelta(seconds=seconds))
    if taken:
        assert hoa.sign_in(code=code).token
        return
    with pytest.raises(NotSignedIn):
        hoa.sign_in(code=code)


def test_recovery_code_replaces_the_app_once(anninh_app: App, hoa: AccountHolder) -> None:
    """A recovery code replaces the authenticator app's code once, in any spelling, and nine recovery codes are left."""
    typed = hoa.recovery[0].lower().replace("-", " ")
    assert hoa.sign_in(code=typed).fresh_until
    expect_refusal(anninh_app, hoa.name, PASSWORD, hoa.recovery[0])
    assert anninh_app.accounts.account(hoa.enter()).recovery_codes == 9


def test_an_officer_without_a_role_is_refused(anninh_app: App, lan: AccountHolder, boss: Actor) -> None:
    """A sign-in of an officer without a role is refused with the error for an unknown name."""
    anninh_app.accounts.deactivate(boss, lan.id)
    assert str(expect_refusal(anninh_app, lan.name, PASSWORD)) == str(expect_refusal(anninh_app, "nobody", PASSWORD))


def test_guesses_at_a_name_are_slowed_down(anninh_app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """Guesses at a sign-in name are slowed down for known and unknown names, also for the right password, by five
    minutes at most.
    """
    for name in (lan.name, "nobody"):
        slowed = guess_until_slowed(partial(anninh_app.accounts.sign_in, name, "wrong", client=ELSEWHERE))
        assert slowed.after == timedelta(seconds=1)
    with pytest.raises(TooManyRequests):
        lan.sign_in()
    anninh_clock.advance(timedelta(minutes=5))
    assert lan.sign_in().token


def test_flood_from_elsewhere_doesnt_block_the_owner(anninh_app: App, lan: AccountHolder) -> None:
    """Sign-in attempts from a known place of the owner are counted separately from those from elsewhere, which can't
    block the owner.
    """
    lan.sign_in()
    guess_until_slowed(partial(anninh_app.accounts.sign_in, lan.name, "wrong", client=ELSEWHERE))
    assert lan.sign_in().token


def test_sign_in_updates_an_outdated_hash(anninh_app: App, lan: AccountHolder) -> None:
    """A sign-in makes a new hash of a password whose hash has other costs, and the password stays valid."""
    costlier = PasswordHasher(PasswordProfile(memory_kib=16, passes=1))
    desk = SignInDesk(anninh_app.internals.runner, anninh_app.internals.services, costlier)
    before = anninh_app.internals.context.storage.records.get(ACCOUNT.name, lan.id)
    desk.sign_in(lan.name, PASSWORD)
    after = anninh_app.internals.context.storage.records.get(ACCOUNT.name, lan.id)
    assert before is not None
    assert after is not None
    hashes = [anninh_app.internals.context.open_record(ACCOUNT, record).password for record in (before, after)]
    assert ["m=8" in hashes[0], "m=16" in hashes[1]] == [True, True]
    assert desk.sign_in(lan.name, PASSWORD).token
    assert "m=16" in anninh_app.internals.context.open_record(ACCOUNT, after).password


def test_stored_records_show_no_secret(anninh_app: App, hoa: AccountHolder) -> None:
    """The stored records of accounts and sessions show no secret in columns and encrypted bodies; a session's columns
    are hashes, an id and a flag.
    """
    begun = hoa.sign_in()
    stored = anninh_app.internals.context.storage.records.get(SESSION.name, begun.session)
    assert stored is not None
    assert set(stored.columns) == {"officer", "token", "open"}
    assert begun.token not in str(stored.columns)
    account = anninh_app.internals.context.storage.records.get(ACCOUNT.name, hoa.id)
    assert account is not None
    for secret in (hoa.secret, hoa.name, begun.token, "argon2"):
        assert secret.encode() not in account.body + stored.body


def test_setup_takes_code_and_free_name(anninh_app: App, boss: Actor, lan: AccountHolder) -> None:
    """A taken or unsuitable name and a weak password leave the set-up code valid; a completed set-up uses the code
    up.
    """
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Ba", "ninh-hoa", "tip_officer")
    code = anninh_app.accounts.invite(boss, officer.id).code
    for name, password in (("LAN", PASSWORD), ("a b", PASSWORD), ("ba", PASSWORD), ("ba.ba", "password123456")):
        with pytest.raises(BadInput):
            anninh_app.accounts.set_up(code, name, password)
    assert anninh_app.accounts.set_up(code, "Ba.Ba", PASSWORD) == officer.id
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.set_up(code, "other", PASSWORD)
    assert anninh_app.accounts.sign_in("ba.ba", PASSWORD).officer == officer.id


def test_a_setup_code_ends_after_a_day(anninh_app: App, boss: Actor, anninh_clock: FixedClock) -> None:
    """A set-up code expires after a day, and as soon as there is a newer one."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Ba", "ninh-hoa", "tip_officer")
    first, second = (anninh_app.accounts.invite(boss, officer.id).code for _ in range(2))
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.set_up(first, "ba.ba", PASSWORD)
    anninh_clock.advance(timedelta(hours=24))
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.set_up(second, "ba.ba", PASSWORD)


def test_guessing_setup_codes_is_slowed_down(anninh_app: App) -> None:
    """Guesses of set-up codes are slowed down for each address."""
    guess_until_slowed(partial(anninh_app.accounts.set_up, "AAAA-BBBB-CCCC", "ba.ba", PASSWORD, client=ELSEWHERE))


def test_another_authenticator_begins_sessions(anninh_app: App, lan: AccountHolder) -> None:
    """A session of another authenticator has its own method, and is fresh after two factors; it can't claim to be a
    password, a chat or a token.
    """
    begun = anninh_app.accounts.begin_session(lan.id, SignInMethod.PASSKEY, second_factor=True)
    assert anninh_app.accounts.authenticate_token(begun.token).sign_in.is_fresh(
        anninh_app.internals.context.clock.now()
    )
    for method in (SignInMethod.PASSWORD, SignInMethod.CHAT, SignInMethod.TOKEN, SignInMethod.VOUCHED):
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.begin_session(lan.id, method)


def test_setup_invites_only_without_accounts(anninh_app: App, boss: Actor) -> None:
    """Once an account exists only people can invite officers, so that the machine's operator can't secretly become an
    officer.
    """
    anninh_app.accounts.set_up(anninh_app.accounts.invite(system("setup"), boss.id).code, "boss", PASSWORD)
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Ba", "ninh-hoa", "tip_officer")
    with pytest.raises(PermissionError, match="can't invite officers in a store that already has an account"):
        anninh_app.accounts.invite(system("setup"), officer.id)
