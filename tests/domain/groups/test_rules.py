"""Tests of the rules for the directory of groups, for the search, and for groups in need of care."""

from datetime import date, timedelta

import pytest
from attrs import evolve

from anninh_core.domain.groups.model import Group, Measure
from anninh_core.domain.groups.rules import build_directory_entry, find_issues, find_matching_entries, require_code
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Address, Place

DAY = date(2021, 8, 25)


def build_group(unit: str, title: str) -> Group:
    bound = Group(id=unit, unit=unit, kind="commune", title=title, hours="7:30–21:00").bound(
        Address("mock", Place.GROUP, unit), f"mock.{unit}", f"https://zalo.me/g/{unit}"
    )
    board = bound.seated("owner", "o1", "Cán bộ 1", DAY).seated("deputy", "o2", "Cán bộ 2", DAY)
    return board.launched(DAY, ()).chartered("1.0")


def test_the_directory_names_places_board_and_hours(district: District) -> None:
    """A group's entry in the directory has what residents need, but no messenger address and no conversation."""
    entry = build_directory_entry(district, build_group("ninh-hoa/kdc-1", "Nhóm khu dân cư số 1"))
    assert entry.places == ("Khu dân cư số 1", "xã Ninh Hòa", "huyện Hoa Lư")
    expected = ((district.say("board.owner"), "Cán bộ 1"), (district.say("board.deputy"), "Cán bộ 2"))
    assert tuple((seat.post, seat.name) for seat in entry.board) == expected
    assert (entry.link, entry.hours) == ("https://zalo.me/g/ninh-hoa/kdc-1", "7:30–21:00")


@pytest.mark.parametrize("query", ["ninh hoa", "Ninh Hòa", "NINH HOÀ", "xã ninh hòa"])
def test_residents_find_their_commune_without_diacritics(district: District, query: str) -> None:
    """Residents find their commune with or without diacritics and in any case, and the commune comes before its
    areas.
    """
    groups = [
        build_group("ninh-hoa/kdc-1", "Nhóm khu dân cư số 1"),
        build_group("ninh-hai", "Nhóm xã Ninh Hải"),
        build_group("ninh-hoa", "Nhóm xã Ninh Hòa"),
    ]
    entries = find_matching_entries([build_directory_entry(district, listed) for listed in groups], query)
    assert [entry.unit for entry in entries] == ["ninh-hoa", "ninh-hoa/kdc-1"]


def test_a_title_leads_to_its_group(district: District) -> None:
    """A group is found by words of its title, and by number and commune in any order."""
    area = build_directory_entry(district, build_group("ninh-hoa/kdc-1", "Nhóm Chi hội Phụ nữ"))
    other = build_directory_entry(district, build_group("ninh-hoa/kdc-2", "Nhóm khác"))
    assert find_matching_entries([area, other], "phu nu") == (area,)
    assert find_matching_entries([area, other], "ninh hòa khu 2") == (other,)


def test_empty_search_finds_nothing(district: District) -> None:
    """A search without words finds no group."""
    assert find_matching_entries([build_directory_entry(district, build_group("ninh-hoa", "Nhóm"))], " ?! ") == ()


def test_a_group_in_order_needs_no_care() -> None:
    """A launched group with a filled board, a link and measures has no issue."""
    assert find_issues(build_group("ninh-hoa", "Nhóm"), DAY, charter="1.0", stale_days=30, in_office={"o1", "o2"}) == ()


def test_each_issue_is_named() -> None:
    """Each issue of a group that needs care is named separately."""
    fine = build_group("ninh-hoa", "Nhóm")
    later = DAY + timedelta(31)
    cases = {
        "vacant_board": (fine.vacated("o2", DAY), DAY),
        "no_owner": (fine.vacated("o1", DAY), DAY),
        "no_link": (evolve(fine, link=""), DAY),
        "old_charter": (evolve(fine, charter="0.9"), DAY),
        "stale": (fine.measured(Measure(day=later, members=3)), later),
        "unmeasured": (evolve(fine, posted_on=later), later),
    }
    for reason, (lacking, on) in cases.items():
        assert find_issues(lacking, on, charter="1.0", stale_days=30) == (reason,)
    assert find_issues(fine, DAY, charter="1.0", stale_days=30, in_office={"o1"}) == ("left_office",)


def test_a_group_that_isnt_active_needs_no_care() -> None:
    """A group that isn't active has no issue."""
    assert find_issues(build_group("ninh-hoa", "N").closed(DAY), DAY, charter="2", stale_days=1) == ()


def test_unknown_codes_name_the_known_ones(district: District) -> None:
    """A code that the profile doesn't have is refused, and the error lists the known codes."""
    assert require_code(district, "board", "owner") == "owner"
    with pytest.raises(BadInput, match="has no group kind 'club': choose one of commune, district_board"):
        require_code(district, "group_kind", "club")
