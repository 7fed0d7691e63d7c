"""The mock chat in a file is shared by processes and survives a crash."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.mock.service import MockChat

SENDER = """
import sys
from pathlib import Path
from anninh_core.kernel.clock import SystemClock
from anninh_core.testing.mock.service import MockChat

path, name, count, failure = sys.argv[1:]
chat = MockChat(SystemClock(), Path(path))
person = chat.person("Thử Văn An")
if failure:
    chat.fail_next(failure)
for n in range(int(count)):
    chat.account.send(person, "chào", group=False, key=f"{name}-{n}")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "chat.jsonl"


def sender(path: Path, name: str, count: int, failure: str = "") -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", SENDER, path, name, str(count), failure])


def test_chat_is_restored_from_its_file(path: Path, anninh_clock: FixedClock) -> None:
    """A second object on the same file restores people, groups, posts, locks, planned failures and fetched events."""
    chat = MockChat(anninh_clock, path)
    person = chat.person("Thử Văn An")
    group = chat.found_group("Thôn Thử", [person])
    chat.account.send(group, "một", group=True, key="k")
    chat.account.send(person, "hai", group=False, key="l")
    chat.says(person, "vâng")
    assert len(list(chat.webhooks())) == 1
    chat.sees(person)
    chat.account.lock(group, True)
    chat.fail_next("duplicate")
    restored = MockChat(anninh_clock, path)
    assert restored.messages() == chat.messages()
    assert restored.transcript() == chat.transcript()
    assert restored.account.members(group) == [(person, "Thử Văn An")]
    assert len(list(restored.webhooks())) == 2
    assert list(chat.webhooks()) == []


def test_processes_write_at_once(path: Path, anninh_clock: FixedClock) -> None:
    """Several processes that write at once lose no message and never assign an id twice."""
    senders = [sender(path, name, 20) for name in "abc"]
    assert [process.wait(60) for process in senders] == [0, 0, 0]
    messages = MockChat(anninh_clock, path).messages()
    assert len({message.id for message in messages}) == len({message.key for message in messages}) == 60


def test_threads_write_at_once(path: Path, anninh_clock: FixedClock) -> None:
    """Several threads that write through one object lose no message."""
    chat = MockChat(anninh_clock, path)
    person = chat.person("Thử Văn An")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: chat.account.send(person, "chào", group=False, key=str(n)), range(20)))
    assert len({message.id for message in MockChat(anninh_clock, path).messages()}) == 20


def test_crash_after_send(path: Path, anninh_clock: FixedClock) -> None:
    """A process that dies after a delivery leaves the delivery recorded once."""
    assert sender(path, "a", 5, "crash_after_send").wait(60) == 137
    chat = MockChat(anninh_clock, path)
    assert [message.key for message in chat.messages()] == ["a-0"]
    chat.account.send(chat.person("Thử Văn An"), "chào", group=False, key="a-1")
    assert len(chat.account.sent("a-0")) == len(chat.account.sent("a-1")) == 1


def test_torn_line_is_removed(path: Path, anninh_clock: FixedClock) -> None:
    """A line cut off by a crash is ignored and doesn't damage the next line."""
    MockChat(anninh_clock, path).person("Thử Văn An")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-7])
    chat = MockChat(anninh_clock, path)
    chat.person("Thử Thị Bình")
    assert path.read_bytes().startswith(whole)
    assert MockChat(anninh_clock, path).person("Thử Thị Bình") == chat.person("Thử Thị Bình")


@pytest.mark.parametrize("content", [b"not ours", b"not ours\n", b'{"what":"song"}\n', b"\x89PNG\r\n\x1a\n"])
def test_foreign_file_is_left_alone(path: Path, anninh_clock: FixedClock, content: bytes) -> None:
    """A file with other content is refused with its name and isn't changed."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"chat\.jsonl isn't the record of a mock chat, and nothing was written: name"):
        MockChat(anninh_clock, path).person("Thử Văn An")
    assert path.read_bytes() == content
