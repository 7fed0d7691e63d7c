"""Which record a call is about."""

import pytest

from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import BadInput
from anninh_core.operations import OperationGateway

NO_RECORD = {"passkey_id", "row_id"}
"""Ids that belong to no record."""


def test_every_subject_names_a_kind(gateway: OperationGateway) -> None:
    """Every subject that is an id belongs to a stored kind, or is in `NO_RECORD`."""
    types = {
        operation.subject_type
        for operation in gateway.operations.values()
        if operation.subject.endswith("_id") and operation.subject not in NO_RECORD
    }
    assert {alias.record for alias in types if alias} <= {kind.name for kind in KINDS}
    assert all(alias is not None and alias.record for alias in types)


def test_call_has_its_record(gateway: OperationGateway) -> None:
    """A call's record is found by its subject argument or by a case reference; a list is about no record."""
    assert gateway.find("tips.assign").record_of({"tip_id": "1"}) == ("tip", "1")
    assert gateway.find("retention.hold").subject == "case"
    assert gateway.find("retention.hold").record_of({"case": "inquiry:1"}) == ("inquiry", "1")
    assert gateway.find("tips.list").record_of({"unit": "a"}) is None
    assert gateway.find("failures.resend").record_of({"row_id": "1"}) is None
    with pytest.raises(BadInput):
        gateway.find("retention.hold").record_of({"case": "1"})
