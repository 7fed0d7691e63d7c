"""The registry updates its groups from inspections on the platform, and officers get a notice before a group is
lost.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from tests.messaging.conftest import Launch, journal, outbox
from tests.support.conversations import last_conversation

from anninh_core.app import App
from anninh_core.domain.groups.model import Group, Measure
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import RecipientUnreachable
from anninh_core.kernel.redact import find_personal_data
from anninh_core.ports.messengers.platform import GroupLook
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address
from anninh_core.worker.jobs import group_sync
from anninh_core.worker.jobs.group_sync import GroupSync

DAY = timedelta(days=1)
Sees = Callable[..., None]
"""Type of a function that sets the result of all further inspections, or an act that replaces inspections."""


def run_inspection(app: App) -> int:
    """Run the inspection job and send its notices; return the number of changes."""
    count = app.worker.jobs["inspect_groups"].run()
    app.worker.drain()
    return count


def let_join(chat: MockChat, group: Group, *names: str) -> None:
    assert group.address is not None
    for name in names:
        chat.says(chat.person(name), "chào", to=group.address.id)


@pytest.fixture
def inspection_setter(monkeypatch: pytest.MonkeyPatch) -> Sees:
    """A function that sets what the platform returns about every group."""

    def set_inspection(answer: GroupLook | None = None, act: Callable[[Address], GroupLook] | None = None) -> None:
        monkeypatch.setattr(MockMessenger, "look", lambda _self, group: act(group) if act else answer)

    return set_inspection


def test_members_are_counted_daily(app: App, chat: MockChat, admin: Actor, launch: Launch, clock: FixedClock) -> None:
    """Members of a group are counted once a day by the system's clock, and a measure is stored if the number has
    changed.
    """
    group = launch()
    let_join(chat, group, "An", "Bình")
    assert [run_inspection(app) for _ in range(3)] == [1, 0, 0]
    let_join(chat, group, "Chi")
    assert run_inspection(app) == 0
    for members in (3, 3):
        clock.advance(DAY)
        run_inspection(app)
        assert app.groups.get(admin, group.id).members == members
    assert [measure.members for measure in app.groups.get(admin, group.id).measures] == [2, 3]
    assert {entry.actor for entry in journal(app) if "group.measured" in entry.events} == {"system:clock"}


def test_manual_counts_are_kept(app: App, chat: MockChat, admin: Actor, launch: Launch, clock: FixedClock) -> None:
    """An inspection updates the members of a measure that was entered by hand and keeps its posts and interactions;
    later inspections store none.
    """
    group = launch()
    let_join(chat, group, "An")
    day = clock.now().date()
    app.groups.measure(admin, group.id, Measure(day=day, members=9, posts=4, interactions=7, households_share=0.5))
    assert run_inspection(app) == 1
    let_join(chat, group, "Bình")
    clock.advance(DAY)
    assert run_inspection(app) == 1
    assert app.groups.get(admin, group.id).measures == (
        Measure(day=day, members=1, posts=4, interactions=7, households_share=0.5),
        Measure(day=day + DAY, members=2),
    )


def test_steady_group_is_measured_after_four_weeks(
    app: App, chat: MockChat, admin: Actor, launch: Launch, clock: FixedClock
) -> None:
    """Four weeks after a group's last measure an unchanged number of members is stored again."""
    let_join(chat, launch(), "An")
    assert run_inspection(app) == 1
    clock.advance(27 * DAY)
    assert run_inspection(app) == 0
    clock.advance(DAY)
    assert run_inspection(app) == 1
    clock.advance(20 * DAY)
    assert "unmeasured" not in {reason for care in app.groups.hygiene(admin) for reason in care.reasons}


def test_link_follows_the_platform(
    app: App, admin: Actor, launch: Launch, clock: FixedClock, inspection_setter: Sees
) -> None:
    """A group's link is updated from the platform, and kept if the platform returns none."""
    group = launch()
    run_inspection(app)
    clock.advance(DAY)
    app.groups.relink(admin, group.id, "https://mock.invalid/g/old")
    inspection_setter(GroupLook(members=0))
    assert run_inspection(app) == 0
    clock.advance(DAY)
    inspection_setter(GroupLook(members=0, link="https://mock.invalid/g/new"))
    assert run_inspection(app) == 1
    assert app.groups.get(admin, group.id).link == "https://mock.invalid/g/new"


