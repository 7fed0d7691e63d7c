"""API tokens have a name, limits and an end, are shown once, and are revoked by their owner or an officer who grants
roles.
"""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import AccountHolder

from anninh_core.app import App
from anninh_core.domain.accounts.kind import API_TOKEN
from anninh_core.kernel.errors import BadInput, NotSignedIn, NotVisible, Refused, StepUpNeeded, WrongStep
from anninh_core.operations import OperationGateway
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


@pytest.fixture
def fresh_officer(hoa: AccountHolder) -> Actor:
    """Return an officer with a fresh second factor."""
    return hoa.enter()


@pytest.fixture
def tomorrow(anninh_clock: FixedClock) -> datetime:
    return anninh_clock.now() + timedelta(days=1)


def test_token_acts_within_its_limits(anninh_app: App, fresh_officer: Actor, tomorrow: datetime) -> None:
    """An API token signs its officer in for the named operations and units, never counts as a fresh second factor, and
    isn't shown in lists.
    """
    made = anninh_app.accounts.make_token(
        fresh_officer, "Máy chủ", tomorrow, operations=["tips.list"], units=["ninh-hoa"]
    )
    actor = anninh_app.accounts.authenticate_token(made.token)
    assert (actor.id, actor.sign_in.method, actor.sign_in.session) == (fresh_officer.id, SignInMethod.TOKEN, made.id)
    assert actor.sign_in.operations == frozenset({"tips.list"})
    assert actor.sign_in.units == frozenset({"ninh-hoa"})
    assert not actor.sign_in.is_fresh(anninh_app.internals.context.clock.now())
    (row,) = anninh_app.accounts.tokens(fresh_officer)
    assert (row.id, row.name, row.is_over) == (made.id, "Máy chủ", False)
    assert made.token not in repr((row, made))


def test_a_token_for_one_unit_sees_no_other(anninh_app: App, fresh_officer: Actor, tomorrow: datetime) -> None:
    """An API token for one unit finds no case of another unit, in a list or by id, and the error is the same as for a
    missing case.
    """
    UnsafeLocalUsers(anninh_app).grant(fresh_officer, "tip_officer", "ninh-van")
    tips = [anninh_app.tips.record_walk_in(fresh_officer, "Có trộm", unit=unit) for unit in ("ninh-hoa", "ninh-van")]
    token = anninh_app.accounts.make_token(fresh_officer, "Một xã", tomorrow, units=["ninh-hoa"]).token
    limited = anninh_app.accounts.authenticate_token(token)
    assert {tip.id for tip in anninh_app.tips.list(fresh_officer).items} == {tip.id for tip in tips}
    assert [tip.id for tip in anninh_app.tips.list(limited).items] == [tips[0].id]
    with pytest.raises(NotVisible):
        anninh_app.tips.get(limited, tips[1].id)
    with pytest.raises(Refused, match="sign in again for that unit"):
        anninh_app.tips.record_walk_in(limited, "Có trộm", unit="ninh-van")


def test_token_cant_reach_the_account(anninh_app: App, fresh_officer: Actor, tomorrow: datetime) -> None:
    """A stolen API token can make no further token, and can read neither the account nor its sessions."""
    token = anninh_app.accounts.authenticate_token(anninh_app.accounts.make_token(fresh_officer, "Thử", tomorrow).token)
    with pytest.raises(StepUpNeeded):
        anninh_app.accounts.make_token(token, "Nữa", tomorrow)
    for verb in (anninh_app.accounts.account, anninh_app.accounts.sessions, anninh_app.accounts.tokens):
        with pytest.raises(Refused, match="API token"):
            verb(token)


def test_token_needs_an_end(
    anninh_app: App, fresh_officer: Actor, tomorrow: datetime, anninh_clock: FixedClock
) -> None:
    """An API token expires at its end; a token without an end, with an end in the past, or with an end more than a year
    away is refused.
    """
    made = anninh_app.accounts.make_token(fresh_officer, "Thử", tomorrow)
    now = anninh_clock.now()
    for until in (now, now - timedelta(1), now + timedelta(days=367), datetime(2021, 9, 2)):  # noqa: DTZ001  without a zone
        with pytest.raises(BadInput, match="choose a moment within the next"):
            anninh_app.accounts.make_token(fresh_officer, "Thử", until)
    anninh_clock.set(tomorrow)
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.authenticate_token(made.token)
    assert anninh_app.accounts.tokens(person(fresh_officer.id))[0].is_over


@pytest.mark.parametrize(
    "limits",
    [{"operations": []}, {"units": []}, {"operations": ["everything"]}, {"operations": ["Tips.List"]}],
)
def test_empty_limits_are_refused(
    anninh_app: App, fresh_officer: Actor, tomorrow: datetime, limits: dict[str, list[str]]
) -> None:
    """A token with empty or unknown limits or an empty name is refused, because empty limits could be mistaken for no
    limits.
    """
    with pytest.raises(BadInput):
        anninh_app.accounts.make_token(fresh_officer, "Thử", tomorrow, **limits)
    with pytest.raises(BadInput, match="name"):
        anninh_app.accounts.make_token(fresh_officer, " ", tomorrow)


