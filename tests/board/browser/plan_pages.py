"""Content for the board's pages of work, posts, the plan, reports and figures."""

from collections.abc import Mapping

from anninh_core.app import App
from anninh_core.domain.programme.duty import make_duty_id
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.vocabulary.opinions import Flag

ROLES = ("moderator", "standing_officer")


def add_plan_pages(app: App, officer: Actor) -> Mapping[str, str]:
    """Store content for these pages in `app`, and return the pages' addresses by name.

    Args:
        officer: has `ROLES` and further roles.
    """
    post = _flag_post(app, officer)
    duties = app.internals.services.programme.duties
    duties.open_duties(system("clock"), "roll-out", 2021)
    duties.open_milestone(system("clock"), "pilot")
    late_duty = make_duty_id("milestone", "pilot", 2021, "ninh-hoa")
    app.programme.urge(officer, late_duty)
    report = app.reports.begin(officer, "ninh-hoa", "roll-out", 2021)
    app.reports.write(officer, report.id, "leadership", "Đã ban hành kế hoạch và phân công người đứng đầu.")
    difficulty = app.programme.raise_difficulty(officer, "ninh-hoa", "Ban quản trị chỉ có hai người")
    return {
        "work": "/work",
        "work of one subject": "/work?module=tips",
        "posts": "/posts",
        "posts all": "/posts/all",
        "post": f"/posts/{post}",
        "duties": "/reports",
        "duties late": "/reports/late",
        "duty": f"/reports/duties/{late_duty}",
        "reports": "/reports/papers?obligation=roll-out&year=2021",
        "report": f"/reports/{report.id}",
        "report words": f"/reports/{report.id}/words/leadership",
        "difficulties": "/reports/difficulties",
        "difficulty": f"/reports/difficulties/{difficulty.id}",
        "figures": "/statistics",
        "figures of a month": "/statistics?unit=ninh-hoa&year=2021&month=9",
    }


def _flag_post(app: App, officer: Actor) -> str:
    """Flag a post of a group automatically, and return its id."""
    group = app.groups.plan(officer, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa").id
    flags = [Flag("advertising", "thanh lý, giá sốc", "opinions")]
    return run_step(
        app.internals.services.moderation.flagging.flag,
        system("router"),
        "m1",
        "Thanh lý chăn ga giá sốc, inbox em",
        unit="ninh-hoa",
        group=group,
        conversation="oa.g1",
        author="oa.author",
        flags=flags,
    ).id