@pytest.mark.parametrize("failure", ["rate_limit", "expired_token", "lost_before", "odd"])
def test_failing_group_delays_no_other(
    *, app: App, chat: MockChat, launch: Launch, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    """An inspection that fails, whatever error the messenger raises, delays no other group and is repeated the next
    day.
    """
    for unit in ("ninh-hoa", "ninh-hai"):
        let_join(chat, launch(unit), "An")
    look = MockMessenger.look
    if failure == "odd":
        odd = [ZeroDivisionError("x")]
        monkeypatch.setattr(
            MockMessenger, "look", lambda *args: look(*args) if not odd else raise_in_inspection(odd.pop())
        )
    else:
        chat.fail_next(failure)
    assert [run_inspection(app) for _ in range(2)] == [1, 0]
    clock.advance(DAY)
    assert run_inspection(app) == 1


def raise_in_inspection(error: Exception) -> GroupLook:
    raise error


def test_only_active_groups_are_inspected(
    app: App, chat: MockChat, admin: Actor, inspection_setter: Sees, launch: Launch
) -> None:
    """Inactive groups, and groups of a messenger without inspections, aren't inspected."""
    inspected: list[str] = []

    def inspect_and_record(group: Address) -> GroupLook:
        inspected.append(group.id)
        return GroupLook(members=1)

    app.groups.establish(admin, "ninh-hai", kind="commune", title="Nhóm Thử", messenger="oa")
    app.groups.suspend(admin, launch("ninh-an").id, "broken")
    group = launch()
    blind: type[MockMessenger] = type("Blind", (MockMessenger,), {"look": None})
    assert GroupSync(app.internals.services, {"oa": blind.on(chat)}).inspect_due() == 0
    inspection_setter(act=inspect_and_record)
    run_inspection(app)
    assert group.address is not None
    assert inspected == [group.address.id]


def test_closed_group_is_not_measured(app: App, admin: Actor, launch: Launch, inspection_setter: Sees) -> None:
    """The result for a group that was closed during its inspection isn't stored."""
    group = launch()

    def close_and_inspect(_: Address) -> GroupLook:
        app.groups.close(admin, group.id, "merged")
        return GroupLook(members=5)

    inspection_setter(act=close_and_inspect)
    assert run_inspection(app) == 0
    assert app.groups.get(admin, group.id).measures == ()


@pytest.mark.parametrize("slow", [False, True])
def test_round_is_limited(
    *, app: App, launch: Launch, clock: FixedClock, inspection_setter: Sees, monkeypatch: pytest.MonkeyPatch, slow: bool
) -> None:
    """A round of inspections is limited in groups and seconds, and the next rounds continue until all groups were
    inspected.
    """

    def inspect_slowly(_: Address) -> GroupLook:
        clock.advance(timedelta(seconds=6 if slow else 0))
        return GroupLook(members=1)

    inspection_setter(act=inspect_slowly)
    for unit in ("ninh-hoa", "ninh-hai", "ninh-an"):
        launch(unit)
    monkeypatch.setattr(group_sync, "_MAX_GROUPS", 3 if slow else 1)
    assert [run_inspection(app) for _ in range(5)] == [1, 1, 1, 0, 0]
    clock.advance(DAY)
    assert run_inspection(app) == 0


def test_group_is_inspected_by_one_worker(app: App, launch: Launch, inspection_setter: Sees) -> None:
    """With several workers each group is inspected once."""
    for unit in ("ninh-hoa", "ninh-hai", "ninh-an"):
        launch(unit)
    other = GroupSync(app.internals.services, app.internals.messengers)
    inspected = list[str]()

    def inspect_and_record(group: Address) -> GroupLook:
        inspected.append(group.id)
        other.inspect_due()
        return GroupLook(members=1)

    inspection_setter(act=inspect_and_record)
    GroupSync(app.internals.services, app.internals.messengers).inspect_due()
    other.inspect_due()
    assert sorted(inspected) == ["g0001", "g0002", "g0003"]


@pytest.fixture
def board_admin_appointer(app: App, chat: MockChat, dialog: Dialog) -> Callable[[str, str], str]:
    """A function that appoints a board admin with a chat for a unit, and returns their id on the platform."""

    def appoint_board_admin(name: str, unit: str) -> str:
        dialog.says(name, "chúc mừng năm mới")
        chat.hears(chat.person(name))
        conversation = last_conversation(app)
        UnsafeLocalUsers(app).appoint(name, unit, "board_admin", conversation=conversation)
        return chat.person(name)

    return appoint_board_admin


def test_board_admins_are_notified_before_the_end(
    *,
    app: App,
    chat: MockChat,
    launch: Launch,
    clock: FixedClock,
    inspection_setter: Sees,
    board_admin_appointer: Callable[[str, str], str],
) -> None:
    """Board admins of the group's unit and of the units above get one notice sixty days and another fourteen days
    before the group's end.
    """
    launch()
    own = board_admin_appointer("Xã", "ninh-hoa")
    above = board_admin_appointer("Huyện", "hoa-lu")
    neighbour = board_admin_appointer("Bên", "ninh-hai")
    inspection_setter(GroupLook(members=0, ends=date(2021, 12, 1)))
    notices = {}
    for day in (date(2021, 10, 1), date(2021, 10, 2), date(2021, 10, 3), date(2021, 11, 16), date(2021, 11, 17)):
        clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM))
        run_inspection(app)
        notices[day.isoformat()] = (chat.hears(own), len(chat.hears(above)), len(chat.hears(neighbour)))
    (first,) = notices["2021-10-02"][0]
    (second,) = notices["2021-11-17"][0]

    assert [(len(texts), above_count, neighbour_count) for texts, above_count, neighbour_count in notices.values()] == [
        *[(0, 0, 0), (1, 1, 0), (0, 0, 0)],
        *[(0, 0, 0), (1, 1, 0)],
    ]
    assert [("01/12/2021" in text, find_personal_data(text)) for text in (first, second)] == [(True, []), (True, [])]
    assert ("60 ngày" in first, "14 ngày" in second) == (True, True)


