"""A deactivated officer has no role, no sign-in and no assigned tip."""

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


def test_deactivation_is_one_commit(anninh_app: App, boss: Actor, lan: Actor) -> None:
    """Deactivation ends roles, sessions and password and returns open tips in a single commit with a single entry."""
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


def test_deactivation_needs_permission_for_all_roles(anninh_app: App, users: UnsafeLocalUsers, lan: Actor) -> None:
    """If the caller may not end every role of the officer, for example a district role as a commune's granter, nothing
    changes.
    """
    users.grant(lan, "inspector", "hoa-lu")
    local = users.appoint("Người Phân Quyền Xã", "ninh-hoa", "standing_officer")
    with pytest.raises(Refused):
        anninh_app.accounts.deactivate(local, lan.id)
    assert anninh_app.internals.runner.permits.may(
        lan, Permission.TIP_HANDLE, "ninh-hoa", local_date(anninh_app.internals.context.clock.now())
    ).allowed


def test_other_units_officer_is_not_visible(anninh_app: App, users: UnsafeLocalUsers, lan: Actor) -> None:
    """An officer of another unit can't be deactivated, and looks like a missing officer."""
    other = users.appoint("Người Phân Quyền Xã", "ninh-van", "standing_officer")
    for id in (lan.id, "nobody"):
        with pytest.raises(NotVisible):
            anninh_app.accounts.deactivate(other, id)


def test_officer_without_account_can_be_deactivated(anninh_app: App, boss: Actor, lan: Actor) -> None:
    """An officer without an account, appointed before there were accounts, can be deactivated."""
    assert anninh_app.accounts.deactivate(boss, lan.id).id == lan.id
