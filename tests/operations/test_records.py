"""The record that a call of an operation is about."""

import pytest

from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import BadInput
from anninh_core.operations import OperationGateway

NO_RECORD = {"passkey_id", "row_id"}
"""Names of arguments for ids that belong to no record."""


def test_every_subject_names_a_kind(gateway: OperationGateway) -> None:
    """Every subject argument that is an id belongs to a stored kind of records, or is in `NO_RECORD`."""
    types = {
        operation.subject_type
        for operation in gateway.operations.values()
        if operation.subject.endswith("_id") and operation.subject not in NO_RECORD
    }
    assert {alias.record for alias in types if alias} <= {kind.name for kind in KINDS}
    assert all(alias is not None and alias.record for alias in types)


def test_call_has_its_record(gateway: OperationGateway) -> None:
    """The record of a call is found by its subject argument or by a case reference; a call for a list is about no
    record.
    """
    assert gateway.find("tips.assign").find_record({"tip_id": "1"}) == ("tip", "1")
    assert gateway.find("retention.hold").subject == "case"
    assert gateway.find("retention.hold").find_record({"case": "inquiry:1"}) == ("inquiry", "1")
    assert gateway.find("tips.list").find_record({"unit": "a"}) is None
    assert gateway.find("failures.resend").find_record({"row_id": "1"}) is None
    with pytest.raises(BadInput):
        gateway.find("retention.hold").find_record({"case": "1"})
