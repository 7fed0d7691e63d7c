"""The example `main_job.py` runs as its readers run it."""

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
def test_main_job_delivers_its_answers(tmp_path: Path) -> None:
    """With a relative path as its folder, the example ends after two runs with a receipt and an answer for every
    resident.
    """
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "main_job.py"), "out"]
    for _ in range(2):
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        assert result.stdout.count(" answered") == 3, result.stdout

    for chat in _open_chats(tmp_path / "out"):
        texts = [message.text for message in chat.messages()]
        assert any("Mã tiếp nhận" in text for text in texts)
        assert any("Công an đã kiểm tra và xử lý" in text for text in texts)
        assert any("NỘI QUY NHÓM" in text for text in texts)


def _open_chats(out: Path) -> list[MockChat]:
    paths = list(out.glob("*/chat.jsonl"))
    assert len(paths) == 2
    return [MockChat(_CLOCK, path) for path in paths]


_CLOCK = FixedClock(datetime(2021, 9, 1, 8, tzinfo=VIETNAM))
