"""A preview shows the day on which data is purged, and the reason."""

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


def create_ended_case(app: App, handler: Actor, unit: str = "ninh-hoa") -> str:
    """Record and answer a tip of a unit, and return its scope `kind:id`."""
    tip = app.tips.record_walk_in(handler, "Có trộm ở xóm 2", unit=unit, category="crime")
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.record_manual_answer(handler, tip.id, "gọi điện")
    return f"tip:{tip.id}"


def preview_by_scope(app: App, clerk: Actor, **options: object) -> dict[str, PreviewItem]:
    return {item.scope: item for item in app.retention.preview(clerk, **options).items}  # type: ignore[arg-type]


def test_purge_day_is_exact_across_years(app: App, clock: FixedClock, clerk: Actor, handler: Actor) -> None:
    """A case is purged on the day after its last day plus the delay, exact to the day across the end of a year and a
    leap year.
    """
    case = create_ended_case(app, handler)
    last_day = date(2031, 12, 30)
    clock.advance(DAY * 1824)
    assert clock.now().date() == date(2031, 12, 29)
    goes_on = date(2032, 1, 7)
    assert case not in preview_by_scope(app, clerk, days=8)
    item = preview_by_scope(app, clerk, days=9)[case]
    assert (item.fate, item.ended_on, item.last_day, item.goes_on) == (
        Fate.GOES,
        date(2026, 12, 31),
        last_day,
        goes_on,
    )
    clock.advance(DAY * 2)
    assert preview_by_scope(app, clerk, days=7)[case].goes_on == goes_on
    clock.advance(DAY)
    # No purge is ordered yet, so the earliest purge day moves on by a day.
    assert preview_by_scope(app, clerk, days=7)[case].goes_on == goes_on + DAY


def test_waiting_data_names_its_cause(app: App, clerk: Actor, handler: Actor) -> None:
    """Data that waits for an event before its purge is listed with the cause on request, and is always counted."""
    tip = app.tips.record_walk_in(handler, "Có trộm ở xóm 2", unit="ninh-hoa", category="crime")
    case = create_ended_case(app, handler)
    waiting = preview_by_scope(app, clerk, fate="waits", data="content")
    assert [*waiting] == [f"tip:{tip.id}"]
    assert waiting[f"tip:{tip.id}"].waits_for == "the case isn't over"
    assert [*preview_by_scope(app, clerk, fate="kept", data="content")] == [case]
    counts = {(line.data, line.fate): line.count for line in app.retention.preview_counts(clerk)}
    assert (counts["content", Fate.WAITS], counts["content", Fate.KEPT]) == (1, 1)
    assert counts["officer", Fate.WAITS] == 2


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other(app: App, clerk: Actor, handler: Actor, limit: int) -> None:
    """Pages that list several kinds of records leave out no record and repeat none."""
    cases = {create_ended_case(app, handler) for _ in range(3)}
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


def test_operator_sees_only_own_units(app: App, clerk: Actor, handler: Actor) -> None:
    """An operator of one commune sees only its cases, and an officer who isn't an operator is refused."""
    here = create_ended_case(app, handler, "ninh-hoa")
    there = create_ended_case(app, handler, "ninh-van")
    assert {here, there} <= preview_by_scope(app, clerk, fate="kept").keys()
    local = preview_by_scope(app, officer(app, "ninh-van", "operator"), fate="kept")
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
def test_invalid_preview_options_are_refused(app: App, clerk: Actor, asked: dict[str, int], problem: str) -> None:
    """An unknown fate of data or an invalid number is refused with the valid values."""
    with pytest.raises(BadInput, match=problem):
        app.retention.preview(clerk, **asked)  # type: ignore[arg-type]


def test_preview_covers_thirty_days(app: App, clock: FixedClock, clerk: Actor, handler: Actor) -> None:
    """A preview covers thirty days by default: a case that is purged on the thirtieth is shown, a later one isn't."""
    case = create_ended_case(app, handler)
    goes_on = date(2032, 1, 7)
    clock.advance(DAY * (goes_on - date(2026, 12, 31)).days - DAY * 31)
    assert case not in preview_by_scope(app, clerk)
    assert app.retention.preview_counts(clerk)[0] == PreviewCount(data="content", fate=Fate.KEPT, count=1)
    clock.advance(DAY)
    assert preview_by_scope(app, clerk)[case].goes_on == goes_on
    assert app.retention.preview_counts(clerk)[0] == PreviewCount(data="content", fate=Fate.GOES, count=1)


def test_ordered_purge_has_its_own_day(app: App, clock: FixedClock, clerk: Actor, handler: Actor) -> None:
    """An ordered purge is shown with the day of its order; a hold cancels the order and is shown with the case."""
    case = create_ended_case(app, handler)
    other = create_ended_case(app, handler)
    app.retention.order_purge(clerk, case, reason="request")
    for days in (0, 2):
        clock.advance(DAY * days)
        item = preview_by_scope(app, clerk, days=0)[case]
        assert (item.fate, item.goes_on, item.holds) == (Fate.ORDERED, date(2027, 1, 7), ())
    assert other not in preview_by_scope(app, clerk, fate="ordered")
    counts = {(line.data, line.fate): line.count for line in app.retention.preview_counts(clerk)}
    assert (counts["content", Fate.ORDERED], counts["content", Fate.KEPT]) == (1, 1)
    hold = app.retention.hold(clerk, case, reason="CV 12", review_on=date(2027, 3, 1))
    assert preview_by_scope(app, clerk, fate="kept")[case].holds == ()
    far = preview_by_scope(app, clerk, days=36_500)[case]
    assert (far.fate, far.holds, far.goes_on) == (Fate.HELD, (hold.id,), date(2032, 1, 7))


def test_preview_limits(app: App, clerk: Actor, handler: Actor) -> None:
    """A preview accepts 0 to 36,500 days and a limit from 1, and names the valid fates."""
    case = create_ended_case(app, handler)
    assert case in preview_by_scope(app, clerk, days=36_500)
    assert case not in preview_by_scope(app, clerk, days=0)
    with pytest.raises(BadInput, match="A preview can't cover 36501 days: give 0 to 36,500"):
        preview_by_scope(app, clerk, days=36_501)
    with pytest.raises(BadInput, match="'x' isn't a fate: choose one of goes, ordered, held, waits, kept"):
        preview_by_scope(app, clerk, fate="x")
    with pytest.raises(BadInput, match="can't have 0 records: ask for 1 to 10000"):
        preview_by_scope(app, clerk, limit=0)
    assert len(preview_by_scope(app, clerk, fate="waits", limit=1)) == 1


def test_page_has_fifty_items_by_default(app: App, clerk: Actor, handler: Actor) -> None:
    """A page has fifty items by default, and the last page has no cursor."""
    for _ in range(50):
        app.tips.record_walk_in(handler, "Có trộm", unit="ninh-hoa", category="crime")
    page = app.retention.preview(clerk, fate="waits", data="content")
    assert (len(page.items), page.cursor) == (50, "")
    app.tips.record_walk_in(handler, "Có trộm", unit="ninh-hoa", category="crime")
    page = app.retention.preview(clerk, fate="waits", data="content")
    assert len(page.items) == 50
    # The cursor sorts between the last scope of this page and the next scope, and names neither of them.
    assert page.items[-1].scope < page.cursor
    (last,) = app.retention.preview(clerk, fate="waits", data="content", after=page.cursor).items
    assert last.scope not in {item.scope for item in page.items}
