"""Talks as tests."""

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.testing.apps import memory_app
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.dialog import Dialog
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.messages import Attachment


class Echo:
    """An app of one line: it repeats what it hears, in the group and one-to-one."""

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


def test_says_and_hears(dialog: Dialog) -> None:
    """Answers are found in order, give their match, and each is heard once."""
    dialog.says("Thử Văn An", "một")
    dialog.says("Thử Văn An", "hai", attachments=[Attachment("image")])
    assert dialog.hears("Thử Văn An", r"số (m\d+): một")[1] == "m0001"
    dialog.hears("Thử Văn An", "hai")
    dialog.hears_nothing("Thử Văn An")
    dialog.hears_nothing("Thử Thị Bình")


def test_reads_in_a_group(chat: MockChat, dialog: Dialog) -> None:
    """What the app posts in a group can be read there, by title."""
    chat.found_group("Thôn Thử")
    dialog.says("Thử Văn An", "một", to="Thôn Thử")
    assert dialog.reads("Thôn Thử", r"m\d+")[0] == "m0001"
    dialog.hears_nothing("Thử Văn An")


def test_failures_show_what_was_said(chat: MockChat, dialog: Dialog) -> None:
    """Whatever fails, the message holds the transcript."""
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


def test_over_an_app() -> None:
    """With an app in hand, nothing else is needed to talk with it; a messenger that isn't there is named."""
    with memory_app() as app:
        dialog = Dialog.over(app)
        dialog.says("Thử Văn An", "Tối qua mất trộm xe máy ở chợ")
        dialog.hears("Thử Văn An", "[0-9A-Z]{5}-[0-9A-Z]{5}")
        with pytest.raises(ConfigurationError, match="no mock messenger 'hoa'"):
            Dialog.over(app, "hoa")
