"""Values that every storage refuses in a column of a record."""

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.query import check_value

SPEC = IndexSpec(kind="thing", columns={"count": int, "share": float})


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400, -(10**400)])
def test_whole_numbers_have_64_bits(value: int) -> None:
    """A whole number beyond 64 bits is refused, even if no float can hold it."""
    with pytest.raises(BadInput, match="64 bits"):
        check_value(SPEC, "count", value, int)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 1e300, 10**400])
def test_other_numbers_are_finite(value: float) -> None:
    """An infinite, undefined or too large number is refused."""
    with pytest.raises(BadInput, match="finite"):
        check_value(SPEC, "share", value, float)


@pytest.mark.parametrize("value", [0, -(2**63), 2**63 - 1, 0.5, None])
def test_numbers_of_64_bits_are_accepted(value: float | None) -> None:
    """Finite numbers that fit into 64 bits are accepted."""
    check_value(SPEC, "share", value, float)
