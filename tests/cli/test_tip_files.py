"""`anninh tips file`: what came with a tip."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import jpeg
from tests.cli.conftest import Read, Run, hear, mock, opened
from tests.support.pictures import picture

from anninh_core.vocabulary.messages import Attachment

pytestmark = pytest.mark.slow  # files cleaned in processes of their own

PICTURE = picture()


@pytest.fixture
def tip(folder: Path, read: Read) -> str:
    """The id of a tip with a picture that is here, a place, and a video whose link had died."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        dead = chat.file(b"a video")
        chat.forget_file(dead)
        sent = [
            Attachment("image", "xe.png", url=chat.file(PICTURE)),
            Attachment("location", latitude=20.25, longitude=105.97),
            Attachment("video", url=dead),
        ]
        chat.says(chat.person("Chị Thử"), "Mất con trâu ở xóm 9", attachments=sent)
        hear(app)
    (found,) = read("tips", "search", "con trau")
    id: str = found["id"]
    return id


def test_what_came_is_shown_with_its_number(run: Run, tip: str) -> None:
    """And why there is nothing to look at, where that is so."""
    assert "[1: image, unscanned] [2: location] [3: video, expired]" in run("tips", "show", tip).stdout


def test_a_file_is_written(run: Run, tip: str, tmp_path: Path) -> None:
    """For its owner's eyes only."""
    out = tmp_path / "xe.png"
    done = run("tips", "file", tip, "1", "--out", str(out))
    assert f"{len(PICTURE)} bytes (unscanned)" in done.stdout
    assert out.read_bytes() == PICTURE
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("number", "why"), [("2", "holds no file"), ("3", "lost (expired)"), ("4", "3 attachments")])
def test_what_can_t_be_had_is_told(run: Run, tip: str, tmp_path: Path, number: str, why: str) -> None:
    """Nothing is written."""
    done = run("tips", "file", tip, number, "--out", str(tmp_path / "a"))
    assert done.exit_code != 0
    assert why in done.stderr
    assert not (tmp_path / "a").exists()


def test_the_last_of_many_files(folder: Path, run: Run, read: Read, tmp_path: Path) -> None:
    """All that was said is shown, and its last file can be written, however much came before."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        an = chat.person("Chị Thử")
        chat.says(an, "Mất con trâu ở xóm 9")
        for number in range(1, 61):
            chat.says(an, "", attachments=[Attachment("image", url=chat.file(f"picture {number}".encode()))])
        hear(app)
    (found,) = read("tips", "search", "con trau")
    assert "[60: file, unscanned, unlike claim]" in run("tips", "show", found["id"]).stdout
    assert len(read("tips", "show", found["id"])["messages"]) == 61
    out = tmp_path / "60.png"
    assert run("tips", "file", found["id"], "60", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == b"picture 60"


def test_the_original_and_its_custody(folder: Path, run: Run, read: Read, tmp_path: Path) -> None:
    """The copy tells nothing of the telephone; the original comes for a purpose, and `custody` tells of both."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        photo = Attachment("image", url=chat.file(jpeg()))
        chat.says(chat.person("Chị Thử"), "Mất con trâu ở xóm 9", attachments=[photo])
        hear(app)
    (found,) = read("tips", "search", "con trau")
    out = tmp_path / "a.jpg"
    tip = found["id"]
    assert run("tips", "file", tip, "1", "--out", str(out)).exit_code == 0
    assert find_markers(out.read_bytes()) == set()
    refused = run("tips", "file", tip, "1", "--out", str(out), "--original")
    assert (refused.exit_code, "--purpose" in refused.stderr) == (2, True)
    done = run("tips", "file", tip, "1", "--out", str(out), "--original", "--purpose", "Giám định ảnh")
    assert "(as it came)" in done.stdout
    assert out.read_bytes() == jpeg()
    told = run("tips", "custody", tip, "1").stdout
    assert sha256(jpeg()).hexdigest() in told
    for what in ("dispatch.fetched", "conversations.attachment", "conversations.open_original", "Giám định ảnh"):
        assert what in told
    (file,) = read("tips", "show", tip)["messages"][0]["files"]
    assert (file["cleaning"], file["media_type"], file["scan"]) == ("cleaned", "image/jpeg", "unscanned")
