"""Access to a case is decided by its encrypted body, because an intruder with the database file can alter the
unencrypted side tables.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from tests.support.tampering import Office, open_office

from anninh_core.testing.apps import shipped_district
from anninh_core.usecase.actor import Actor

TEXT = "Có trộm xe máy ở chợ"


@pytest.fixture(params=["scan", "tokens"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path, evolve(shipped_district(), search_mode=request.param))
    with opened.app:
        yield opened


def list_visible_tips(office: Office, officer: Actor, other: str) -> list[str]:
    """Return the ids of tips that lists, searches and suggestions show to an officer."""
    tips = office.app.tips
    lists = (
        tips.list(officer),
        tips.list(officer, order="due"),
        tips.list(officer, mine=True),
        tips.list(officer, overdue=True),
        tips.worklist(officer),
        tips.search(officer, "trộm xe"),
    )
    suggested = tips.suggest_duplicates(officer, other)
    return sorted({*(tip.id for page in lists for tip in page.items), *(suggestion.tip.id for suggestion in suggested)})


def test_emptied_side_table_shows_nothing_to_the_excluded(office: Office) -> None:
    """An excluded officer finds the case in no list, search or suggestion, even after the unencrypted side table was
    emptied.
    """
    chair = office.appoint_officer("Chỉ huy Mẫu", "tip_supervisor")
    hoa = office.appoint_officer("Cán bộ Mẫu", "tip_officer")
    case, other = (office.app.tips.record_walk_in(chair, TEXT, unit="hoa-lu") for _ in range(2))
    office.app.tips.exclusions.add(chair, case.id, hoa.id, reason="Người nhà")
    assert list_visible_tips(office, hoa, other.id) == [other.id]
    assert office.alter_file("DELETE FROM m_tip WHERE name = 'excluded'")
    assert list_visible_tips(office, hoa, other.id) == [other.id]


def test_forged_handler_row_shows_nothing(office: Office) -> None:
    """A forged row in the side table of handlers doesn't bring a case into the named officer's list."""
    chair = office.appoint_officer("Chỉ huy Mẫu", "tip_supervisor")
    hoa = office.appoint_officer("Cán bộ Mẫu", "tip_officer")
    case = office.app.tips.record_walk_in(chair, TEXT, unit="hoa-lu")
    (received,) = office.ask("SELECT c_received FROM r_tip WHERE id = ?", (case.id,))[0]
    values = (hoa.id, case.id, received)
    assert office.alter_file("INSERT INTO m_tip (name, value, id, c_received) VALUES ('handler', ?, ?, ?)", values)
    assert office.app.tips.list(hoa, mine=True).items == ()
    assert office.app.tips.worklist(hoa, mine=True).items == ()
    assert office.app.tips.list(chair, handler=hoa.id).items == ()
