"""The pages of tips."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.tips import alarms, case, doubts, incidents, lists, locks, suggestions

_FOLDER = "screens/tips"
_REASONS = (
    *("tips.mine", "tips.new", "tips.objection", "tips.locked", "tips.part_asked"),
    *("conversations.unassigned", "conversations.locked"),
)

TIPS = Screen(
    folder=_FOLDER,
    section=MenuSection(folder=_FOLDER, path="/tips", permissions=("tip.read",), reasons=_REASONS),
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        PageRoute(path="/tips/new", handler=case.new),
        PageRoute(path="/tips/do/{noun}/{verb}", handler=case.act_on_none, methods=("POST",)),
        PageRoute(path="/tips/alarms", handler=alarms.show),
        PageRoute(path="/tips/alarms/{id}/do/{noun}/{verb}", handler=alarms.act, methods=("POST",)),
        PageRoute(path="/tips/doubts", handler=doubts.show),
        PageRoute(path="/tips/doubts/{id}/do/{noun}/{verb}", handler=doubts.act, methods=("POST",)),
        PageRoute(path="/tips/locked", handler=locks.show),
        PageRoute(path="/tips/dismissed", handler=locks.show_dismissed),
        PageRoute(path="/tips/dismissed/{id}/do/{noun}/{verb}", handler=locks.act_on_dismissed, methods=("POST",)),
        PageRoute(path="/tips/incidents", handler=incidents.show_all),
        PageRoute(path="/tips/incidents/do/{noun}/{verb}", handler=incidents.join_new, methods=("POST",)),
        PageRoute(path="/tips/incidents/{id}", handler=incidents.show),
        PageRoute(path="/tips/incidents/{id}/do/{noun}/{verb}", handler=incidents.act, methods=("POST",)),
        PageRoute(path="/tips/incidents/{id}/answer", handler=incidents.answer, methods=("GET", "POST")),
        PageRoute(path="/tips/{id}", handler=case.show),
        PageRoute(path="/tips/{id}/do/{noun}/{verb}", handler=case.act, methods=("POST",)),
        PageRoute(path="/tips/{id}/preview/{operation}", handler=case.preview),
        PageRoute(path="/tips/{id}/suggestions", handler=suggestions.show),
        PageRoute(path="/tips/{id}/slip.{format}", handler=case.slip),
        PageRoute(path="/tips/{id}/files/{message}/{number:int}", handler=case.file),
    ),
)
