"""The example `answer_on_zalo.py` runs as its readers run it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.examples.conftest import EXAMPLES


@pytest.mark.slow
def test_the_phones_show_a_message_and_a_template(tmp_path: Path) -> None:
    """Both phones show the receipt; a recent phone shows the answer as text, an older phone shows it as a template. No
    file is left.
    """
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "answer_on_zalo.py")]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert list(tmp_path.iterdir()) == []
    recent, old = result.stdout.split("\n# ")
    assert re.findall(r"\[(\w+)\]", recent) == ["text", "text"]
    assert re.findall(r"\[(\w+)\]", old) == ["text", "template"]
    assert "Đã tìm thấy xe" in recent
    (code,) = re.findall(r"Mã tiếp nhận: ([0-9A-Z]{5}-[0-9A-Z]{5})", old)
    receipt, template = old.split("[template] ")
    assert code in receipt
    assert template.splitlines() == ["Kết quả xử lý tin báo", f"ma: {code}", "noi: Công an huyện Hoa Lư"]
