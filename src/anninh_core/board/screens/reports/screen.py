"""The pages of the plan and its reports."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.reports import difficulties, duties, papers, report

_FOLDER = "screens/reports"
_REASONS = (
    *("programme.due", "programme.late", "programme.difficulty", "programme.answered"),
    *("reports.draft", "reports.returned", "reports.to_accept"),
)
_DO = "/do/{noun}/{verb}"

REPORTS = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/reports",
        permissions=("plan.read", "report.read"),
        reasons=_REASONS,
    ),
    routes=(
        PageRoute(path="/reports", handler=duties.show),
        PageRoute(path="/reports/late", handler=duties.late),
        PageRoute(path="/reports/duties/{id}", handler=duties.show_one),
        PageRoute(path="/reports/duties/{id}" + _DO, handler=duties.act, methods=("POST",)),
        PageRoute(path="/reports/papers", handler=papers.show),
        PageRoute(path="/reports/papers" + _DO, handler=papers.act, methods=("POST",)),
        PageRoute(path="/reports/difficulties", handler=difficulties.show),
        PageRoute(path="/reports/difficulties" + _DO, handler=difficulties.act_on_none, methods=("POST",)),
        PageRoute(path="/reports/difficulties/{id}", handler=difficulties.show_one),
        PageRoute(path="/reports/difficulties/{id}" + _DO, handler=difficulties.act, methods=("POST",)),
        PageRoute(path="/reports/{id}", handler=report.show),
        PageRoute(path="/reports/{id}" + _DO, handler=report.act, methods=("POST",)),
        PageRoute(path="/reports/{id}/file.{format}", handler=report.file),
        PageRoute(path="/reports/{id}/words/{key}", handler=report.words),
        PageRoute(path="/reports/{id}/words/{key}" + _DO, handler=report.write, methods=("POST",)),
    ),
)
