"""References of the form kind:id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref


@given(kind=st.text(min_size=1).filter(lambda text: ":" not in text), id=st.text(min_size=1))
def test_what_is_written_is_read(kind: str, id: str) -> None:
    """Any id survives, colons in it too; only the first colon divides."""
    assert Ref.parse(str(Ref(kind, id))) == Ref(kind, id)


@pytest.mark.parametrize("text", ["", "tip", "tip:", ":1", ":"])
def test_half_a_reference_is_refused(text: str) -> None:
    """The error names what was given and the form that is wanted."""
    with pytest.raises(BadInput, match="kind:id") as caught:
        Ref.parse(text)
    assert repr(text) in str(caught.value)
