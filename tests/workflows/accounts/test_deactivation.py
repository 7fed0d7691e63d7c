"""An officer who is put out of service has no role, no sign-in and no open tip any more."""

import pytest
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import NotSignedIn, NotVisible, Refused
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.permissions import Permission


@pytest.fixture
def users(anninh_app: App) -> UnsafeLocalUsers:
    return UnsafeLocalUsers(anninh_app)


@pytest.fixture
def boss(users: UnsafeLocalUsers) -> Actor:
    return users.appoint("Người Phân Quyền", "hoa-lu", "standing_officer")


@pytest.fixture
def lan(users: UnsafeLocalUsers) -> Actor:
    return users.grant(users.appoint("Cán bộ Lan", "ninh-hoa", "tip_officer"), "trainer", "ninh-hoa")


def test_all_ends_in_one_commit(anninh_app: App, boss: Actor, lan: Actor) -> None:
    """Roles, sessions and password; open tips go back, and one entry says it."""
    supervisor = UnsafeLocalUsers(anninh_app).appoint("Người Giao", "ninh-hoa", "tip_supervisor", "tip_officer")
    tip = anninh_app.tips.record_walk_in(supervisor, "Có trộm", unit="ninh-hoa")
    anninh_app.tips.triage(supervisor, tip.id, category="crime")
    anninh_app.tips.assign(supervisor, tip.id, unit="ninh-hoa", officers=[lan.id])
    session = enrol(anninh_app, lan.id, "lan", by=boss).sign_in()

    officer = anninh_app.accounts.deactivate(boss, lan.id)

    today = local_date(anninh_app.internals.context.clock.now())
    assert not [grant for grant in officer.grants if grant.is_in_force(today)]
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.authenticate_token(session.token)
    assert not anninh_app.accounts.account_of(boss, lan.id).has_password
    assert anninh_app.tips.get(supervisor, tip.id).handlers == ()
    entries = [entry_from(line.content) for line in anninh_app.internals.context.storage.journal.read(limit=1000)]
    (entry,) = (entry for entry in entries if "officer.deactivated" in entry.events)
    assert {touched.kind for touched in entry.touched} == {"officer", "account"}


def test_nothing_ends_where_one_role_may_not_be_ended(anninh_app: App, users: UnsafeLocalUsers, lan: Actor) -> None:
    """Whoever grants roles in the commune only can't end one on the district; then all stay."""
    users.grant(lan, "inspector", "hoa-lu")
    local = users.appoint("Người Phân Quyền Xã", "ninh-hoa", "standing_officer")
    with pytest.raises(Refused):
        anninh_app.accounts.deactivate(local, lan.id)
    assert anninh_app.internals.runner.permits.may(
        lan, Permission.TIP_HANDLE, "ninh-hoa", local_date(anninh_app.internals.context.clock.now())
    ).allowed


def test_another_unit_s_officer_is_out_of_reach(anninh_app: App, users: UnsafeLocalUsers, lan: Actor) -> None:
    """And like one that isn't there."""
    other = users.appoint("Người Phân Quyền Xã", "ninh-van", "standing_officer")
    for id in (lan.id, "nobody"):
        with pytest.raises(NotVisible):
            anninh_app.accounts.deactivate(other, id)


def test_an_officer_without_an_account_can_be_put_out_of_service(anninh_app: App, boss: Actor, lan: Actor) -> None:
    """Of before there were accounts."""
    assert anninh_app.accounts.deactivate(boss, lan.id).id == lan.id
