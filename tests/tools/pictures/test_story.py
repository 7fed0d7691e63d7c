"""The pictures of the README are screenshots of a real session in the demo."""

from pathlib import Path

import pytest
from tests.support.chromium import open_chromium
from tests.support.demos import serve_demo
from tools.pictures.story import play_story

LARGEST = 120_000
"""Largest size of a picture in the README, in bytes."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_pictures_of_the_story_are_small(tmp_path: Path) -> None:
    """The story of a tip and its answer can be played, and each of its pictures is small."""
    with open_chromium() as browser, serve_demo(tmp_path) as served:
        pictures = list(play_story(browser, served.url, tmp_path))
        answer = served.demo.resident.transcript()[-1].text

    assert len(pictures) == 12
    assert max(picture.stat().st_size for picture in pictures) < LARGEST
    assert "Công an đã tìm thấy xe máy" in answer
