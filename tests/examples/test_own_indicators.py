"""The example of a province with its own indicators runs as its readers run it."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.examples.conftest import EXAMPLES

FIGURES = """\
Tin báo về tội phạm: 3 tin
Tỷ lệ tin báo về tội phạm: 60.0 %
Tin không có căn cứ, không thụ lý: 2 tin
Tỷ lệ giải quyết: 60.0 %
Số nhóm tăng thêm: 0 nhóm
Lượt người đã tập huấn (lũy kế): 0 người
"""


@pytest.mark.slow
def test_province_form_has_its_own_figures(tmp_path: Path) -> None:
    """The example starts in an empty folder and writes the province's own document, with its days, its figures, a row
    for each commune and a total.
    """
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    command = [sys.executable, "-W", "error", str(EXAMPLES / "own_indicators" / "own_indicators.py"), "out"]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(FIGURES)
    (file,) = (tmp_path / "out").glob("*/bieu-03-tinh-mau-2026.docx")
    with ZipFile(file) as packed:
        page = packed.read("word/document.xml").decode()
    assert "đến ngày 15/6/2026 tiếp nhận 5 tin, trong đó 3 tin báo về tội phạm (60,0%)" in page
    assert "UBND TỈNH MẪU" in page
    assert all(f">{cell}<" in page for cell in ("xã Mẫu Thượng", "33,3", "66,7", "phường Mẫu Trung", "Toàn địa bàn"))
