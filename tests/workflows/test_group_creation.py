"""A group can be founded by a messenger or by hand."""

from collections.abc import Sequence

import pytest
from tests.messaging.conftest import PILOT, Appoint, journal

from anninh_core.app import App
from anninh_core.domain.groups.model import KeyPerson
from anninh_core.domain.groups.states import GroupState
from anninh_core.kernel.errors import NotFound, Refused, RetryLater, StorageBusy, Unsupported, WrongStep
from anninh_core.testing import MockChat, MockMessenger
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, CreatedGroup, Place


def test_messenger_founds_the_group(app: App, chat: MockChat, admin: Actor) -> None:
    """A group that is founded by a messenger exists on the platform with its members, and is linked to the registry."""
    person = chat.person("Thử Văn An")
    group = app.groups.establish(
        admin,
        "ninh-hoa",
        kind="commune",
        title=PILOT,
        messenger="oa",
        members=[Address("oa", Place.PERSON, person)],
        hours="7:30–21:00",
        key_people=[KeyPerson("party_cell_secretary", "Bí thư thử")],
        local_models=["security-camera"],
    )
    assert group.address is not None
    assert chat.groups() == {group.address.id: PILOT}
    assert [name for _, name in chat.account.members(group.address.id)] == ["Thử Văn An"]
    assert (group.state, group.hours, group.link) == (
        GroupState.FORMING,
        "7:30–21:00",
        f"https://mock.invalid/g/{group.address.id}",
    )


def test_both_ways_found_the_same_group(app: App, admin: Actor) -> None:
    """A group founded by hand and one founded by a messenger are the same in the registry, and the journal names the
    way.
    """
    by_messenger = app.groups.establish(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa")
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm tay")
    by_hand = app.groups.link_group(admin, planned.id, "zalo", platform_id="77", link="https://zalo.me/g/77")
    assert (by_hand.state, by_hand.address) == (by_messenger.state, Address("zalo", Place.GROUP, "77"))
    founded = [entry.facts["by_hand"] for entry in journal(app) if "group.founded" in entry.events]
    assert founded == [False, True]


@pytest.mark.parametrize(
    ("messenger", "error", "words"),
    [
        ("zalo", Unsupported, r"'zalo' can't create groups.*groups\.plan.*groups\.link_group"),
        ("fax", NotFound, r"isn't in the settings\. Configured messengers"),
    ],
)
def test_failed_founding_leaves_no_plan(
    app: App, admin: Actor, messenger: str, error: type[Exception], words: str
) -> None:
    """If founding a group fails because the messenger can't create groups or is unknown, no plan remains."""
    before = journal(app)
    with pytest.raises(error, match=words):
        app.groups.establish(admin, "ninh-hoa", kind="commune", title=PILOT, messenger=messenger)
    assert journal(app) == before
    assert app.groups.list(admin) == ()
    assert app.groups.establish(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa").title == PILOT


def test_unsupported_creation_names_a_remedy(app: App, admin: Actor) -> None:
    """Creating a planned group by a messenger that can't create groups is refused with a remedy that works."""
    planned = app.groups.plan(admin, "ninh-hoa", kind="commune", title=PILOT)
    with pytest.raises(Unsupported, match=r"'zalo' can't create groups.*groups\.link_group"):
        app.groups.create(admin, planned.id, "zalo")
    assert app.groups.get(admin, planned.id).state is GroupState.PLANNED
    assert app.groups.link_group(admin, planned.id, "zalo", platform_id="1").state is GroupState.FORMING


def test_temporary_error_leaves_the_plan(app: App, chat: MockChat, admin: Actor) -> None:
    """After a temporary error the plan remains, and `create` then founds a single group."""
    chat.fail_next("rate_limit")
    with pytest.raises(RetryLater):
        app.groups.establish(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa")
    (planned,) = app.groups.list(admin)
    assert app.groups.create(admin, planned.id, "oa").state is GroupState.FORMING
    assert list(chat.groups().values()) == [PILOT]


def test_linked_group_is_not_founded_again(app: App, chat: MockChat, admin: Actor) -> None:
    """A group that is already linked can't be created or linked again."""
    group = app.groups.establish(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa")
    with pytest.raises(WrongStep):
        app.groups.create(admin, group.id, "oa")
    with pytest.raises(WrongStep):
        app.groups.link_group(admin, group.id, "zalo", platform_id="1")
    assert list(chat.groups().values()) == [PILOT]


def test_founding_needs_permission(app: App, chat: MockChat, admin: Actor, appoint: Appoint) -> None:
    """Officers without permission can't found a group, neither in the registry nor on the platform."""
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm Thử")
    for stranger in (appoint("moderator"), appoint("board_admin", unit="ninh-hoa")):
        with pytest.raises(Refused):
            app.groups.establish(stranger, "ninh-an", kind="commune", title=PILOT, messenger="oa")
        with pytest.raises(Refused):
            app.groups.create(stranger, planned.id, "oa")
        with pytest.raises(Refused):
            app.groups.link_group(stranger, planned.id, "zalo", platform_id="1")
    assert chat.groups() == {}


def test_unknown_messenger_is_refused(app: App, admin: Actor) -> None:
    """An unknown messenger is refused by name before a group is created or linked."""
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm Thử")
    with pytest.raises(NotFound, match=r"'fax' isn't in the settings\. Configured messengers: oa, zalo"):
        app.groups.create(admin, planned.id, "fax")
    with pytest.raises(NotFound, match=r"'fax' isn't in the settings\. Configured messengers: oa, zalo"):
        app.groups.link_group(admin, planned.id, "fax", platform_id="1")


class KeyedMessenger(MockMessenger):
    """A messenger that recognises a repeated creation of a group by its key."""

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Return the group with the given key, and create it first if it is missing."""
        by_key = self.__dict__.setdefault("made", {})
        if key not in by_key:
            by_key[key] = super().create_group(title, members)
        group: CreatedGroup = by_key[key]
        return group


def test_unrecorded_group_is_found_again(
    app: App, chat: MockChat, admin: Actor, mock_messenger: MockMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the process ended after the platform created a group and before the registry stored it, `create` links the
    same group.
    """
    mock_messenger.__class__ = KeyedMessenger
    planned = app.groups.plan(admin, "ninh-hoa", kind="commune", title=PILOT)
    with monkeypatch.context() as broken:
        broken.setattr(app.internals.context.storage, "commit", raise_storage_busy)
        with pytest.raises(StorageBusy):
            app.groups.create(admin, planned.id, "oa")
    assert app.groups.get(admin, planned.id).state is GroupState.PLANNED
    founded = app.groups.create(admin, planned.id, "oa")

    assert founded.address is not None
    assert chat.groups() == {founded.address.id: PILOT}


def raise_storage_busy(*_: object) -> None:
    raise StorageBusy("locked")
