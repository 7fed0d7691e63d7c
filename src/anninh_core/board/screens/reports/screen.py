"""The pages of the plan and its reports."""

from anninh_core.board.routing.act_routes import build_act_route, build_record_routes
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.reports import difficulties, duties, papers, report

_REASONS = (
    *("programme.due", "programme.late", "programme.difficulty", "programme.answered"),
    *("reports.draft", "reports.returned", "reports.to_accept"),
)

REPORTS = menu_screen(
    "reports",
    permissions=("plan.read", "report.read"),
    reasons=_REASONS,
    routes=(
        PageRoute(path="/reports", handler=duties.show_duties),
        PageRoute(path="/reports/late", handler=duties.show_late_duties),
        PageRoute(path="/reports/duties/{id}", handler=duties.show_duty),
        build_act_route("/reports/duties/{id}", duties.act_on_duty),
        PageRoute(path="/reports/papers", handler=papers.show_obligation_reports),
        build_act_route("/reports/papers", papers.consolidate_reports),
        PageRoute(path="/reports/difficulties", handler=difficulties.show_difficulties),
        build_act_route("/reports/difficulties", difficulties.report_difficulty),
        *build_record_routes("/reports/difficulties/{id}", "difficulty_id", difficulties.show_difficulty),
        PageRoute(path="/reports/{id}", handler=report.show_report),
        build_act_route("/reports/{id}", report.act_on_report),
        PageRoute(path="/reports/{id}/file.{format}", handler=report.download_report),
        PageRoute(path="/reports/{id}/words/{key}", handler=report.show_section_form),
        build_act_route("/reports/{id}/words/{key}", report.save_section),
    ),
)
