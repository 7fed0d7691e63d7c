"""The pages of the plan and its reports."""

from anninh_core.board.routing.act_routes import act_route, record_routes
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
        PageRoute(path="/reports", handler=duties.show),
        PageRoute(path="/reports/late", handler=duties.late),
        PageRoute(path="/reports/duties/{id}", handler=duties.show_one),
        act_route("/reports/duties/{id}", duties.act),
        PageRoute(path="/reports/papers", handler=papers.show),
        act_route("/reports/papers", papers.act),
        PageRoute(path="/reports/difficulties", handler=difficulties.show),
        act_route("/reports/difficulties", difficulties.act_on_none),
        *record_routes("/reports/difficulties/{id}", "difficulty_id", difficulties.show_one),
        PageRoute(path="/reports/{id}", handler=report.show),
        act_route("/reports/{id}", report.act),
        PageRoute(path="/reports/{id}/file.{format}", handler=report.file),
        PageRoute(path="/reports/{id}/words/{key}", handler=report.words),
        act_route("/reports/{id}/words/{key}", report.write),
    ),
)
