"""Papers about cases for people outside: slips, the register and the monthly list."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import docx
from tests.scenarios.cases.life_bench import ACCOUNT, GONE, NAME, PHONE, RESOLVED, CaseDesk, appoint_officer

from anninh_core.domain.tips import TipState
from anninh_core.kernel.text import fold


def extract_docx_text(content: bytes) -> str:
    """Return the text of a DOCX file, with its tables and properties."""
    page = docx.Document(BytesIO(content))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    facts = page.core_properties
    return "\n".join((*(p.text for p in page.paragraphs), *cells, facts.title, facts.author, facts.comments))


def read_csv_rows(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return [*csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))]


class TestSlips:
    """The slip that another body gets with a case."""

    def test_slips_are_numbered_by_unit_and_year(self, desk: CaseDesk) -> None:
        """Slips are numbered by unit and year, from 01."""
        numbers = [desk.app.tips.transfer(desk.lan, desk.report().id, **GONE).transfers[-1].number for _ in range(2)]
        desk.clock.advance(timedelta(days=130))
        next_year = desk.app.tips.transfer(desk.lan, desk.report().id, **GONE).transfers[-1].number
        assert [number.partition("/")[0] for number in (*numbers, next_year)] == ["01", "02", "01"]
        assert numbers[0].partition("/")[2].startswith("PC-")

    def test_slip_does_not_identify_the_reporter(self, desk: CaseDesk) -> None:
        """A slip contains neither name, phone, account nor conversation of the reporter, and mentions that data was
        masked.
        """
        tip = desk.report()
        conversation = desk.app.internals.services.tips.queries.runner.context.storage.records.get("tip", tip.id)
        assert conversation is not None
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        slip = desk.app.tips.papers.slip(desk.lan, tip.id)
        text = extract_docx_text(slip.content)
        for secret in (NAME, PHONE, ACCOUNT, str(conversation.columns["conversation"]), "345 678"):
            assert fold(secret) not in fold(text)
        assert "Đã che trong nội dung: " in text
        assert {"name", "phone"} <= {*slip.masked}
        assert "DỰ THẢO" in text
        assert "Nơi nhận" in text
        assert "THỦ TRƯỞNG ĐƠN VỊ" in text
        assert "35B1-123.45" in text
        assert tip.receipt in text

    def test_a_slip_masks_an_officers_summary_too(self, desk: CaseDesk) -> None:
        """An officer's summary replaces the reporter's text on the slip, and is masked in the same way."""
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE, summary=f"Ông nguyen van an ({PHONE}) báo mất xe máy")
        text = extract_docx_text(desk.app.tips.papers.slip(desk.lan, tip.id).content)
        assert "báo mất xe máy" in text
        assert "nguyen van an" not in text

    def test_a_slip_keeps_the_evidence(self, desk: CaseDesk) -> None:
        """A slip keeps account, phone number and name of the reported person, and lists the kinds of data that it
        keeps.
        """
        report = (
            "Nó tên là Trần Văn Bình, lừa chuyển vào stk nó 19031234567890, gọi từ 0987 654 321. Gọi lại em 0966000111"
        )
        tip = desk.report(report)
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        slip = desk.app.tips.papers.slip(desk.lan, tip.id)
        text = extract_docx_text(slip.content)
        assert (
            "Nó tên là Trần Văn Bình, lừa chuyển vào stk nó 19031234567890, gọi từ 0987 654 321. Gọi lại em …" in text
        )
        assert ({*slip.masked}, {*slip.left}) == ({"phone"}, {"bank_account", "phone"})

    def test_reported_person_stays_on_the_slip(self, desk: CaseDesk) -> None:
        """The name of a reported person stays on the slip, even if that person once wrote to the authority."""
        desk.report("Cho em hỏi giờ làm việc", name="Trần Văn Bình", account="8499999999999")
        tip = desk.report("Trần Văn Bình bán ma túy ở chợ")
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        assert "Trần Văn Bình bán ma túy" in extract_docx_text(desk.app.tips.papers.slip(desk.lan, tip.id).content)


class TestRegisterAndMonthlyList:
    """The register and the monthly list as documents and spreadsheets."""

    def test_the_register_has_a_row_a_tip_and_no_identity(self, desk: CaseDesk) -> None:
        """The register has a row for each tip, is marked as a draft, and contains neither names nor phone numbers of
        reporters.
        """
        tip = desk.report()
        caller = desk.report("Mất gà", chat=False)
        day = tip.received_day
        paper = desk.app.tips.papers.register(desk.lan, "ninh-hoa", day, day)
        page = docx.Document(BytesIO(paper.data))
        text = extract_docx_text(paper.data)
        assert paper.name == "so-theo-doi-ninh-hoa-2021-09-01-2021-09-01.docx"
        assert (page.sections[0].page_width or 0) > (page.sections[0].page_height or 0)
        assert "DỰ THẢO" in text
        assert {tip.receipt, caller.receipt, "Đã niêm phong", "Trần Thị Lan"} <= {*text.splitlines()}
        assert PHONE not in text
        assert fold(NAME) not in fold(text)
        book = desk.app.tips.papers.register(desk.lan, "ninh-hoa", day, day, format="xlsx").data
        words = [node.text for node in ET.fromstring(ZipFile(BytesIO(book)).read("xl/sharedStrings.xml")).iter()]
        assert {"DỰ THẢO", "Số tiếp nhận", "Đã niêm phong", tip.receipt, caller.receipt} <= {*words}

    def test_each_paper_as_csv_has_its_rows(self, desk: CaseDesk) -> None:
        """The register, the monthly list and a slip contain the same rows as CSV, without formulas or the reporter's
        identity.
        """
        tips = [
            desk.app.tips.record_walk_in(desk.lan, words, unit="ninh-hoa") for words in ("Mất xe", "=1+2, đánh bạc")
        ]
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        register = desk.app.tips.papers.register(desk.lan, "ninh-hoa", date(2021, 9, 1), date(2021, 9, 30), "csv")
        monthly = desk.app.tips.papers.monthly_list(desk.lan, "ninh-hoa", 2021, 9, "csv")
        slip = desk.app.tips.papers.slip(desk.lan, tip.id, "csv")

        head, *rows = read_csv_rows(register.data)
        assert len(rows) == 3
        assert all(len(row) == len(head) > 3 for row in rows)
        assert {tip_listed.receipt for tip_listed in (*tips, tip)} == {cell for row in rows for cell in row} & {
            tip_listed.receipt for tip_listed in (*tips, tip)
        }
        assert "'=1+2, đánh bạc" in {cell for row in rows for cell in row}

        assert read_csv_rows(monthly.data)[: 1 + len(rows)] == [head, *rows]
        assert "Tồn" in read_csv_rows(monthly.data)[-1][0]
        assert tip.receipt in {row[1] for row in read_csv_rows(slip.content) if len(row) == 2}
        for secret in (NAME, PHONE, ACCOUNT):
            assert fold(secret) not in fold(slip.content.decode("utf-8-sig"))

    def test_empty_month_has_a_note(self, desk: CaseDesk) -> None:
        """The register of an empty month has a row that says so, since a file with only a header would look like a
        mistake.
        """
        (row,) = read_csv_rows(
            desk.app.tips.papers.register(desk.lan, "ninh-hoa", date(2021, 8, 1), date(2021, 8, 31), "csv").data
        )
        assert row == [desk.app.district.say("register.nothing")]

    def test_export_is_in_the_journal(self, desk: CaseDesk) -> None:
        """The journal records an export with its kind and tips."""
        tip = desk.report()
        desk.app.tips.papers.register(desk.lan, "ninh-hoa", tip.received_day, tip.received_day)
        journal = desk.app.internals.context.storage.journal
        last = journal.read(journal.head()[0] - 1)[-1].content.decode()
        assert '"tips.register"' in last
        assert '"export":"register"' in last
        assert f"tip:{tip.id}" in last

    def test_a_purge_lists_the_papers_that_left(self, desk: CaseDesk) -> None:
        """The proof of a purge lists the register, monthly list and slip with content of the case, so that they can be
        asked for.
        """
        keeper = appoint_officer(desk.app, "Vận hành", "operator", "hoa-lu")
        tip = desk.report()
        tips = desk.app.tips
        tips.transfer(desk.lan, tip.id, **GONE)
        tips.record_manual_answer(desk.lan, tip.id, "gọi điện")
        tips.papers.register(desk.lan, "ninh-hoa", tip.received_day, tip.received_day)
        tips.papers.monthly_list(desk.lan, "ninh-hoa", 2021, 9)
        tips.papers.slip(desk.lan, tip.id)
        needles = desk.app.retention.gather_needles(keeper, f"tip:{tip.id}")
        desk.app.retention.order_purge(keeper, f"tip:{tip.id}", reason="request")
        desk.clock.advance(timedelta(days=8))
        desk.app.retention.purge(keeper)
        proof = desk.app.retention.prove_purge(keeper, f"tip:{tip.id}", needles)
        assert proof.sightings == ()
        assert [paper.action for paper in proof.handed_out] == ["tips.register", "tips.monthly_list", "tips.slip"]

    def test_a_month_adds_up(self, desk: CaseDesk) -> None:
        """Opening and received tips equal resolved, transferred and closing ones, even after a return and a
        reopening.
        """
        first = desk.report()
        second = desk.report()
        third = desk.report()
        desk.app.tips.settle(desk.lan, first.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.transfer(desk.lan, second.id, **GONE)
        desk.clock.advance(timedelta(days=35))
        desk.app.tips.transfers.record_return(desk.lan, second.id, "Trả lại")
        desk.app.tips.settle(desk.lan, third.id, TipState.RESOLVED, **RESOLVED)
        september, october = (
            str(desk.app.internals.services.tips.papers.monthly_list(desk.lan, "ninh-hoa", 2021, month)[0].sections)
            for month in (9, 10)
        )
        assert "Tồn đầu kỳ 0 + nhận 3 = giải quyết 1 + chuyển 1 + tồn cuối kỳ 1." in september
        assert "Tồn đầu kỳ 1 + nhận 1 = giải quyết 1 + chuyển 0 + tồn cuối kỳ 1." in october
