"""The documents that leave the office: an item in the group, and the half-year report."""

from datetime import date, datetime
from typing import Any

from tests.scenarios.day.cases import Residents
from tests.scenarios.day.office import ServedOffice
from tests.scenarios.day.people import Employee
from tests.scenarios.day.staff import COMMUNE, DISTRICT, Staff

from anninh_core.kernel.dates import VIETNAM

GATES = ("official_source", "true", "no_state_secret", "permitted")
OWN_WORDS = ("leadership", "results", "strengths", "difficulties", "causes", "lessons", "next_steps", "proposals")
YEAR = 2022
"""The year of the report: the first year with a half-year report, so that its period is over on any day the test
runs.
"""

_PIECE = {
    "title": "Cảnh giác thủ đoạn giả danh công an",
    "body": "Công an không làm việc qua điện thoại, không yêu cầu chuyển tiền.",
    "category": "crime_warning",
    "units": [COMMUNE],
    "source_name": "Bộ Công an",
    "source_url": "https://bocongan.gov.vn",
}


def publish_item(office: ServedOffice, staff: Staff, residents: Residents, picture: bytes) -> None:
    """Write an item with a picture, take it through the four gates and publish it in the group; three people do
    this.
    """
    writer = staff.writer
    checker = staff.checker
    handler = staff.handler
    attached = writer.call("content.attach", unit=COMMUNE, data=writer.upload("ảnh.png", picture), name="ảnh.png")
    written = writer.call("content.write", unit=COMMUNE, piece={**_PIECE, "attachments": [attached["id"]]})
    named = {"item_id": written["id"]}
    writer.call("content.submit", **named)
    assert writer.refused("content.approve", **named) == (403, "refused")
    assert handler.refused("content.publish", **named) == (409, "wrong_step")
    for gate in GATES:
        assert checker.refused("content.approve", **named) == (409, "wrong_step")
        answer = {**named, "gate": gate, "passed": True, "note": "Đã đối chiếu."}
        assert writer.refused("content.answer_gate", **answer) == (403, "refused")
        checker.call("content.answer_gate", **answer)
    checker.call("content.approve", **named)
    assert checker.refused("content.publish", **named) == (403, "refused")
    assert handler.call("content.publish", **named)["state"] == "published"
    office.work()
    assert str(_PIECE["body"]) in office.chat.group_posts(residents.group)[-1]


def hand_in_report(staff: Staff) -> str:
    """Draft, fill and sign the commune's report, let the district accept it, and return the report's id."""
    writer = staff.writer
    deputy = staff.deputy
    owed = {"obligation": "half-year", "year": YEAR}
    assert writer.refused("reports.begin", **owed, unit=DISTRICT)[0] in (403, 422)
    assert deputy.refused("reports.begin", **owed, unit=COMMUNE) == (403, "refused")
    report: str = writer.call("reports.begin", **owed, unit=COMMUNE)["id"]
    signature = {"report_id": report, "number": 21, "issued_on": _today().isoformat(), "signer": "Thượng úy Mẫu"}
    # The report can't be submitted, because no section has been written.
    assert writer.refused("reports.submit", **signature) == (409, "wrong_step")
    _write_sections(writer, report)
    assert staff.handler.refused("reports.submit", **signature) == (403, "refused")
    writer.step_up()
    assert writer.call("reports.submit", **signature)["state"] == "submitted"
    assert writer.refused("reports.accept", report_id=report) == (403, "refused")
    assert deputy.call("reports.accept", report_id=report)["state"] == "accepted"
    return report


def sign_consolidated_report(staff: Staff, part: str) -> bytes:
    """Consolidate the accepted report into the district's, and let the chair sign it; return the document."""
    checker = staff.checker
    chair = staff.chair
    assert chair.refused("reports.consolidate", obligation="half-year", year=YEAR) == (403, "refused")
    report = checker.call("reports.consolidate", obligation="half-year", year=YEAR)["id"]
    _write_sections(checker, report)
    chair.step_up()
    signature = {"report_id": report, "number": 4, "issued_on": _today().isoformat(), "signer": "Đại tá Mẫu"}
    signed = chair.call("reports.submit", **signature)
    assert signed["signature"]["by"] == chair.id
    standing = chair.call("reports.standing", obligation="half-year", year=YEAR)
    assert {line["report"]: line["state"] for line in standing if line["report"]} == {part: "consolidated"}
    assert staff.handler.refused("reports.render", report_id=report, format="html") == (403, "refused")
    paper: bytes = chair.call("reports.render", report_id=report, format="html")
    assert chair.download("reports.render", report_id=report, format="html") == paper
    arguments = {"report_id": report, "format": "html"}
    assert staff.handler.face.download(staff.handler.token, "reports.render", arguments).status == 403
    return paper


def read_figures(staff: Staff, since: date) -> dict[str, Any]:
    """Return the figures that the commune's own report officer gets for the days since `since`."""
    figures = staff.writer.call("reports.figures", unit=COMMUNE, start=since.isoformat(), end=_today().isoformat())
    return {figure["indicator"]: figure["value"] for figure in figures}


def _write_sections(author: Employee, report: str) -> None:
    for key in OWN_WORDS:
        author.call("reports.write", report_id=report, key=key, text="Đã thực hiện theo kế hoạch.")
    author.call("reports.refresh", report_id=report)


def _today() -> date:
    return datetime.now(VIETNAM).date()
