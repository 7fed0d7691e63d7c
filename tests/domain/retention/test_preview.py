"""What goes when, and why, seen ahead."""

from datetime import UTC, date, datetime, timedelta

import pytest

from anninh_core.app import App
from anninh_core.domain.retention.clocks.preview import Fate, PreviewCount, PreviewItem
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.testing import FixedClock, MockChat, UnsafeLocalUsers, memory_app
from anninh_core.usecase.actor import Actor

LAST_DAY_OF_YEAR = datetime(2026, 12, 31, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(LAST_DAY_OF_YEAR)


@pytest.fixture
def app(clock: FixedClock) -> App:
    return memory_app(MockChat(clock), clock=clock)


def officer(app: App, unit: str, *roles: str) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", unit, *roles)


@pytest.fixture
def clerk(app: App) -> Actor:
    return officer(app, "hoa-lu", "operator")


@pytest.fixture
def handler(app: App) -> Actor:
    return officer(app, "hoa-lu", "tip_officer")


def ended(app: App, handler: Actor, unit: str = "ninh-hoa") -> str:
    """Return a case that ended today."""
    tip = app.tips.record_walk_in(handler, "Có trộm ở xóm 2", unit=unit, category="crime")
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answered_by_hand(handler, tip.id, "gọi điện")
    return f"tip:{tip.id}"


def look(app: App, clerk: Actor, **asked: object) -> dict[str, PreviewItem]:
    return {item.scope: item for item in app.retention.preview(clerk, **asked).items}  # type: ignore[arg-type]


def test_on_the_last_day_of_the_year(app: App, clock: FixedClock, clerk: Actor, handler: Actor) -> None:
    """The day after the last one kept, and the delay, across the year's end and a leap year; to the day."""
    case = ended(app, handler)
    last_day = date(2031, 12, 30)
    clock.advance(DAY * 1824)
    assert clock.now().date() == date(2031, 12, 29)
    goes_on = date(2032, 1, 7)
    assert case not in look(app, clerk, days=8)
    item = look(app, clerk, days=9)[case]
    assert (item.fate, item.ended_on, item.last_day, item.goes_on) == (
        Fate.GOES,
        date(2026, 12, 31),
        last_day,
        goes_on,
    )
    clock.advance(DAY * 2)
    assert look(app, clerk, days=7)[case].goes_on == goes_on
    clock.advance(DAY)
    assert look(app, clerk, days=7)[case].goes_on == goes_on + DAY  # nobody has ordered it yet


def test_what_waits_says_for_what(app: App, clerk: Actor, handler: Actor) -> None:
    """It is listed when it is asked for, and counted always."""
    tip = app.tips.record_walk_in(handler, "Có trộm ở xóm 2", unit="ninh-hoa", category="crime")
    case = ended(app, handler)
    waiting = look(app, clerk, fate="waits", data="content")
    assert [*waiting] == [f"tip:{tip.id}"]
    assert waiting[f"tip:{tip.id}"].waits_for == "the case isn't over"
    assert [*look(app, clerk, fate="kept", data="content")] == [case]
    counts = {(one.data, one.fate): one.count for one in app.retention.preview_counts(clerk)}
    assert (counts["content", Fate.WAITS], counts["content", Fate.KEPT]) == (1, 1)
    assert counts["officer", Fate.WAITS] == 2


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other(app: App, clerk: Actor, handler: Actor, limit: int) -> None:
    """Without gap or repeat, over the kinds."""
    cases = {ended(app, handler) for _ in range(3)}
    seen: list[str] = []
    after = ""
    while True:
        page = app.retention.preview(clerk, fate="kept", limit=limit, after=after)
        seen += [item.scope for item in page.items]
        after = page.cursor
        if not after:
            break
    whole = [item.scope for item in app.retention.preview(clerk, fate="kept", limit=100).items]
    assert seen == whole
    assert cases <= {*seen}


def test_each_sees_what_they_operate(app: App, clerk: Actor, handler: Actor) -> None:
    """An operator of one commune sees its cases only; who operates nothing sees nothing."""
    here = ended(app, handler, "ninh-hoa")
    there = ended(app, handler, "ninh-van")
    assert {here, there} <= look(app, clerk, fate="kept").keys()
    local = look(app, officer(app, "ninh-van", "operator"), fate="kept")
    assert (there in local, here in local) == (True, False)
    with pytest.raises(Refused):
        app.retention.preview(handler)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"fate": "gone"}, "'gone' isn't a fate: choose one of goes, ordered, held, waits, kept"),
        ({"days": -1}, "can't cover -1 days: give 0 to 36,500"),
        ({"limit": 0}, "can't have 0 records: ask for 1 to 10000"),
    ],
)
def test_what_cant_be_asked_is_named(app: App, clerk: Actor, asked: dict[str, int], problem: str) -> None:
    """A wrong word or number is refused, with what would do."""
    with pytest.raises(BadInput, match=problem):
        app.retention.preview(clerk, **asked)  # type: ignore[arg-type]


