"""`anninh tips file` writes attachments of a tip."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import jpeg
from tests.cli.conftest import Read, Run, get_mock_messenger, open_folder, process_chat_events
from tests.support.pictures import build_picture

from anninh_core.vocabulary.messages import Attachment

pytestmark = pytest.mark.slow  # These tests are slow, because each file is cleaned in a separate process.

PICTURE = build_picture()


@pytest.fixture
def tip(folder: Path, read: Read) -> str:
    """Id of a tip with a stored picture, a location, and a video with an expired link."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        expired_url = chat.file(b"a video")
        chat.forget_file(expired_url)
        attachments = [
            Attachment("image", "xe.png", url=chat.file(PICTURE)),
            Attachment("location", latitude=20.25, longitude=105.97),
            Attachment("video", url=expired_url),
        ]
        chat.says(chat.person("Chị Thử"), "Mất con trâu ở xóm 9", attachments=attachments)
        process_chat_events(app)
    (match,) = read("tips", "search", "con trau")
    id: str = match["id"]
    return id


def test_attachments_are_shown_with_numbers(run: Run, tip: str) -> None:
    """A tip shows its attachments with numbers and states."""
    assert "[1: image, unscanned] [2: location] [3: video, expired]" in run("tips", "show", tip).stdout


def test_attachment_is_written_privately(run: Run, tip: str, tmp_path: Path) -> None:
    """A written attachment can be read by its owner only."""
    out = tmp_path / "xe.png"
    result = run("tips", "file", tip, "1", "--out", str(out))
    assert f"{len(PICTURE)} bytes (unscanned)" in result.stdout
    assert out.read_bytes() == PICTURE
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("number", "why"), [("2", "holds no file"), ("3", "lost (expired)"), ("4", "3 attachments")])
def test_missing_attachment_is_refused(run: Run, tip: str, tmp_path: Path, number: str, why: str) -> None:
    """An attachment without a file, a lost one and an unknown number are refused, and nothing is written."""
    result = run("tips", "file", tip, number, "--out", str(tmp_path / "a"))
    assert result.exit_code != 0
    assert why in result.stderr
    assert not (tmp_path / "a").exists()


def test_last_of_many_attachments_is_written(folder: Path, run: Run, read: Read, tmp_path: Path) -> None:
    """A tip with many messages is shown whole, and its last file can be written."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        sender = chat.person("Chị Thử")
        chat.says(sender, "Mất con trâu ở xóm 9")
        for number in range(1, 61):
            chat.says(sender, "", attachments=[Attachment("image", url=chat.file(f"picture {number}".encode()))])
        process_chat_events(app)
    (tip,) = read("tips", "search", "con trau")
    assert "[60: file, unscanned, unlike claim]" in run("tips", "show", tip["id"]).stdout
    assert len(read("tips", "show", tip["id"])["messages"]) == 61
    out = tmp_path / "60.png"
    assert run("tips", "file", tip["id"], "60", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == b"picture 60"


def test_original_needs_purpose_and_leaves_custody(folder: Path, run: Run, read: Read, tmp_path: Path) -> None:
    """The written copy has no metadata, the original needs a purpose, and `custody` shows both readings."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        photo = Attachment("image", url=chat.file(jpeg()))
        chat.says(chat.person("Chị Thử"), "Mất con trâu ở xóm 9", attachments=[photo])
        process_chat_events(app)
    (match,) = read("tips", "search", "con trau")
    out = tmp_path / "a.jpg"
    tip = match["id"]
    assert run("tips", "file", tip, "1", "--out", str(out)).exit_code == 0
    assert find_markers(out.read_bytes()) == set()
    refused = run("tips", "file", tip, "1", "--out", str(out), "--original")
    assert (refused.exit_code, "--purpose" in refused.stderr) == (2, True)
    result = run("tips", "file", tip, "1", "--out", str(out), "--original", "--purpose", "Giám định ảnh")
    assert "(as it came)" in result.stdout
    assert out.read_bytes() == jpeg()
    custody = run("tips", "custody", tip, "1").stdout
    assert sha256(jpeg()).hexdigest() in custody
    for what in ("dispatch.fetched", "conversations.attachment", "conversations.open_original", "Giám định ảnh"):
        assert what in custody
    (file,) = read("tips", "show", tip)["messages"][0]["files"]
    assert (file["cleaning"], file["media_type"], file["scan"]) == ("cleaned", "image/jpeg", "unscanned")
