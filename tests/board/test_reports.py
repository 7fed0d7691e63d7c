"""On the board without scripts a duty of the plan leads to a signed and accepted report."""

from datetime import datetime

import pytest
from tests.board.people import enter
from tests.board.visitor import ReceivedPage, Visitor

from anninh_core.app import App
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.domain.programme.duty import make_duty_id
from anninh_core.domain.reports.rules import section_keys
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor, system

DUTY = make_duty_id("report", "roll-out", 2021, "ninh-hoa")
MILESTONE = make_duty_id("milestone", "pilot", 2021, "ninh-hoa")


@pytest.fixture
def clerk(app: App) -> Actor:
    """An officer who writes the reports of Ninh Hòa, on Friday, 17 September 2021, when the duties of the plan are
    open.
    """
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2021, 9, 17, 8, tzinfo=VIETNAM))
    app.internals.services.programme.duties.open_duties(system("clock"), "roll-out", 2021)
    app.internals.services.programme.duties.open_milestone(system("clock"), "pilot")
    return UnsafeLocalUsers(app).appoint("Cán bộ tổng hợp", "ninh-hoa", "report_officer")


@pytest.fixture
def chief(app: App) -> Actor:
    """An officer who accepts reports and answers difficulties for the committee."""
    return UnsafeLocalUsers(app).appoint("Thường trực", "hoa-lu", "standing_officer")


class Desk:
    """An officer at the board."""

    def __init__(self, app: App, actor: Actor, name: str) -> None:
        self.visitor, self.holder = enter(app, actor, name, second_factor=True)

    def get(self, path: str) -> ReceivedPage:
        return self.visitor.get(path)


def test_report_is_signed_returned_and_accepted(app: App, clerk: Actor, chief: Actor) -> None:
    """A clerk writes and signs a report; the chief returns it with reasons, gets it again, accepts and consolidates
    it.
    """
    desk = Desk(app, clerk, "lan")
    boss = Desk(app, chief, "binh")
    assert DUTY in desk.get("/reports").main
    draft_screen = desk.visitor.send(desk.get(f"/reports/duties/{DUTY}").form("/reports/begin"))
    assert "Đã xong: Soạn báo cáo" in draft_screen.text
    id = draft_screen.path.removeprefix("/reports/").partition("?")[0]
    assert "phần chưa viết; viết đủ thì ký, nộp được" in draft_screen.main
    write_all_sections(app, desk, id)
    assert "phần chưa viết;" not in desk.get(f"/reports/{id}").main
    signed = sign_report(desk, id)
    assert "Đã xong: Ký, nộp" in signed.text
    screen = boss.get(f"/reports/{id}")
    returned = boss.visitor.send(screen.form("/reports/give_back"), reasons="Thiếu nguyên nhân")
    assert "Đã xong: Trả lại" in returned.text
    again = desk.get(f"/reports/{id}")
    assert "Thiếu nguyên nhân" in again.main
    desk.visitor.send(again.form("/reports/refresh"))
    sign_report(desk, id)
    accepted = boss.visitor.send(boss.get(f"/reports/{id}").form("/reports/accept"))
    assert "Đã xong: Duyệt" in accepted.text
    assert app.reports.get(chief, id).state is ReportState.ACCEPTED
    assert "Đã xác nhận" in desk.get(f"/reports/duties/{DUTY}").main
    papers = "/reports/papers?obligation=roll-out&year=2021"
    assert not desk.get(papers).has_form("/reports/consolidate")
    consolidated = boss.visitor.send(boss.get(papers).form("/reports/consolidate"))
    assert consolidated.path.startswith("/reports/roll-out.2021.hoa-lu.v1")
    assert "Báo cáo tổng hợp" in boss.get(papers).main


@pytest.mark.slow
def test_due_reports_open_first(app: App, chief: Actor) -> None:
    """The list of reports opens with the obligation that is due, not with an old one that occurred once."""
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2022, 11, 14, 8, tzinfo=VIETNAM))
    text = Desk(app, chief, "binh").get("/reports/papers").main
    assert '<option value="annual" selected>' in text
    assert "xã Ninh Hòa" in text


def write_all_sections(app: App, desk: Desk, id: str) -> None:
    template = app.district.templates[app.district.obligation("roll-out").template]
    for key in section_keys(template):
        form = desk.get(f"/reports/{id}/words/{key}").form("/reports/write")
        assert "Đã xong" in desk.visitor.send(form, text=f"Lời của đơn vị về {key}").text


def sign_report(desk: Desk, id: str) -> ReceivedPage:
    form = desk.get(f"/reports/{id}").form("/reports/submit")
    code = desk.holder.code() if "code" in form.fields else ""
    return desk.visitor.send(form, number="5", confirmed="yes", code=code)


def test_draft_report_is_downloaded_as_docx(app: App, clerk: Actor) -> None:
    """A draft report can be downloaded as DOCX in its final form."""
    desk = Desk(app, clerk, "lan")
    id = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021).id
    response = desk.get(f"/reports/{id}/file.docx")
    assert response.status == 200
    assert "attachment" in response.headers["content-disposition"]
    assert desk.get(f"/reports/{id}/file.unknown").status == 404


