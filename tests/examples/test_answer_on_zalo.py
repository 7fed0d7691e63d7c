"""The answer on Zalo as a reader runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.examples.conftest import EXAMPLES


@pytest.mark.slow
def test_the_phones_show_a_message_and_a_template(tmp_path: Path) -> None:
    """Both get their receipt; then one hears the answer's words, the other the template. No file is left."""
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "answer_on_zalo.py")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
    lately, long_ago = done.stdout.split("\n# ")
    assert re.findall(r"\[(\w+)\]", lately) == ["text", "text"]
    assert re.findall(r"\[(\w+)\]", long_ago) == ["text", "template"]
    assert "Đã tìm thấy xe" in lately
    (code,) = re.findall(r"Mã tiếp nhận: ([0-9A-Z]{5}-[0-9A-Z]{5})", long_ago)
    receipt, template = long_ago.split("[template] ")
    assert code in receipt
    assert template.splitlines() == ["Kết quả xử lý tin báo", f"ma: {code}", "noi: Công an huyện Hoa Lư"]
