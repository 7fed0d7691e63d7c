"""Tests of the rules for writing and submitting items of content."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.content.conftest import PIECE

from anninh_core.domain.content.rules import (
    check_complete,
    check_content,
    deliveries_by_group,
    pending_targets,
    render_item,
)
from anninh_core.domain.content.values import GroupDelivery
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.language.phrasing import Phrasing
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment

TODAY = date(2021, 9, 1)
WANTED = evolve(
    PIECE,
    category="wanted_notice",
    decision_number="05/QĐ-CSĐT",
    decision_date=date(2021, 3, 5),
    decision_issuer="Cơ quan Cảnh sát điều tra Công an tỉnh Ninh Bình",
)


def build_delivery(group: str, row: str) -> GroupDelivery:
    return GroupDelivery(group=group, conversation=f"oa.{group}", outbox=row, day=date(2021, 9, 1))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"title": "a" * 201}, TooLarge, "201"),
        ({"body": "a" * 1_000_000}, TooLarge, "1,000,000"),
        ({"category": "gossip"}, BadInput, "'gossip'"),
        ({"units": ("ninh-hoa", "truong-yen")}, BadInput, "can't publish for xã Trường Yên"),
        ({"decision_number": "12"}, BadInput, "'12' isn't a valid decision number: write the number, a slash and"),
        ({"decision_number": "12/qđ-csđt"}, BadInput, "12/qđ-csđt"),
        ({"decision_date": date(2021, 9, 2)}, BadInput, "2021-09-02 is in the future"),
        ({"decision_date": date(1970, 12, 31)}, BadInput, "1970-12-31 is more than 50 years ago"),
        ({"attachments": (Attachment("image", name="a.jpg"),)}, BadInput, "a.jpg"),
    ],
)
def test_wrong_values_arent_saved(
    district: District, change: dict[str, Any], error: type[Exception], says: str
) -> None:
    """An item with an invalid value is refused, and the error names the value and the remedy."""
    piece = evolve(PIECE, units=("ninh-hoa",))
    check_content(district, "ninh-hoa", piece, TODAY)
    with pytest.raises(error, match=says):
        check_content(district, "ninh-hoa", evolve(piece, **change), TODAY)


@pytest.mark.parametrize("units", [("hoa-lu", "ninh-hoa"), ("ninh-hoa", "hoa-lu", "ninh-van")])
def test_unit_and_its_part_are_no_audience(district: District, units: tuple[str, ...]) -> None:
    """An item can't be addressed to a unit and to a part of the same unit, and the error names the remedy."""
    with pytest.raises(BadInput, match=r"choose .*Hoa Lư for all its groups, or only units within it"):
        check_content(district, "hoa-lu", evolve(PIECE, units=units), TODAY)
    check_content(district, "hoa-lu", evolve(PIECE, units=("ninh-hoa", "ninh-van")), TODAY)
    check_content(district, "hoa-lu", evolve(PIECE, units=()), TODAY)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": " "}, "title"),
        ({"body": ""}, "body"),
        ({"source_name": ""}, "has no source: write whose information it is"),
        ({"units": ()}, "has no audience yet: edit it and choose the units"),
    ],
)
def test_incomplete_items_arent_submitted(district: District, change: dict[str, Any], says: str) -> None:
    """An item without title, body, source or audience can't be submitted."""
    check_complete(district, PIECE, TODAY)
    with pytest.raises(BadInput, match=says):
        check_complete(district, evolve(PIECE, **change), TODAY)


@pytest.mark.parametrize("category", ["wanted_notice", "search_notice"])
@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ({"decision_number": " "}, "requires an official decision: give its number"),
        ({"decision_date": None}, "give the day on which it was signed"),
        ({"decision_issuer": ""}, "write which authority issued it"),
    ],
)
def test_official_notices_cite_their_decision(
    district: District, category: str, lacking: dict[str, Any], says: str
) -> None:
    """A wanted notice or search notice needs the number, date and issuer of its decision, and the error names the
    missing part.
    """
    notice = evolve(WANTED, category=category)
    check_complete(district, notice, TODAY)
    with pytest.raises(BadInput, match=says):
        check_complete(district, evolve(notice, **lacking), TODAY)