def test_section_form_shows_previous_text(app: App, clerk: Actor) -> None:
    """The form of a section shows the previous year's text, and reading it leaves one journal entry."""
    desk = Desk(app, clerk, "lan")
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    first = app.reports.begin(clerk, "ninh-hoa", "annual", 2021)
    app.reports.write(clerk, first.id, "leadership", "Lời năm ngoái")
    second = app.reports.begin(clerk, "ninh-hoa", "annual", 2022)
    before = app.internals.context.storage.journal.head()[0]
    screen = desk.get(f"/reports/{second.id}/words/leadership")
    assert "Lời năm ngoái" in screen.main
    assert app.internals.context.storage.journal.head()[0] == before + 1


def test_section_draft_is_saved_and_deleted(app: App, clerk: Actor) -> None:
    """A report marks sections with a draft; the form shows draft and saved text, and submitting it deletes the
    draft.
    """
    desk = Desk(app, clerk, "lan")
    id = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021).id
    app.reports.write(clerk, id, "groups", "Lời đã lưu")
    path = f"/reports/{id}/words/groups"
    form = desk.get(path).form("/reports/write")
    assert desk.visitor.send(form.with_action(form.keep), text="Lời mới").status == 200
    assert desk.get(f"/reports/{id}").main.count("Có bản nháp") == 1
    screen = desk.get(path)
    assert screen.form("/reports/write").fields["text"][-1].strip() == "Lời mới"
    assert "Lời đã lưu" in screen.main
    saved = desk.visitor.send(screen.form("/reports/write"), do="draft", text="Lời mới hơn")
    assert saved.path.partition("?")[0] == path
    assert dict(app.reports.get(clerk, id).words)["groups"] == "Lời đã lưu"
    desk.visitor.send(desk.get(path).form("/reports/write"))
    assert dict(app.reports.get(clerk, id).words)["groups"] == "Lời mới hơn"
    assert app.drafts.list(clerk) == ()


def test_report_shows_handed_over_draft(app: App, clerk: Actor) -> None:
    """A draft of a colleague who left is shown on the report's page under the colleague's name."""
    leaver = UnsafeLocalUsers(app).appoint("Cán bộ Cũ", "ninh-hoa", "report_officer")
    id = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021).id
    app.drafts.save(leaver, f"report:{id}", "Lời dang dở", part="words.groups")
    granter = UnsafeLocalUsers(app).appoint("Trưởng", "hoa-lu", "steering_chair")
    app.units.hand_over(granter, leaver.id, to={"all": clerk.id})
    screen = Desk(app, clerk, "lan").get(f"/reports/{id}")
    assert "Cán bộ Cũ" in screen.main
    assert "Lời dang dở" in screen.main
    assert "Có bản nháp" not in screen.main


def test_explanation_reaches_the_reminding_officer(app: App, clerk: Actor, chief: Actor) -> None:
    """A unit's explanation of a late duty is shown to the officer who sent the reminder, and a reached milestone leaves
    the list of late duties.
    """
    desk = Desk(app, clerk, "lan")
    boss = Desk(app, chief, "binh")
    assert "xã Ninh Hòa" in boss.get("/reports/late").main
    reminded = boss.visitor.send(boss.get(f"/reports/duties/{MILESTONE}").form("/programme/urge"))
    assert "Đã xong: Nhắc đơn vị ngay" in reminded.text
    page = desk.get(f"/reports/duties/{MILESTONE}")
    explained = desk.visitor.send(page.form("/programme/acknowledge"), words="Thiếu người, xong trong tuần")
    assert "Thiếu người, xong trong tuần" in boss.get(f"/reports/duties/{MILESTONE}").main
    done = desk.visitor.send(explained.form("/programme/reach_milestone"), evidence="Biên bản số 5")
    assert "Biên bản số 5" in done.main
    assert "xã Ninh Hòa" not in boss.get("/reports/late").main


def test_difficulty_is_answered_and_closed(app: App, clerk: Actor, chief: Actor) -> None:
    """A unit reports a difficulty, the committee answers it, and the unit closes it with the outcome."""
    desk = Desk(app, clerk, "lan")
    boss = Desk(app, chief, "binh")
    difficulty_screen = desk.visitor.send(
        desk.get("/reports/difficulties").form("/programme/raise_difficulty"), text="Ban quản trị chỉ có hai người"
    )
    path = difficulty_screen.path.partition("?")[0]
    answer = boss.get(path).form("/programme/answer_difficulty")
    assert not desk.get(path).has_form("/programme/answer_difficulty")
    boss.visitor.send(answer, text="Huyện cử thêm một người")
    screen = desk.get(path)
    assert "Huyện cử thêm một người" in screen.main
    desk.visitor.send(screen.form("/programme/close_difficulty"), text="Đã có người trực đêm")
    difficulty = app.programme.difficulty(chief, path.rpartition("/")[2])
    assert difficulty.state is DifficultyState.CLOSED


def test_reports_of_other_units_are_hidden(app: App, clerk: Actor, visitor: Visitor) -> None:
    """The page of another commune's report equals that of a missing one, and an officer outside the plan has no such
    pages.
    """
    other_clerk = UnsafeLocalUsers(app).appoint("Cán bộ khác", "ninh-van", "report_officer")
    id = app.reports.begin(other_clerk, "ninh-van", "roll-out", 2021).id
    desk = Desk(app, clerk, "lan")
    foreign = desk.get(f"/reports/{id}")
    missing = desk.get("/reports/roll-out.2021.nowhere.v1")
    assert foreign.status == missing.status == 404
    assert foreign.main == missing.main
    assert visitor.get("/reports/late").status == 403
    assert "/reports" not in visitor.get("/tips").text
