"""Which record a call is about."""

import pytest

from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import BadInput
from anninh_core.operations import Door

NO_RECORD = {"passkey_id", "row_id"}
"""Ids of what is no record."""


def test_every_subject_names_a_kind(door: Door) -> None:
    """What is called an id is one of a kind that is stored, or somebody said that it isn't."""
    types = {
        one.subject_type
        for one in door.operations.values()
        if one.subject.endswith("_id") and one.subject not in NO_RECORD
    }
    assert {alias.record for alias in types if alias} <= {kind.name for kind in KINDS}
    assert all(alias is not None and alias.record for alias in types)


def test_the_record_of_a_call(door: Door) -> None:
    """By the argument's name, or what a case says itself; a list is about no record."""
    assert door.find("tips.assign").record_of({"tip_id": "1"}) == ("tip", "1")
    assert door.find("retention.hold").subject == "case"
    assert door.find("retention.hold").record_of({"case": "inquiry:1"}) == ("inquiry", "1")
    assert door.find("tips.list").record_of({"unit": "a"}) is None
    assert door.find("failures.resend").record_of({"row_id": "1"}) is None
    with pytest.raises(BadInput):
        door.find("retention.hold").record_of({"case": "1"})
