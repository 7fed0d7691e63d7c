"""References to records have the form kind:id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref


@given(kind=st.text(min_size=1).filter(lambda text: ":" not in text), id=st.text(min_size=1))
def test_reference_is_read_back(kind: str, id: str) -> None:
    """A written reference is read back unchanged, also with colons in the id, because only the first colon divides."""
    assert Ref.parse(str(Ref(kind, id))) == Ref(kind, id)


@pytest.mark.parametrize("text", ["", "tip", "tip:", ":1", ":"])
def test_incomplete_reference_is_refused(text: str) -> None:
    """A reference without kind or id is refused with an error that shows the text and the expected form."""
    with pytest.raises(BadInput, match="kind:id") as caught:
        Ref.parse(text)
    assert repr(text) in str(caught.value)
