"""The plan and its reports on the board, without a script: from a duty to a signed and accepted report."""

from datetime import datetime

import pytest
from tests.board.people import enter
from tests.board.visitor import Shown, Visitor

from anninh_core.app import App
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.domain.programme.duty import duty_id
from anninh_core.domain.reports.rules import section_keys
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor, system

DUTY = duty_id("report", "roll-out", 2021, "ninh-hoa")
MILESTONE = duty_id("milestone", "pilot", 2021, "ninh-hoa")


@pytest.fixture
def clerk(app: App) -> Actor:
    """Writes the reports of Ninh Hòa; its duties are open, and it is Friday, 17 September 2021."""
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2021, 9, 17, 8, tzinfo=VIETNAM))
    app.internals.services.programme.duties.open_duties(system("clock"), "roll-out", 2021)
    app.internals.services.programme.duties.open_milestone(system("clock"), "pilot")
    return UnsafeLocalUsers(app).appoint("Cán bộ tổng hợp", "ninh-hoa", "report_officer")


@pytest.fixture
def chief(app: App) -> Actor:
    """Accepts reports and answers difficulties for the committee."""
    return UnsafeLocalUsers(app).appoint("Thường trực", "hoa-lu", "standing_officer")


class Desk:
    """Somebody at the board."""

    def __init__(self, app: App, actor: Actor, name: str) -> None:
        self.visitor, self.holder = enter(app, actor, name, second_factor=True)

    def get(self, path: str) -> Shown:
        return self.visitor.get(path)


def test_from_duty_to_signature(app: App, clerk: Actor, chief: Actor) -> None:
    """A clerk begins, writes and signs; the chief returns it with reasons, gets it anew and accepts it."""
    desk = Desk(app, clerk, "lan")
    boss = Desk(app, chief, "binh")
    assert DUTY in desk.get("/reports").main
    begun = desk.visitor.send(desk.get(f"/reports/duties/{DUTY}").form("/reports/begin"))
    assert "Đã xong: Soạn báo cáo" in begun.text
    id = begun.path.removeprefix("/reports/").partition("?")[0]
    assert "phần chưa viết; viết đủ thì ký, nộp được" in begun.main
    write_all(app, desk, id)
    assert "phần chưa viết;" not in desk.get(f"/reports/{id}").main
    signed = sign(desk, id)
    assert "Đã xong: Ký, nộp" in signed.text
    shown = boss.get(f"/reports/{id}")
    returned = boss.visitor.send(shown.form("/reports/give_back"), reasons="Thiếu nguyên nhân")
    assert "Đã xong: Trả lại" in returned.text
    again = desk.get(f"/reports/{id}")
    assert "Thiếu nguyên nhân" in again.main
    desk.visitor.send(again.form("/reports/refresh"))
    sign(desk, id)
    accepted = boss.visitor.send(boss.get(f"/reports/{id}").form("/reports/accept"))
    assert "Đã xong: Duyệt" in accepted.text
    assert app.reports.get(chief, id).state is ReportState.ACCEPTED
    assert "Đã xác nhận" in desk.get(f"/reports/duties/{DUTY}").main
    papers = "/reports/papers?obligation=roll-out&year=2021"
    assert not desk.get(papers).has_form("/reports/consolidate")
    gathered = boss.visitor.send(boss.get(papers).form("/reports/consolidate"))
    assert gathered.path.startswith("/reports/roll-out.2021.hoa-lu.v1")
    assert "Báo cáo tổng hợp" in boss.get(papers).main


@pytest.mark.slow
def test_the_papers_that_are_due_stand_first(app: App, chief: Actor) -> None:
    """Whoever opens the reports sees those of the day, and not one that came once, years ago."""
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2022, 11, 14, 8, tzinfo=VIETNAM))
    shown = Desk(app, chief, "binh").get("/reports/papers").main
    assert '<option value="annual" selected>' in shown
    assert "xã Ninh Hòa" in shown


def write_all(app: App, desk: Desk, id: str) -> None:
    template = app.district.templates[app.district.obligation("roll-out").template]
    for key in section_keys(template):
        form = desk.get(f"/reports/{id}/words/{key}").form("/reports/write")
        assert "Đã xong" in desk.visitor.send(form, text=f"Lời của đơn vị về {key}").text


def sign(desk: Desk, id: str) -> Shown:
    form = desk.get(f"/reports/{id}").form("/reports/submit")
    code = desk.holder.code() if "code" in form.fields else ""
    return desk.visitor.send(form, number="5", confirmed="yes", code=code)


def test_it_is_seen_as_a_file(app: App, clerk: Actor) -> None:
    """A draft is looked at as DOCX, as it will leave."""
    desk = Desk(app, clerk, "lan")
    id = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021).id
    shown = desk.get(f"/reports/{id}/file.docx")
    assert shown.status == 200
    assert "attachment" in shown.headers["content-disposition"]
    assert desk.get(f"/reports/{id}/file.unknown").status == 404


