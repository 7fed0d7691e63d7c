"""What the registry learns of its groups by looking at them, and who is told before one is lost."""

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
"""Called with what a look shall give from now on, or with what it shall do instead."""


def looked(app: App) -> int:
    """Make the clock's round and send what came of it; returns how much came of the looks."""
    count = app.worker.jobs["inspect_groups"].run()
    app.worker.drain()
    return count


def joined(chat: MockChat, group: Group, *names: str) -> None:
    assert group.address is not None
    for name in names:
        chat.says(chat.person(name), "chào", to=group.address.id)


@pytest.fixture
def sees(monkeypatch: pytest.MonkeyPatch) -> Sees:
    """Says what the platform tells of every group."""

    def see(answer: GroupLook | None = None, act: Callable[[Address], GroupLook] | None = None) -> None:
        monkeypatch.setattr(MockMessenger, "look", lambda _self, group: act(group) if act else answer)

    return see


def test_members_are_counted(app: App, chat: MockChat, admin: Actor, launch: Launch, clock: FixedClock) -> None:
    """Once a day, and written down where it differs; the clock did it, and the reports know."""
    group = launch()
    joined(chat, group, "An", "Bình")
    assert [looked(app) for _ in range(3)] == [1, 0, 0]
    joined(chat, group, "Chi")
    assert looked(app) == 0
    for members in (3, 3):
        clock.advance(DAY)
        looked(app)
        assert app.groups.get(admin, group.id).members == members
    assert [measure.members for measure in app.groups.get(admin, group.id).measures] == [2, 3]
    assert {entry.actor for entry in journal(app) if "group.measured" in entry.events} == {"system:clock"}


def test_what_people_counted_stays(app: App, chat: MockChat, admin: Actor, launch: Launch, clock: FixedClock) -> None:
    """A measure made today keeps its posts; a look adds none, so that their sum stays that of the people who count."""
    group = launch()
    joined(chat, group, "An")
    day = clock.now().date()
    app.groups.measure(admin, group.id, Measure(day=day, members=9, posts=4, interactions=7, households_share=0.5))
    assert looked(app) == 1
    joined(chat, group, "Bình")
    clock.advance(DAY)
    assert looked(app) == 1
    assert app.groups.get(admin, group.id).measures == (
        Measure(day=day, members=1, posts=4, interactions=7, households_share=0.5),
        Measure(day=day + DAY, members=2),
    )


def test_a_steady_group_isn_t_forgotten(
    app: App, chat: MockChat, admin: Actor, launch: Launch, clock: FixedClock
) -> None:
    """After four weeks its members are written down again, as many as before."""
    joined(chat, launch(), "An")
    assert looked(app) == 1
    clock.advance(27 * DAY)
    assert looked(app) == 0
    clock.advance(DAY)
    assert looked(app) == 1
    clock.advance(20 * DAY)
    assert "unmeasured" not in {reason for care in app.groups.hygiene(admin) for reason in care.reasons}


def test_the_link_is_set_right(app: App, admin: Actor, launch: Launch, clock: FixedClock, sees: Sees) -> None:
    """Where the platform tells another one; a platform that tells none takes none away."""
    group = launch()
    looked(app)
    clock.advance(DAY)
    app.groups.relink(admin, group.id, "https://mock.invalid/g/old")
    sees(GroupLook(members=0))
    assert looked(app) == 0
    clock.advance(DAY)
    sees(GroupLook(members=0, link="https://mock.invalid/g/new"))
    assert looked(app) == 1
    assert app.groups.get(admin, group.id).link == "https://mock.invalid/g/new"


