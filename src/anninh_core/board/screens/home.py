"""Where somebody comes first."""

from collections.abc import Sequence

from starlette.responses import Response

from anninh_core.board.menu import MenuSection
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen


def home_leading_to(sections: Sequence[MenuSection]) -> Screen:
    """Return the first page, which leads to the first section that is the viewer's."""

    def home(page: PageRequest) -> Response:
        first = next((one for one in sections if one.is_for(page.viewer)), None)
        if first is None:
            return page.render("templates/error.html", sentence=page.words("This part doesn't belong to your work."))
        return page.redirect(first.path)

    return Screen(folder="templates", routes=(PageRoute(path="/", handler=home),))