def test_near_end_is_notified_once(
    *,
    app: App,
    chat: MockChat,
    launch: Launch,
    clock: FixedClock,
    inspection_setter: Sees,
    board_admin_appointer: Callable[[str, str], str],
) -> None:
    """A group that ends within a week leads to one notice, and after a renewal to another one for its new end."""
    launch()
    own = board_admin_appointer("Xã", "ninh-hoa")
    for ends in (date(2021, 9, 10), date(2021, 9, 20)):
        inspection_setter(GroupLook(members=0, ends=ends))
        clock.set(datetime(ends.year, ends.month, ends.day - 7, 9, tzinfo=VIETNAM))
        run_inspection(app)
        assert len(chat.hears(own)) == 1


@pytest.mark.parametrize("gone", [False, True])
def test_unusable_group_is_notified_once(
    *,
    app: App,
    chat: MockChat,
    launch: Launch,
    clock: FixedClock,
    inspection_setter: Sees,
    board_admin_appointer: Callable[[str, str], str],
    gone: bool,
) -> None:
    """If a group is disabled or gone, its unit's board admin is notified once."""
    group = launch()
    own = board_admin_appointer("Xã", "ninh-hoa")
    disabled = GroupLook(members=0, usable=False, ends=date(2021, 8, 1))
    inspection_setter(disabled, act=(lambda _: raise_in_inspection(RecipientUnreachable("gone"))) if gone else None)
    notices = []
    for _ in range(3):
        run_inspection(app)
        clock.advance(DAY)
        notices += chat.hears(own)

    assert len(notices) == 1
    assert group.title in notices[0]
    assert {row.lane for row in outbox(app, "notice.group_unusable")} == {"broadcast"}
