"""The preview of a message equals the sent message."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import Unsupported
from anninh_core.vocabulary.messages import Attachment


def test_preview_equals_the_sent_parts(bench: Bench) -> None:
    """A preview returns the numbered parts as they are sent, sends nothing, and refuses unsupported kinds as sending
    does.
    """
    person = bench.add_writer()
    long = "Đường làng ngõ xóm yên vui. " * 200
    preview = bench.messenger.preview(bench.build_message(person, long))
    assert not person.heard
    bench.messenger.send(bench.build_message(person, long))
    assert len(preview) > 1
    assert [part.text for part in person.heard] == list(preview)
    with pytest.raises(Unsupported):
        bench.messenger.preview(bench.build_message(person, "Nghe", attachments=(Attachment("audio"),)))
