"""Every page for every role: pages of other roles are refused, and no page breaks."""

from collections.abc import Iterator

import pytest
from tests.board.conftest import SignIn

from anninh_core.app import App
from anninh_core.board.routing.routes import Screen
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.profile import load_profile
from anninh_core.testing import UnsafeLocalUsers

pytestmark = pytest.mark.slow

_ANSWERS = {200, 403, 404}


def _iter_page_paths(screen: Screen) -> Iterator[str]:
    """Yield the addresses of a screen's pages, with ids that belong to no record."""
    for route in screen.routes:
        if "GET" in route.methods and not route.public:
            path = route.path.replace("{number:int}", "0").replace("{format}", "docx")
            yield "/".join("none" if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("role", sorted(load_profile("hoa_lu_2021").roles))
def test_menu_screens_open_for_each_role(app: App, enter: SignIn, role: str) -> None:
    """The first page of each section in a role's menu opens; other pages open or are refused, and none breaks."""
    visitor = enter(UnsafeLocalUsers(app).appoint("Cán bộ", "hoa-lu", role))
    menu = visitor.get("/").text.partition('<ul class="menu">')[2].partition("</ul>")[0]
    broken = {}
    for screen in SCREENS:
        for path in _iter_page_paths(screen):
            status = visitor.get(path).status
            is_first = screen.section is not None and path == screen.section.path
            if status not in _ANSWERS or (is_first and f'href="{path}"' in menu and status != 200):
                broken[path] = status
    assert broken == {}