@pytest.mark.parametrize("failure", ["rate_limit", "expired_token", "lost_before", "odd"])
def test_one_group_that_fails(
    *, app: App, chat: MockChat, launch: Launch, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    """Holds up no other, whatever its messenger raises, and has its turn tomorrow."""
    for unit in ("ninh-hoa", "ninh-hai"):
        joined(chat, launch(unit), "An")
    look = MockMessenger.look
    if failure == "odd":
        odd = [ZeroDivisionError("x")]
        monkeypatch.setattr(MockMessenger, "look", lambda *asked: look(*asked) if not odd else raised(odd.pop()))
    else:
        chat.fail_next(failure)
    assert [looked(app) for _ in range(2)] == [1, 0]
    clock.advance(DAY)
    assert looked(app) == 1


def raised(error: Exception) -> GroupLook:
    raise error


def test_only_what_can_be_looked_at(app: App, chat: MockChat, admin: Actor, sees: Sees, launch: Launch) -> None:
    """Groups that aren't active are left alone, and so are those of a messenger that can't tell."""
    asked: list[str] = []

    def look(group: Address) -> GroupLook:
        asked.append(group.id)
        return GroupLook(members=1)

    app.groups.found(admin, "ninh-hai", kind="commune", title="Nhóm Thử", messenger="oa")
    app.groups.suspend(admin, launch("ninh-an").id, "broken")
    group = launch()
    blind: type[MockMessenger] = type("Blind", (MockMessenger,), {"look": None})
    assert GroupSync(app.internals.services, {"oa": blind.on(chat)}).inspect_due() == 0
    sees(act=look)
    looked(app)
    assert group.address is not None
    assert asked == [group.address.id]


def test_a_group_that_is_closed_meanwhile(app: App, admin: Actor, launch: Launch, sees: Sees) -> None:
    """What was seen of it is not written down."""
    group = launch()

    def look(_: Address) -> GroupLook:
        app.groups.close(admin, group.id, "merged")
        return GroupLook(members=5)

    sees(act=look)
    assert looked(app) == 0
    assert app.groups.get(admin, group.id).measures == ()


@pytest.mark.parametrize("slow", [False, True])
def test_a_round_takes_a_few(
    *, app: App, launch: Launch, clock: FixedClock, sees: Sees, monkeypatch: pytest.MonkeyPatch, slow: bool
) -> None:
    """Not more than a number, nor longer than some seconds; the next rounds go on until all were looked at."""

    def look(_: Address) -> GroupLook:
        clock.advance(timedelta(seconds=6 if slow else 0))
        return GroupLook(members=1)

    sees(act=look)
    for unit in ("ninh-hoa", "ninh-hai", "ninh-an"):
        launch(unit)
    monkeypatch.setattr(group_sync, "_MAX_GROUPS", 3 if slow else 1)
    assert [looked(app) for _ in range(5)] == [1, 1, 1, 0, 0]
    clock.advance(DAY)
    assert looked(app) == 0


def test_group_is_inspected_by_one_worker(app: App, launch: Launch, sees: Sees) -> None:
    """Each group is looked at once, whoever comes first."""
    for unit in ("ninh-hoa", "ninh-hai", "ninh-an"):
        launch(unit)
    other = GroupSync(app.internals.services, app.internals.messengers)
    asked = list[str]()

    def look(group: Address) -> GroupLook:
        asked.append(group.id)
        other.inspect_due()
        return GroupLook(members=1)

    sees(act=look)
    GroupSync(app.internals.services, app.internals.messengers).inspect_due()
    other.inspect_due()
    assert sorted(asked) == ["g0001", "g0002", "g0003"]


@pytest.fixture
def running(app: App, chat: MockChat, dialog: Dialog) -> Callable[[str, str], str]:
    """Appoints somebody with a chat who runs the groups of a unit; returns whom the service knows them as."""

    def make(name: str, unit: str) -> str:
        dialog.says(name, "chúc mừng năm mới")
        chat.hears(chat.person(name))
        where = last_conversation(app)
        UnsafeLocalUsers(app).appoint(name, unit, "board_admin", conversation=where)
        return chat.person(name)

    return make


def test_those_who_run_it_are_told_before_it_ends(
    *, app: App, chat: MockChat, launch: Launch, clock: FixedClock, sees: Sees, running: Callable[[str, str], str]
) -> None:
    """Sixty and fourteen days before, once each; those above the unit too, those beside it not."""
    launch()
    own = running("Xã", "ninh-hoa")
    above = running("Huyện", "hoa-lu")
    beside = running("Bên", "ninh-hai")
    sees(GroupLook(members=0, ends=date(2021, 12, 1)))
    told = {}
    for day in (date(2021, 10, 1), date(2021, 10, 2), date(2021, 10, 3), date(2021, 11, 16), date(2021, 11, 17)):
        clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM))
        looked(app)
        told[day.isoformat()] = (chat.hears(own), len(chat.hears(above)), len(chat.hears(beside)))
    (first,) = told["2021-10-02"][0]
    (second,) = told["2021-11-17"][0]

    assert [(len(texts), more, none) for texts, more, none in told.values()] == [
        *[(0, 0, 0), (1, 1, 0), (0, 0, 0)],
        *[(0, 0, 0), (1, 1, 0)],
    ]
    assert [("01/12/2021" in text, find_personal_data(text)) for text in (first, second)] == [(True, []), (True, [])]
    assert ("60 ngày" in first, "14 ngày" in second) == (True, True)


def test_a_right_that_ends_soon_is_told_once(
    *, app: App, chat: MockChat, launch: Launch, clock: FixedClock, sees: Sees, running: Callable[[str, str], str]
) -> None:
    """One that was bought for a week makes no two notices at once; renewed, it has an end of its own."""
    launch()
    own = running("Xã", "ninh-hoa")
    for ends in (date(2021, 9, 10), date(2021, 9, 20)):
        sees(GroupLook(members=0, ends=ends))
        clock.set(datetime(ends.year, ends.month, ends.day - 7, 9, tzinfo=VIETNAM))
        looked(app)
        assert len(chat.hears(own)) == 1


@pytest.mark.parametrize("gone", [False, True])
def test_those_who_run_it_are_told_when_it_can_t_be_used(
    *,
    app: App,
    chat: MockChat,
    launch: Launch,
    clock: FixedClock,
    sees: Sees,
    running: Callable[[str, str], str],
    gone: bool,
) -> None:
    """Once, whether it is disabled or not there any more."""
    group = launch()
    own = running("Xã", "ninh-hoa")
    disabled = GroupLook(members=0, usable=False, ends=date(2021, 8, 1))
    sees(disabled, act=(lambda _: raised(RecipientUnreachable("gone"))) if gone else None)
    heard = []
    for _ in range(3):
        looked(app)
        clock.advance(DAY)
        heard += chat.hears(own)

    assert len(heard) == 1
    assert group.title in heard[0]
    assert {row.lane for row in outbox(app, "notice.group_unusable")} == {"broadcast"}
