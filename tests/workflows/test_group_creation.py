"""Founding a group by messenger and by hand."""

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


def test_a_messenger_founds_the_group(app: App, chat: MockChat, admin: Actor) -> None:
    """It exists in the service with its members, and is bound to it with its link."""
    person = chat.person("Thử Văn An")
    group = app.groups.found(
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


def test_both_ways_end_alike(app: App, admin: Actor) -> None:
    """Founded by hand or by messenger, the registry holds the same kind of group and the journal says which way."""
    made = app.groups.found(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa")
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm tay")
    bound = app.groups.link_group(admin, planned.id, "zalo", platform_id="77", link="https://zalo.me/g/77")
    assert (bound.state, bound.address) == (made.state, Address("zalo", Place.GROUP, "77"))
    founded = [entry.facts["by_hand"] for entry in journal(app) if "group.founded" in entry.events]
    assert founded == [False, True]


@pytest.mark.parametrize(
    ("messenger", "error", "words"),
    [
        ("zalo", Unsupported, r"'zalo' can't create groups.*groups\.plan.*groups\.link_group"),
        ("fax", NotFound, r"isn't in the settings\. Configured messengers"),
    ],
)
def test_what_cant_be_founded_leaves_no_plan(
    app: App, admin: Actor, messenger: str, error: type[Exception], words: str
) -> None:
    """Neither by a messenger that can't, nor by one that isn't there; the unit's group can be founded at once."""
    before = journal(app)
    with pytest.raises(error, match=words):
        app.groups.found(admin, "ninh-hoa", kind="commune", title=PILOT, messenger=messenger)
    assert journal(app) == before
    assert app.groups.list(admin) == ()
    assert app.groups.found(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa").title == PILOT


def test_who_cant_create_groups_says_so(app: App, admin: Actor) -> None:
    """A plan stays a plan, the message names the way out, and that way works."""
    planned = app.groups.plan(admin, "ninh-hoa", kind="commune", title=PILOT)
    with pytest.raises(Unsupported, match=r"'zalo' can't create groups.*groups\.link_group"):
        app.groups.create(admin, planned.id, "zalo")
    assert app.groups.get(admin, planned.id).state is GroupState.PLANNED
    assert app.groups.link_group(admin, planned.id, "zalo", platform_id="1").state is GroupState.FORMING


def test_a_messenger_that_fails_leaves_the_plan(app: App, chat: MockChat, admin: Actor) -> None:
    """Nothing is bound; `create` goes on from there and founds one group, not two."""
    chat.fail_next("rate_limit")
    with pytest.raises(RetryLater):
        app.groups.found(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa")
    (planned,) = app.groups.list(admin)
    assert app.groups.create(admin, planned.id, "oa").state is GroupState.FORMING
    assert list(chat.groups().values()) == [PILOT]


def test_a_bound_group_isnt_founded_again(app: App, chat: MockChat, admin: Actor) -> None:
    """Neither by messenger nor by hand; no second group is created for it."""
    group = app.groups.found(admin, "ninh-hoa", kind="commune", title=PILOT, messenger="oa")
    with pytest.raises(WrongStep):
        app.groups.create(admin, group.id, "oa")
    with pytest.raises(WrongStep):
        app.groups.link_group(admin, group.id, "zalo", platform_id="1")
    assert list(chat.groups().values()) == [PILOT]


def test_only_who_runs_groups_founds_them(app: App, chat: MockChat, admin: Actor, appoint: Appoint) -> None:
    """Others found nothing, neither in the registry nor in the service."""
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm Thử")
    for stranger in (appoint("moderator"), appoint("board_admin", unit="ninh-hoa")):
        with pytest.raises(Refused):
            app.groups.found(stranger, "ninh-an", kind="commune", title=PILOT, messenger="oa")
        with pytest.raises(Refused):
            app.groups.create(stranger, planned.id, "oa")
        with pytest.raises(Refused):
            app.groups.link_group(stranger, planned.id, "zalo", platform_id="1")
    assert chat.groups() == {}


def test_an_unknown_messenger_is_named(app: App, admin: Actor) -> None:
    """Before anything is created or bound."""
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm Thử")
    with pytest.raises(NotFound, match=r"'fax' isn't in the settings\. Configured messengers: oa, zalo"):
        app.groups.create(admin, planned.id, "fax")
    with pytest.raises(NotFound, match=r"'fax' isn't in the settings\. Configured messengers: oa, zalo"):
        app.groups.link_group(admin, planned.id, "fax", platform_id="1")


class Keyed(MockMessenger):
    """A messenger that knows a second try by its key."""

    def create_group(self, title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        """Return what stands under a key, created where nothing does."""
        made = self.__dict__.setdefault("made", {})
        if key not in made:
            made[key] = super().create_group(title, members)
        founded: CreatedGroup = made[key]
        return founded


def test_a_group_that_nobody_wrote_down(
    app: App, chat: MockChat, admin: Actor, mock_messenger: MockMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the process ends between the platform and the registry, `create` finds the same group again."""
    mock_messenger.__class__ = Keyed
    planned = app.groups.plan(admin, "ninh-hoa", kind="commune", title=PILOT)
    with monkeypatch.context() as broken:
        broken.setattr(app.internals.context.storage, "commit", fail)
        with pytest.raises(StorageBusy):
            app.groups.create(admin, planned.id, "oa")
    assert app.groups.get(admin, planned.id).state is GroupState.PLANNED
    founded = app.groups.create(admin, planned.id, "oa")

    assert founded.address is not None
    assert chat.groups() == {founded.address.id: PILOT}


def fail(*_: object) -> None:
    raise StorageBusy("locked")