def test_who_may_end_a_token(
    anninh_app: App, fresh_officer: Actor, lan: AccountHolder, boss: Actor, tomorrow: datetime
) -> None:
    """An API token is revoked by its owner or an officer who grants roles in the owner's unit; for others it seems not
    to exist.
    """
    own, others = (anninh_app.accounts.make_token(fresh_officer, name, tomorrow) for name in ("Một", "Hai"))
    stranger = UnsafeLocalUsers(anninh_app).appoint("Người Khác", "ninh-van", "standing_officer")
    for refuse in (
        lambda: anninh_app.accounts.revoke_token(person(lan.id), own.id),
        lambda: anninh_app.accounts.revoke_token(person(lan.id), "nothing"),
        lambda: anninh_app.accounts.withdraw_token(stranger, own.id),
        lambda: anninh_app.accounts.tokens_of(stranger, fresh_officer.id),
    ):
        with pytest.raises(NotVisible):
            refuse()
    assert [row.id for row in anninh_app.accounts.tokens_of(boss, fresh_officer.id)] == [own.id, others.id]
    anninh_app.accounts.revoke_token(fresh_officer, own.id)
    anninh_app.accounts.withdraw_token(boss, others.id)
    for made in (own, others):
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.authenticate_token(made.token)
    with pytest.raises(WrongStep, match="was revoked already"):
        anninh_app.accounts.revoke_token(fresh_officer, own.id)


def test_the_journal_names_the_token_of_each_act(
    anninh_app: App, fresh_officer: Actor, tomorrow: datetime, journal: Trail
) -> None:
    """The journal names the token of each act, so that all uses of a leaked token can be found."""
    made = anninh_app.accounts.make_token(fresh_officer, "Thử", tomorrow)
    anninh_app.tips.record_walk_in(anninh_app.accounts.authenticate_token(made.token), "Có trộm", unit="ninh-hoa")
    assert journal()[-1].facts["session"] == f"api_token:{made.id}"
    lines = anninh_app.internals.context.storage.journal.about(f"api_token:{made.id}")
    assert len(lines) == 2
    assert made.token not in str(journal())


def test_officer_has_at_most_fifty_tokens(anninh_app: App, fresh_officer: Actor, tomorrow: datetime) -> None:
    """An officer has at most fifty valid API tokens."""
    made = [anninh_app.accounts.make_token(fresh_officer, f"Số {number}", tomorrow) for number in range(50)]
    with pytest.raises(WrongStep, match="50"):
        anninh_app.accounts.make_token(fresh_officer, "Nữa", tomorrow)
    anninh_app.accounts.revoke_token(fresh_officer, made[0].id)
    assert anninh_app.accounts.make_token(fresh_officer, "Nữa", tomorrow).token


def test_former_operation_names_stay_valid(anninh_app: App, fresh_officer: Actor, tomorrow: datetime) -> None:
    """An API token that was stored with former names of operations permits the same operations and no more, and is
    listed with the present names.
    """
    made = anninh_app.accounts.make_token(
        fresh_officer, "Máy chủ", tomorrow, operations=["tips.exclusions", "tips.list"]
    )

    def store_former_names(uow: UnitOfWork) -> None:
        token = uow.get_permitted(API_TOKEN, made.id)
        uow.save(API_TOKEN, evolve(token, operations=("tips.exclusions", "tips.list")))

    anninh_app.internals.runner.run_command(
        fresh_officer, "accounts.make_token", Permission.OWN_ACCOUNT, store_former_names
    )
    actor = anninh_app.accounts.authenticate_token(made.token)
    gateway = OperationGateway(anninh_app)

    assert actor.sign_in.operations == frozenset({"tips.exclusions.list", "tips.list"})
    assert [row.operations for row in anninh_app.accounts.tokens(fresh_officer)] == [
        ("tips.exclusions.list", "tips.list")
    ]
    gateway.admit(actor, gateway.find("tips.exclusions.list"))
    gateway.admit(actor, gateway.find("tips.exclusions"))
    with pytest.raises(Refused):
        gateway.admit(actor, gateway.find("tips.exclude_unit"))


def test_former_names_are_translated_in_new_tokens(anninh_app: App, fresh_officer: Actor, tomorrow: datetime) -> None:
    """A new API token that is made with a former operation name gets the present name, so that older programs keep
    working.
    """
    made = anninh_app.accounts.make_token(fresh_officer, "Máy chủ", tomorrow, operations=["tips.slip"])

    assert anninh_app.accounts.authenticate_token(made.token).sign_in.operations == frozenset({"tips.papers.slip"})
