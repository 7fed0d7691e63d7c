"""The main job as a reader runs it."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from tests.examples.conftest import EXAMPLES

from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat


@pytest.mark.slow
def test_it_ends_with_answers_that_arrived(tmp_path: Path) -> None:
    """In a folder named relatively, as its docstring says: residents hear their receipts and answers, twice."""
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "main_job.py"), "out"]
    for _ in range(2):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(" answered") == 3, done.stdout

    for chat in _chats(tmp_path / "out"):
        heard = [message.text for message in chat.messages()]
        assert any("Mã tiếp nhận" in text for text in heard)
        assert any("Công an đã kiểm tra và xử lý" in text for text in heard)
        assert any("NỘI QUY NHÓM" in text for text in heard)


def _chats(out: Path) -> list[MockChat]:
    paths = list(out.glob("*/chat.jsonl"))
    assert len(paths) == 2
    return [MockChat(_CLOCK, path) for path in paths]


_CLOCK = FixedClock(datetime(2021, 9, 1, 8, tzinfo=VIETNAM))
