"""What will leave is shown as it leaves."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import Unsupported
from anninh_core.vocabulary.messages import Attachment


def test_a_preview_is_what_is_sent(bench: Bench) -> None:
    """In the same numbered parts, and nothing leaves by it; what Zalo takes from nobody is refused by both."""
    person = bench.somebody()
    long = "Đường làng ngõ xóm yên vui. " * 200
    shown = bench.messenger.preview(bench.to(person, long))
    assert not person.heard
    bench.messenger.send(bench.to(person, long))
    assert len(shown) > 1
    assert [one.text for one in person.heard] == list(shown)
    with pytest.raises(Unsupported):
        bench.messenger.preview(bench.to(person, "Nghe", attachments=(Attachment("audio"),)))
