"""The start page, which has no content of its own."""

from collections.abc import Sequence

from starlette.responses import Response

from anninh_core.board.menu import MenuSection
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen


def make_home(sections: Sequence[MenuSection]) -> Screen:
    """Return the start page, which redirects to the viewer's first section."""

    def redirect_to_first_section(page: PageRequest) -> Response:
        first = next((section for section in sections if section.is_visible_to(page.viewer)), None)
        if first is None:
            return page.render("templates/error.html", sentence=page.words("This part doesn't belong to your work."))
        return page.redirect(first.path)

    return Screen(folder="templates", routes=(PageRoute(path="/", handler=redirect_to_first_section),))
