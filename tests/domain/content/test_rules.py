"""What may be written and submitted."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.content.conftest import PIECE

from anninh_core.domain.content import (
    GroupDelivery,
    check_complete,
    check_content,
    deliveries_by_group,
    pending_targets,
    render_item,
)
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment


def sent(group: str, row: str) -> GroupDelivery:
    return GroupDelivery(group=group, conversation=f"oa.{group}", outbox=row, day=date(2021, 9, 1))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"title": "a" * 201}, TooLarge, "201"),
        ({"body": "a" * 1_000_000}, TooLarge, "1000000"),
        ({"category": "gossip"}, BadInput, "'gossip'"),
        ({"units": ()}, BadInput, "nobody"),
        ({"units": ("ninh-hoa", "truong-yen")}, BadInput, "truong-yen"),
        ({"attachments": (Attachment("image", name="a.jpg"),)}, BadInput, "a.jpg"),
    ],
)
def test_what_is_wrong_is_not_even_a_draft(
    district: District, change: dict[str, Any], error: type[Exception], says: str
) -> None:
    """A wrong value is named, with the way out."""
    piece = evolve(PIECE, units=("ninh-hoa",))
    check_content(district, "ninh-hoa", piece)
    with pytest.raises(error, match=says):
        check_content(district, "ninh-hoa", evolve(piece, **change))


@pytest.mark.parametrize(
    ("change", "says"),
    [({"title": " "}, "title"), ({"body": ""}, "body"), ({"source_name": ""}, "names no source")],
)
def test_what_is_incomplete_is_not_submitted(district: District, change: dict[str, Any], says: str) -> None:
    """A reviewer isn't bothered with an item without title, content or source."""
    check_complete(district, PIECE)
    with pytest.raises(BadInput, match=says):
        check_complete(district, evolve(PIECE, **change))


@pytest.mark.parametrize("category", ["wanted_notice", "search_notice"])
def test_official_notices_cite_their_decision(district: District, category: str) -> None:
    """A wanted or search notice needs the number of its decision; a family's search doesn't."""
    with pytest.raises(BadInput, match="decision"):
        check_complete(district, evolve(PIECE, category=category))
    check_complete(district, evolve(PIECE, category=category, decision_number="05/QĐ-CQĐT"))
    check_complete(district, evolve(PIECE, category="family_search"))


def test_braces_in_a_body_stay(district: District) -> None:
    """What somebody writes is never taken for a placeholder, and the source stands in the post."""
    text = render_item(district, evolve(PIECE, body="{title} {x}"), "")
    assert "{title} {x}" in text
    assert "Công an tỉnh Ninh Bình, https://conganninhbinh.gov.vn/canh-bao" in text


@pytest.mark.parametrize(("change", "original"), [({"replaces": "x"}, "Tin cũ"), ({"rumour": "Tin đồn"}, "")])
def test_a_correction_names_what_it_corrects(district: District, change: dict[str, Any], original: str) -> None:
    """A correction names our own item or the rumour it is about."""
    text = render_item(district, evolve(PIECE, **change), original)
    assert (original or "Tin đồn") in text
    assert PIECE.title in text


@pytest.mark.parametrize(
    ("state", "has_it"),
    [("waiting", True), ("started", True), ("delivered", True), ("unknown", True), ("failed", False)],
)
def test_only_a_sure_failure_is_sent_again(state: str, has_it: bool) -> None:
    """A group whose row may still arrive, or may have arrived, counts as reached."""
    assert bool(deliveries_by_group([sent("a", "o1")], {"o1": state})) is has_it


@given(st.lists(st.sampled_from("abcde")), st.sets(st.sampled_from("abcde")))
def test_no_group_twice(wanted: list[str], has: set[str]) -> None:
    """Of the groups asked for, exactly those that lack it remain, each once and in order."""
    targets = [(group, f"oa.{group}") for group in wanted]
    lacking = pending_targets(targets, {group: sent(group, "o") for group in has})
    assert list(lacking) == [group for group in dict.fromkeys(wanted) if group not in has]
