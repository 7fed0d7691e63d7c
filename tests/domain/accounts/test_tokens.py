"""API tokens are named, limited, end, are shown once, and are ended by their owner or whoever grants roles."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import Holder

from anninh_core.app import App
from anninh_core.domain.accounts.kind import API_TOKEN
from anninh_core.kernel.errors import BadInput, NotSignedIn, NotVisible, Refused, StepUpNeeded, WrongStep
from anninh_core.operations import Door
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


@pytest.fixture
def me(hoa: Holder) -> Actor:
    """An officer who has just shown a second factor."""
    return hoa.enter()


@pytest.fixture
def tomorrow(anninh_clock: FixedClock) -> datetime:
    return anninh_clock.now() + timedelta(days=1)


def test_a_token_is_its_officer_within_its_limits(anninh_app: App, me: Actor, tomorrow: datetime) -> None:
    """Operations and units are those that were named; it is never fresh, and stands in no list."""
    made = anninh_app.accounts.make_token(me, "Máy chủ", tomorrow, operations=["tips.list"], units=["ninh-hoa"])
    known = anninh_app.accounts.authenticate_token(made.token)
    assert (known.id, known.sign_in.method, known.sign_in.session) == (me.id, SignInMethod.TOKEN, made.id)
    assert known.sign_in.operations == frozenset({"tips.list"})
    assert known.sign_in.units == frozenset({"ninh-hoa"})
    assert not known.sign_in.is_fresh(anninh_app.internals.context.clock.now())
    (row,) = anninh_app.accounts.tokens(me)
    assert (row.id, row.name, row.is_over) == (made.id, "Máy chủ", False)
    assert made.token not in repr((row, made))


def test_a_token_for_one_unit_sees_no_other(anninh_app: App, me: Actor, tomorrow: datetime) -> None:
    """Neither in a list nor by an id, although its officer may; the refusal is the one of what isn't there."""
    UnsafeLocalUsers(anninh_app).grant(me, "tip_officer", "ninh-van")
    tips = [anninh_app.tips.record_walk_in(me, "Có trộm", unit=unit) for unit in ("ninh-hoa", "ninh-van")]
    token = anninh_app.accounts.make_token(me, "Một xã", tomorrow, units=["ninh-hoa"]).token
    limited = anninh_app.accounts.authenticate_token(token)
    assert {tip.id for tip in anninh_app.tips.list(me).items} == {tip.id for tip in tips}
    assert [tip.id for tip in anninh_app.tips.list(limited).items] == [tips[0].id]
    with pytest.raises(NotVisible):
        anninh_app.tips.get(limited, tips[1].id)
    with pytest.raises(Refused, match="sign in again for that unit"):
        anninh_app.tips.record_walk_in(limited, "Có trộm", unit="ninh-van")


def test_a_token_makes_no_token_and_reaches_no_account(anninh_app: App, me: Actor, tomorrow: datetime) -> None:
    """Whoever steals it can't make it last, nor see where its officer is signed in."""
    token = anninh_app.accounts.authenticate_token(anninh_app.accounts.make_token(me, "Thử", tomorrow).token)
    with pytest.raises(StepUpNeeded):
        anninh_app.accounts.make_token(token, "Nữa", tomorrow)
    for verb in (anninh_app.accounts.account, anninh_app.accounts.sessions, anninh_app.accounts.tokens):
        with pytest.raises(Refused, match="API token"):
            verb(token)


def test_a_token_ends(anninh_app: App, me: Actor, tomorrow: datetime, anninh_clock: FixedClock) -> None:
    """At its moment; one without an end, with one behind us or beyond a year isn't made."""
    made = anninh_app.accounts.make_token(me, "Thử", tomorrow)
    now = anninh_clock.now()
    for until in (now, now - timedelta(1), now + timedelta(days=367), datetime(2021, 9, 2)):  # noqa: DTZ001  without a zone
        with pytest.raises(BadInput, match="choose a moment within the next"):
            anninh_app.accounts.make_token(me, "Thử", until)
    anninh_clock.set(tomorrow)
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.authenticate_token(made.token)
    assert anninh_app.accounts.tokens(person(me.id))[0].is_over