@pytest.mark.parametrize(
    "number",
    ["123/QĐ-CSĐT", "04/2021/QĐ-CSHS", "17/QĐTN-CSĐT(PC02)", "3225/QĐTN-VPCQCSĐT-P4", "130/PC45", "1/LTN-CQĐT"],
)
def test_real_decision_numbers_are_accepted(district: District, number: str) -> None:
    """Decision numbers as authorities write them are accepted."""
    check_content(district, "hoa-lu", evolve(PIECE, decision_number=number), TODAY)


@pytest.mark.parametrize("number", ["12", "/QĐ", "12/", "12/3", "12 QĐ-CSĐT", "QĐ-CSĐT/12", "12/QĐ-", "12/Q"])
def test_invalid_decision_numbers_are_refused(district: District, number: str) -> None:
    """An invalid decision number is refused, and the error shows the number and a valid example, in Vietnamese too."""
    with pytest.raises(BadInput) as error:
        check_content(district, "hoa-lu", evolve(PIECE, decision_number=number), TODAY)
    assert str(error.value).startswith(f"{number!r} isn't a valid decision number: write the number, a slash and")
    vietnamese = Phrasing("vi").error(error.value)
    assert (f"“{number}”" in vietnamese, "123/QĐ-CSĐT" in vietnamese, "decision" in vietnamese) == (True, True, False)


def test_family_search_needs_a_verified_requester(district: District) -> None:
    """A notice of a family that searches for a person needs the requester and how they were verified, and may not cite
    a decision.
    """
    search = evolve(PIECE, category="family_search")
    with pytest.raises(BadInput, match="requires a requester: write who asks for it"):
        check_complete(district, search, TODAY)
    with_requester = evolve(search, requester="Bà Thử, mẹ cháu bé")
    with pytest.raises(BadInput, match="requires a verified requester: write how you verified"):
        check_complete(district, with_requester, TODAY)
    checked = evolve(with_requester, requester_check="Gọi lại, công an xã xác nhận")
    check_complete(district, checked, TODAY)
    with pytest.raises(BadInput, match="has no decision: remove the decision, or choose"):
        check_complete(district, evolve(checked, decision_number="05/QĐ-CSĐT"), TODAY)


@pytest.mark.parametrize("change", [{}, {"rumour": "Tin đồn"}])
def test_groups_read_the_decision_and_not_the_requester(district: District, change: dict[str, Any]) -> None:
    """The text of a post and of a correction has the decision's number, date and issuer, but never the requester."""
    text = render_item(district, evolve(WANTED, requester="Bà Thử", requester_check="Gọi lại", **change), "")
    assert f"Quyết định số 05/QĐ-CSĐT ngày 05/3/2021 của {WANTED.decision_issuer}" in text
    assert "Bà Thử" not in text
    assert "Gọi lại" not in text


def test_braces_in_a_body_stay_unchanged(district: District) -> None:
    """Braces in the text of an item are never read as a placeholder, and the post names the source."""
    text = render_item(district, evolve(PIECE, body="{title} {x}"), "")
    assert "{title} {x}" in text
    assert "Công an tỉnh Ninh Bình, https://conganninhbinh.gov.vn/canh-bao" in text


@pytest.mark.parametrize(("change", "original"), [({"replaces": "x"}, "Tin cũ"), ({"rumour": "Tin đồn"}, "")])
def test_a_correction_names_what_it_corrects(district: District, change: dict[str, Any], original: str) -> None:
    """The post of a correction names the item or the rumour that it corrects."""
    text = render_item(district, evolve(PIECE, **change), original)
    assert (original or "Tin đồn") in text
    assert PIECE.title in text


@pytest.mark.parametrize(
    ("state", "has_it"),
    [("waiting", True), ("started", True), ("delivered", True), ("unknown", True), ("failed", False)],
)
def test_only_certain_failures_are_resent(state: str, has_it: bool) -> None:
    """An item isn't sent to a group again unless its outbox row has certainly failed."""
    assert bool(deliveries_by_group([build_delivery("a", "o1")], {"o1": state})) is has_it


@given(st.lists(st.sampled_from("abcde")), st.sets(st.sampled_from("abcde")))
def test_targets_are_each_sent_once(wanted: list[str], has: set[str]) -> None:
    """An item is sent to each requested group that doesn't have it yet, once and in the requested order."""
    targets = [(group, f"oa.{group}") for group in wanted]
    lacking = pending_targets(targets, {group: build_delivery(group, "o") for group in has})
    assert list(lacking) == [group for group in dict.fromkeys(wanted) if group not in has]
