"""The pages of tips."""

from anninh_core.board.routing.act_routes import build_act_route, build_new_record_route, build_row_act_route
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
        PageRoute(path="/tips/new", handler=case.show_new_tip_form),
        build_new_record_route("/tips", case.show_new_tip_form),
        PageRoute(path="/tips/alarms", handler=alarms.show_alarms),
        build_row_act_route("/tips/alarms", "alarm_id", alarms.show_alarms),
        PageRoute(path="/tips/doubts", handler=doubts.show_unassigned_messages),
        build_act_route("/tips/doubts/{id}", doubts.act_on_message),
        PageRoute(path="/tips/locked", handler=locks.show_locked_reports),
        PageRoute(path="/tips/dismissed", handler=locks.show_dismissed),
        build_act_route("/tips/dismissed/{id}", locks.make_tip_of_dismissed),
        PageRoute(path="/tips/incidents", handler=incidents.show_incidents),
        build_new_record_route("/tips/incidents", incidents.show_refused_joining),
        PageRoute(path="/tips/incidents/{id}", handler=incidents.show_incident),
        build_act_route("/tips/incidents/{id}", incidents.act_on_incident),
        PageRoute(path="/tips/incidents/{id}/answer", handler=incidents.show_answer_form, methods=("GET", "POST")),
        PageRoute(path="/tips/{id}", handler=case.show_tip),
        build_act_route("/tips/{id}", case.act_on_tip),
        PageRoute(path="/tips/{id}/preview/{operation}", handler=case.preview),
        PageRoute(path="/tips/{id}/suggestions", handler=suggestions.show_suggestions),
        PageRoute(path="/tips/{id}/slip.{format}", handler=case.download_slip),
        PageRoute(path="/tips/{id}/files/{message}/{number:int}", handler=case.download_file),
    ),
)
