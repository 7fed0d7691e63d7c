"""Talks as tests."""

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing.apps import memory_app
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.dialog import Dialog
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.messages import Attachment


class Echo:
    """An app that repeats each message, in groups and in conversations."""

    def __init__(self, chat: MockChat) -> None:
        self._chat = chat
        self._done = 0

    def __call__(self) -> None:
        for message in self._chat.messages()[self._done :]:
            if message.author:
                self._chat.account.send(
                    message.conversation, f"số {message.id}: {message.text}", group=message.group, key=message.id
                )
        self._done = len(self._chat.messages())


@pytest.fixture
def chat(anninh_clock: FixedClock) -> MockChat:
    return MockChat(anninh_clock)


@pytest.fixture
def dialog(chat: MockChat) -> Dialog:
    return Dialog(chat, Echo(chat))


def test_replies_are_matched_in_order(dialog: Dialog) -> None:
    """Replies are found in order, with their match, and each only once."""
    dialog.says("Thử Văn An", "một")
    dialog.says("Thử Văn An", "hai", attachments=[Attachment("image")])
    assert dialog.hears("Thử Văn An", r"số (m\d+): một")[1] == "m0001"
    dialog.hears("Thử Văn An", "hai")
    dialog.hears_nothing("Thử Văn An")
    dialog.hears_nothing("Thử Thị Bình")


def test_posts_are_read_by_group_title(chat: MockChat, dialog: Dialog) -> None:
    """`reads` finds the app's posts in a group by the group's title."""
    chat.found_group("Thôn Thử")
    dialog.says("Thử Văn An", "một", to="Thôn Thử")
    assert dialog.reads("Thôn Thử", r"m\d+")[0] == "m0001"
    dialog.hears_nothing("Thử Văn An")


def test_failures_show_the_transcript(chat: MockChat, dialog: Dialog) -> None:
    """Each failure message contains the transcript."""
    with pytest.raises(AssertionError, match="nobody has said anything"):
        dialog.hears("Thử Văn An", "một")
    dialog.says("Thử Văn An", "một")
    chat.found_group("Thôn Thử")
    with pytest.raises(AssertionError, match=r"not heard 'hai'\n.*Thử Văn An: một"):
        dialog.hears("Thử Văn An", "hai")
    with pytest.raises(AssertionError, match=r"has heard 'số m0001: một'\n.*Thử Văn An: một"):
        dialog.hears_nothing("Thử Văn An")
    with pytest.raises(AssertionError, match=r"nobody reads 'hai' in Thôn Thử\n.*một"):
        dialog.reads("Thôn Thử", "hai")
    with pytest.raises(AssertionError, match=r"0 groups are called 'Thôn X', not one\n.*một"):
        dialog.reads("Thôn X", "hai")


def test_dialog_over_an_app() -> None:
    """`Dialog.over` needs only an app, and its error names a messenger that doesn't exist."""
    with memory_app() as app:
        dialog = Dialog.over(app)
        dialog.says("Thử Văn An", "Tối qua mất trộm xe máy ở chợ")
        dialog.hears("Thử Văn An", "[0-9A-Z]{5}-[0-9A-Z]{5}")
        with pytest.raises(ConfigurationError, match="no mock messenger 'hoa'"):
            Dialog.over(app, "hoa")