@pytest.mark.parametrize(
    "limits",
    [{"operations": []}, {"units": []}, {"operations": ["everything"]}, {"operations": ["Tips.List"]}],
)
def test_a_limit_names_something(anninh_app: App, me: Actor, tomorrow: datetime, limits: dict[str, list[str]]) -> None:
    """Nothing at all would be good for nothing, or be taken for everything."""
    with pytest.raises(BadInput):
        anninh_app.accounts.make_token(me, "Thử", tomorrow, **limits)
    with pytest.raises(BadInput, match="name"):
        anninh_app.accounts.make_token(me, " ", tomorrow)


def test_who_may_end_a_token(anninh_app: App, me: Actor, lan: Holder, boss: Actor, tomorrow: datetime) -> None:
    """Its owner, and whoever grants roles on the owner's unit; to others it is like one that isn't there."""
    own, others = (anninh_app.accounts.make_token(me, name, tomorrow) for name in ("Một", "Hai"))
    stranger = UnsafeLocalUsers(anninh_app).appoint("Người Khác", "ninh-van", "standing_officer")
    for refuse in (
        lambda: anninh_app.accounts.revoke_token(person(lan.id), own.id),
        lambda: anninh_app.accounts.revoke_token(person(lan.id), "nothing"),
        lambda: anninh_app.accounts.withdraw_token(stranger, own.id),
        lambda: anninh_app.accounts.tokens_of(stranger, me.id),
    ):
        with pytest.raises(NotVisible):
            refuse()
    assert [row.id for row in anninh_app.accounts.tokens_of(boss, me.id)] == [own.id, others.id]
    anninh_app.accounts.revoke_token(me, own.id)
    anninh_app.accounts.withdraw_token(boss, others.id)
    for made in (own, others):
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.authenticate_token(made.token)
    with pytest.raises(WrongStep, match="was revoked already"):
        anninh_app.accounts.revoke_token(me, own.id)


def test_the_journal_names_the_token_of_each_act(
    anninh_app: App, me: Actor, tomorrow: datetime, journal: Trail
) -> None:
    """So all that was done with a leaked one is found by it."""
    made = anninh_app.accounts.make_token(me, "Thử", tomorrow)
    anninh_app.tips.record_walk_in(anninh_app.accounts.authenticate_token(made.token), "Có trộm", unit="ninh-hoa")
    assert journal()[-1].facts["session"] == f"api_token:{made.id}"
    found = anninh_app.internals.context.storage.journal.about(f"api_token:{made.id}")
    assert len(found) == 2
    assert made.token not in str(journal())


def test_tokens_are_not_made_without_end(anninh_app: App, me: Actor, tomorrow: datetime) -> None:
    """Fifty that live are enough for one officer."""
    made = [anninh_app.accounts.make_token(me, f"Số {number}", tomorrow) for number in range(50)]
    with pytest.raises(WrongStep, match="50"):
        anninh_app.accounts.make_token(me, "Nữa", tomorrow)
    anninh_app.accounts.revoke_token(me, made[0].id)
    assert anninh_app.accounts.make_token(me, "Nữa", tomorrow).token


def test_a_token_of_before_is_good_for_what_it_named(anninh_app: App, me: Actor, tomorrow: datetime) -> None:
    """Its record has former names; its owner reads the present ones, and nothing more is permitted."""
    made = anninh_app.accounts.make_token(me, "Máy chủ", tomorrow, operations=["tips.exclusions", "tips.list"])

    def write_as_before(uow: UnitOfWork) -> None:
        token = uow.get_permitted(API_TOKEN, made.id)
        uow.save(API_TOKEN, evolve(token, operations=("tips.exclusions", "tips.list")))

    anninh_app.internals.runner.run_command(me, "accounts.make_token", Permission.OWN_ACCOUNT, write_as_before)
    known = anninh_app.accounts.authenticate_token(made.token)
    door = Door(anninh_app)

    assert known.sign_in.operations == frozenset({"tips.exclusions.list", "tips.list"})
    assert [row.operations for row in anninh_app.accounts.tokens(me)] == [("tips.exclusions.list", "tips.list")]
    door.admit(known, door.find("tips.exclusions.list"))
    door.admit(known, door.find("tips.exclusions"))
    with pytest.raises(Refused):
        door.admit(known, door.find("tips.exclude_unit"))


def test_a_token_made_today_with_a_former_name_has_the_present_one(
    anninh_app: App, me: Actor, tomorrow: datetime
) -> None:
    """A program that was written before makes tokens as it did."""
    made = anninh_app.accounts.make_token(me, "Máy chủ", tomorrow, operations=["tips.slip"])

    assert anninh_app.accounts.authenticate_token(made.token).sign_in.operations == frozenset({"tips.papers.slip"})