def test_thirty_days_are_looked_ahead(app: App, clock: FixedClock, clerk: Actor, handler: Actor) -> None:
    """Where no other number is asked for: what goes on the thirtieth is shown, what goes later isn't."""
    case = ended(app, handler)
    goes_on = date(2032, 1, 7)
    clock.advance(DAY * (goes_on - date(2026, 12, 31)).days - DAY * 31)
    assert case not in look(app, clerk)
    assert app.retention.preview_counts(clerk)[0] == PreviewCount(data="content", fate=Fate.KEPT, count=1)
    clock.advance(DAY)
    assert look(app, clerk)[case].goes_on == goes_on
    assert app.retention.preview_counts(clerk)[0] == PreviewCount(data="content", fate=Fate.GOES, count=1)


def test_what_was_ordered_goes_on_the_day_of_its_order(
    app: App, clock: FixedClock, clerk: Actor, handler: Actor
) -> None:
    """However long its data would be kept; once held it is told so, with the hold, and then nothing is ordered."""
    case = ended(app, handler)
    other = ended(app, handler)
    app.retention.order_purge(clerk, case, reason="request")
    for days in (0, 2):
        clock.advance(DAY * days)
        item = look(app, clerk, days=0)[case]
        assert (item.fate, item.goes_on, item.holds) == (Fate.ORDERED, date(2027, 1, 7), ())
    assert other not in look(app, clerk, fate="ordered")
    counts = {(one.data, one.fate): one.count for one in app.retention.preview_counts(clerk)}
    assert (counts["content", Fate.ORDERED], counts["content", Fate.KEPT]) == (1, 1)
    hold = app.retention.hold(clerk, case, reason="CV 12", review_on=date(2027, 3, 1))
    assert look(app, clerk, fate="kept")[case].holds == ()
    far = look(app, clerk, days=36_500)[case]
    assert (far.fate, far.holds, far.goes_on) == (Fate.HELD, (hold.id,), date(2032, 1, 7))


def test_the_largest_and_least_that_can_be_asked(app: App, clerk: Actor, handler: Actor) -> None:
    """Today, and a hundred years; a page of one; each fate by its word."""
    case = ended(app, handler)
    assert case in look(app, clerk, days=36_500)
    assert case not in look(app, clerk, days=0)
    with pytest.raises(BadInput, match="A preview can't cover 36501 days: give 0 to 36,500"):
        look(app, clerk, days=36_501)
    with pytest.raises(BadInput, match="'x' isn't a fate: choose one of goes, ordered, held, waits, kept"):
        look(app, clerk, fate="x")
    with pytest.raises(BadInput, match="can't have 0 records: ask for 1 to 10000"):
        look(app, clerk, limit=0)
    assert len(look(app, clerk, fate="waits", limit=1)) == 1


def test_a_page_has_fifty_unless_another_number_is_asked_for(app: App, clerk: Actor, handler: Actor) -> None:
    """And exactly as many as there are need no cursor."""
    for _ in range(50):
        app.tips.record_walk_in(handler, "Có trộm", unit="ninh-hoa", category="crime")
    page = app.retention.preview(clerk, fate="waits", data="content")
    assert (len(page.items), page.cursor) == (50, "")
    app.tips.record_walk_in(handler, "Có trộm", unit="ninh-hoa", category="crime")
    page = app.retention.preview(clerk, fate="waits", data="content")
    assert len(page.items) == 50
    assert page.items[-1].scope < page.cursor  # it lies between two, and names neither
    (last,) = app.retention.preview(clerk, fate="waits", data="content", after=page.cursor).items
    assert last.scope not in {item.scope for item in page.items}
