"""Daily work in Vietnamese: tables, facts, prompts and errors fit the width of a terminal."""

from pathlib import Path

import pytest
from tests.cli.conftest import open_folder
from tests.cli.daily.conftest import Appoint, Person

from anninh_core.usecase.actor import system

pytestmark = pytest.mark.slow


@pytest.fixture
def stored_records(folder: Path, post: str) -> None:
    """Store records of every listed kind in the folder."""
    with open_folder(folder) as (app, me):
        app.inquiries.record_walk_in(me, "Làm căn cước ở đâu?", unit="ninh-hoa")
        app.internals.services.programme.duties.open_milestone(system("clock"), "rollout")


@pytest.fixture
def officer(person: Appoint) -> Person:
    """An officer who may read every record that these tests list."""
    return person("hoa-lu", "tip_officer", "standing_officer", "editor", "moderator")


@pytest.mark.parametrize(
    ("words", "displayed_words"),
    [
        (("tips", "list"), ("mã tin", "trạng thái", "đã phân")),
        (("inquiries", "list"), ("tiếp nhận", "chờ trả lời", "xã Ninh Hòa")),
        (("posts", "list"), ("nội dung", "chờ xử lý", "Bán thuốc lá")),
        (("groups", "list"), ("thành viên", "đang hoạt động")),
        (("groups", "show", "ninh-hoa"), ("Nhóm xã, phường, thị trấn", "Trưởng nhóm: Trung tá Mẫu")),
        (("duties", "list"), ("hạn cuối", "chưa làm", "14/09/2021")),
        (("reports", "list"), ("báo cáo", "đang soạn")),
        (("content", "list"), ("Không có gì để liệt kê.",)),
    ],
)
def test_tables_use_profile_words(
    words: tuple[str, ...], displayed_words: tuple[str, ...], officer: Person, stored_records: None
) -> None:
    """Tables and facts use the profile's words for states and kinds, and Vietnamese dates."""
    printed = officer.run_in_vietnamese(*words)
    assert [text for text in displayed_words if text not in printed] == []


def test_tip_facts_are_vietnamese(officer: Person, stored_records: None) -> None:
    """A tip's facts have Vietnamese headings."""
    with open_folder(officer.folder) as (app, me):
        receipt = app.tips.search(me, "danh bac").items[0].receipt
    output = officer.run_in_vietnamese("tips", "show", receipt)
    for words in ("trạng thái", "đã phân loại", "Tội phạm", "còn hạn", "phiên bản"):
        assert words in output


def test_prompts_are_vietnamese(officer: Person, terminal: None) -> None:
    """Prompts and confirmations are Vietnamese, from the first one to the answer's confirmation."""
    vi = ("--lang", "vi")
    recorded = officer.run(*vi, "tips", "record", typed="Mất gà\n\nNinh Hòa\n")
    assert "Nội dung người dân báo (dòng trống để kết thúc)" in recorded.stderr
    receipt = recorded.stdout.rpartition(": mới nhận")[0][-11:]
    triaged = officer.run(*vi, "tips", "triage", receipt, typed="Tội phạm, vi phạm pháp luật\n")
    assert "Loại tin" in triaged.stderr
    officer.run(*vi, "tips", "assign", receipt, "--unit", "Ninh Hòa", "--officer", "me")
    ended = officer.run(*vi, "tips", "settle", receipt, "--reason", "found", typed="1\nĐã tìm thấy.\n\nn\n", ok=False)
    assert "người báo tin sẽ đọc: Đã tìm thấy." in ended.stderr
    assert "Đã dừng!" in ended.stderr


def test_refusals_are_vietnamese(person: Appoint) -> None:
    """Missing options and refusals are reported in Vietnamese."""
    auditor = person("hoa-lu", "auditor")
    assert "thiếu --unit" in auditor.run("--lang", "vi", "tips", "record", "--text", "x", ok=False).stderr
    refused = auditor.run("--lang", "vi", "inquiries", "list", ok=False).stderr
    assert "Cán bộ Mẫu không có quyền inquiry.read ở đơn vị hoa-lu" in refused
