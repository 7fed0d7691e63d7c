"""Pages of a list of tips can be followed forward and back and can have a total, on both engines, in memory and through
the `Door`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.storage.test_proving import ENGINES, build_storage

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.operations import OperationGateway
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys
from anninh_core.usecase import Actor
from anninh_core.usecase.read_session import MOST_COUNTED, Listing

BEGIN = datetime(2021, 9, 1, 1, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    clock = FixedClock(BEGIN)
    parts = Parts(
        storage=build_storage(request.param, tmp_path, request), keys=MemoryKeys(), blobs=MemoryBlobs(), clock=clock
    )
    settings = Settings(profile="hoa_lu_2021", storage="", keys="", blobs="")
    with open_app(load_profile("hoa_lu_2021"), settings, parts) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ 1", "hoa-lu", "tip_officer")
        for number in range(7):
            clock.advance(timedelta(hours=number % 3))
            app.tips.record_walk_in(officer, f"Có trộm ở chợ {number}", unit="hoa-lu")
        yield app


@pytest.fixture
def officer(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ 2", "hoa-lu", "tip_officer", "tip_supervisor")


@pytest.mark.parametrize("name", ["tips.list", "tips.worklist", "tips.due_soon"])
def test_pages_lead_back_to_those_before(app: App, officer: Actor, name: str) -> None:
    """Each page leads back to the page before, with the same rows."""
    gateway = OperationGateway(app)

    def read_page(after: str) -> tuple[tuple[str, ...], str, str]:
        listing = gateway.call(officer, name, {"after": after, "limit": 2})
        return tuple(tip.id for tip in listing.items), listing.next, listing.previous  # type: ignore[attr-defined]

    pages = [read_page("")]
    while pages[-1][1]:
        pages.append(read_page(pages[-1][1]))
    assert pages[0][2] == ""
    for earlier, later in pairwise(pages):
        assert read_page(later[2]) == earlier


def test_total_is_counted_on_request(app: App, officer: Actor) -> None:
    """A list has its total only if the caller asked for it, since counting is expensive."""
    gateway = OperationGateway(app)
    listing = gateway.call(officer.counting(), "tips.list", {"limit": 2})
    assert (listing.total, listing.is_capped) == (7, False)  # type: ignore[attr-defined]
    assert gateway.call(officer, "tips.list", {"limit": 2}).total is None  # type: ignore[attr-defined]
    assert gateway.call(officer.counting(), "tips.list", {"overdue": True}).total == 0  # type: ignore[attr-defined]


def test_total_leaves_out_hidden_tips(app: App, officer: Actor) -> None:
    """The total doesn't count a tip that is hidden from the caller."""
    other = UnsafeLocalUsers(app).appoint("Cán bộ 3", "hoa-lu", "tip_officer")
    hidden = app.tips.list(officer).items[0]
    app.tips.exclusions.add(officer, hidden.id, other.id, reason="Người nhà")
    assert app.tips.list(other.counting()).total == 6
    assert app.tips.worklist(other.counting()).total == 6
    assert app.tips.list(officer.counting()).total == 7


def test_total_is_capped() -> None:
    """A long list is counted up to `MOST_COUNTED` and marked as longer."""
    listing = Listing[str]((), count=lambda most: min(most, 5000)).counted()
    assert listing.total == MOST_COUNTED + 1
