"""What goes when, and why, seen ahead."""

from datetime import UTC, date, datetime, timedelta

import pytest

from anninh_core.app import App
from anninh_core.domain.retention.clocks.preview import Fate, PreviewItem
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


def test_pages_follow_each_other(app: App, clerk: Actor, handler: Actor) -> None:
    """Without gap or repeat, over the kinds."""
    cases = {ended(app, handler) for _ in range(3)}
    seen: list[str] = []
    after = ""
    while True:
        page = app.retention.preview(clerk, fate="kept", limit=2, after=after)
        seen += [item.scope for item in page.items]
        after = page.cursor
        if not after:
            break
    whole = [item.scope for item in app.retention.preview(clerk, fate="kept", limit=100).items]
    assert seen == whole
    assert cases <= {*seen}


def test_each_sees_what_they_operate(app: App, clerk: Actor, handler: Actor) -> None:
    """An operator of one commune sees its cases only; who operates nothing sees nothing."""
    here, there = ended(app, handler, "ninh-hoa"), ended(app, handler, "ninh-van")
    assert {here, there} <= look(app, clerk, fate="kept").keys()
    local = look(app, officer(app, "ninh-van", "operator"), fate="kept")
    assert (there in local, here in local) == (True, False)
    with pytest.raises(Refused):
        app.retention.preview(handler)


@pytest.mark.parametrize("asked", [{"fate": "gone"}, {"days": -1}, {"limit": 0}])
def test_what_cant_be_asked_is_named(app: App, clerk: Actor, asked: dict[str, int]) -> None:
    """A wrong word or number is refused, with what would do."""
    with pytest.raises(BadInput, match=r"there is|give 0|1 or more"):
        app.retention.preview(clerk, **asked)  # type: ignore[arg-type]
