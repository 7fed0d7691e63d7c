"""The pages of tips."""

from anninh_core.board.routing.act_routes import act_route, new_record_route, row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.tips import alarms, case, doubts, incidents, lists, locks, suggestions

_REASONS = (
    *("tips.mine", "tips.new", "tips.objection", "tips.locked", "tips.part_asked"),
    *("conversations.unassigned", "conversations.locked"),
)

TIPS = menu_screen(
    "tips",
    permissions=("tip.read",),
    reasons=_REASONS,
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        PageRoute(path="/tips/new", handler=case.new),
        new_record_route("/tips", case.new),
        PageRoute(path="/tips/alarms", handler=alarms.show),
        row_act_route("/tips/alarms", "alarm_id", alarms.show),
        PageRoute(path="/tips/doubts", handler=doubts.show),
        act_route("/tips/doubts/{id}", doubts.act),
        PageRoute(path="/tips/locked", handler=locks.show),
        PageRoute(path="/tips/dismissed", handler=locks.show_dismissed),
        act_route("/tips/dismissed/{id}", locks.act_on_dismissed),
        PageRoute(path="/tips/incidents", handler=incidents.show_all),
        new_record_route("/tips/incidents", incidents.show_refused),
        PageRoute(path="/tips/incidents/{id}", handler=incidents.show),
        act_route("/tips/incidents/{id}", incidents.act),
        PageRoute(path="/tips/incidents/{id}/answer", handler=incidents.answer, methods=("GET", "POST")),
        PageRoute(path="/tips/{id}", handler=case.show),
        act_route("/tips/{id}", case.act),
        PageRoute(path="/tips/{id}/preview/{operation}", handler=case.preview),
        PageRoute(path="/tips/{id}/suggestions", handler=suggestions.show),
        PageRoute(path="/tips/{id}/slip.{format}", handler=case.slip),
        PageRoute(path="/tips/{id}/files/{message}/{number:int}", handler=case.file),
    ),
)