def test_words_of_the_last_period_stand_beside(app: App, clerk: Actor) -> None:
    """What the report of the year before said stands beside what is written now; looking is one entry."""
    desk = Desk(app, clerk, "lan")
    clock = app.internals.context.clock
    assert isinstance(clock, FixedClock)
    first = app.reports.begin(clerk, "ninh-hoa", "annual", 2021)
    app.reports.write(clerk, first.id, "leadership", "Lời năm ngoái")
    second = app.reports.begin(clerk, "ninh-hoa", "annual", 2022)
    before = app.internals.context.storage.journal.head()[0]
    shown = desk.get(f"/reports/{second.id}/words/leadership")
    assert "Lời năm ngoái" in shown.main
    assert app.internals.context.storage.journal.head()[0] == before + 1


def test_a_section_is_kept_while_it_is_written(app: App, clerk: Actor) -> None:
    """The report says which has a draft; it stands in the form, beside what the report has; once sent it is gone."""
    desk = Desk(app, clerk, "lan")
    id = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021).id
    app.reports.write(clerk, id, "groups", "Lời đã lưu")
    where = f"/reports/{id}/words/groups"
    form = desk.get(where).form("/reports/write")
    assert desk.visitor.send(form.at(form.keep), text="Lời mới").status == 200
    assert desk.get(f"/reports/{id}").main.count("Có bản nháp") == 1
    shown = desk.get(where)
    assert shown.form("/reports/write").fields["text"][-1].strip() == "Lời mới"
    assert "Lời đã lưu" in shown.main
    kept = desk.visitor.send(shown.form("/reports/write"), do="draft", text="Lời mới hơn")
    assert kept.path.partition("?")[0] == where
    assert dict(app.reports.get(clerk, id).words)["groups"] == "Lời đã lưu"
    desk.visitor.send(desk.get(where).form("/reports/write"))
    assert dict(app.reports.get(clerk, id).words)["groups"] == "Lời mới hơn"
    assert app.drafts.list(clerk) == ()


def test_what_a_colleague_who_left_had_begun(app: App, clerk: Actor) -> None:
    """Stands on the report's page under their name."""
    left = UnsafeLocalUsers(app).appoint("Cán bộ Cũ", "ninh-hoa", "report_officer")
    id = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021).id
    app.drafts.save(left, f"report:{id}", "Lời dang dở", part="words.groups")
    granter = UnsafeLocalUsers(app).appoint("Trưởng", "hoa-lu", "steering_chair")
    app.units.hand_over(granter, left.id, to={"all": clerk.id})
    shown = Desk(app, clerk, "lan").get(f"/reports/{id}")
    assert "Cán bộ Cũ" in shown.main
    assert "Lời dang dở" in shown.main
    assert "Có bản nháp" not in shown.main


def test_a_reminder_is_explained(app: App, clerk: Actor, chief: Actor) -> None:
    """Who is urged explains, and the one who urged reads it; who is late stands in the list."""
    desk = Desk(app, clerk, "lan")
    boss = Desk(app, chief, "binh")
    assert "xã Ninh Hòa" in boss.get("/reports/late").main
    urged = boss.visitor.send(boss.get(f"/reports/duties/{MILESTONE}").form("/programme/urge"))
    assert "Đã xong: Nhắc đơn vị ngay" in urged.text
    page = desk.get(f"/reports/duties/{MILESTONE}")
    explained = desk.visitor.send(page.form("/programme/acknowledge"), words="Thiếu người, xong trong tuần")
    assert "Thiếu người, xong trong tuần" in boss.get(f"/reports/duties/{MILESTONE}").main
    done = desk.visitor.send(explained.form("/programme/reach_milestone"), evidence="Biên bản số 5")
    assert "Biên bản số 5" in done.main
    assert "xã Ninh Hòa" not in boss.get("/reports/late").main


def test_a_difficulty_to_its_end(app: App, clerk: Actor, chief: Actor) -> None:
    """A unit reports a difficulty, the committee answers, and the unit says what came of it."""
    desk = Desk(app, clerk, "lan")
    boss = Desk(app, chief, "binh")
    raised = desk.visitor.send(
        desk.get("/reports/difficulties").form("/programme/raise_difficulty"), text="Ban quản trị chỉ có hai người"
    )
    path = raised.path.partition("?")[0]
    answer = boss.get(path).form("/programme/answer_difficulty")
    assert not desk.get(path).has_form("/programme/answer_difficulty")
    boss.visitor.send(answer, text="Huyện cử thêm một người")
    shown = desk.get(path)
    assert "Huyện cử thêm một người" in shown.main
    desk.visitor.send(shown.form("/programme/close_difficulty"), text="Đã có người trực đêm")
    found = app.programme.difficulty(chief, path.rpartition("/")[2])
    assert found.state is DifficultyState.CLOSED


def test_not_ones_own(app: App, clerk: Actor, visitor: Visitor) -> None:
    """Another commune's report looks as one that isn't there; who has no part in the plan has no such pages."""
    elsewhere = UnsafeLocalUsers(app).appoint("Cán bộ khác", "ninh-van", "report_officer")
    id = app.reports.begin(elsewhere, "ninh-van", "roll-out", 2021).id
    desk = Desk(app, clerk, "lan")
    theirs = desk.get(f"/reports/{id}")
    missing = desk.get("/reports/roll-out.2021.nowhere.v1")
    assert theirs.status == missing.status == 404
    assert theirs.main == missing.main
    assert visitor.get("/reports/late").status == 403
    assert "/reports" not in visitor.get("/tips").text
