"""Daily work in Vietnamese: tables, facts, questions and errors, as wide as a terminal."""

from pathlib import Path

import pytest
from tests.cli.conftest import opened
from tests.cli.daily.conftest import Appoint, Person

from anninh_core.usecase.actor import system

pytestmark = pytest.mark.slow


@pytest.fixture
def busy(folder: Path, post: str) -> None:
    """A folder with something of everything."""
    with opened(folder) as (app, me):
        app.inquiries.record_walk_in(me, "Làm căn cước ở đâu?", unit="ninh-hoa")
        app.internals.services.programme.duties.open_milestone(system("clock"), "rollout")


@pytest.fixture
def officer(person: Appoint) -> Person:
    """May look at everything that is listed here."""
    return person("hoa-lu", "tip_officer", "standing_officer", "editor", "moderator")


@pytest.mark.parametrize(
    ("words", "shown"),
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
def test_tables_and_facts(words: tuple[str, ...], shown: tuple[str, ...], officer: Person, busy: None) -> None:
    """With the profile's words for states and kinds, and days as people here write them."""
    printed = officer.vietnamese(*words)
    assert [one for one in shown if one not in printed] == []


def test_a_tip_in_vietnamese(officer: Person, busy: None) -> None:
    """What is known of it, under Vietnamese headings."""
    with opened(officer.folder) as (app, me):
        receipt = app.tips.search(me, "danh bac").items[0].receipt
    shown = officer.vietnamese("tips", "show", receipt)
    for words in ("trạng thái", "đã phân loại", "Tội phạm", "còn hạn", "phiên bản"):
        assert words in shown


def test_questions_and_confirmations(officer: Person, terminal: None) -> None:
    """From the first question to the answer's confirmation."""
    vi = ("--lang", "vi")
    told = officer.run(*vi, "tips", "record", typed="Mất gà\n\nNinh Hòa\n")
    assert "Nội dung người dân báo (dòng trống để kết thúc)" in told.stderr
    receipt = told.stdout.rpartition(": mới nhận")[0][-11:]
    triaged = officer.run(*vi, "tips", "triage", receipt, typed="Tội phạm, vi phạm pháp luật\n")
    assert "Loại tin" in triaged.stderr
    officer.run(*vi, "tips", "assign", receipt, "--unit", "Ninh Hòa", "--officer", "me")
    ended = officer.run(*vi, "tips", "settle", receipt, "--reason", "found", typed="1\nĐã tìm thấy.\n\nn\n", ok=False)
    assert "người báo tin sẽ đọc: Đã tìm thấy." in ended.stderr
    assert "Đã dừng!" in ended.stderr


def test_missing_values_and_refusals(person: Appoint) -> None:
    """For people and for programs."""
    auditor = person("hoa-lu", "auditor")
    assert "thiếu --unit" in auditor.run("--lang", "vi", "tips", "record", "--text", "x", ok=False).stderr
    refused = auditor.run("--lang", "vi", "inquiries", "list", ok=False).stderr
    assert "Cán bộ Mẫu không có quyền inquiry.read ở đơn vị hoa-lu" in refused
