"""Renders pages from templates. Values are escaped, and a variable that a template doesn't get is an error."""

from collections.abc import Mapping
from types import MethodType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context

from anninh_core.board.browser.static_files import StaticFiles
from anninh_core.board.forms.act_table import BOARD
from anninh_core.board.menu import MenuSection, NavigationEntry
from anninh_core.board.pages.request import PageRequest


class _TemplateContext(Context):
    """The context of a template, which calls methods directly for speed: a row of a list makes half a dozen calls.

    Jinja first checks in four ways whether a callable requires the template's context; no method of ours does.
    """

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call `obj`, without Jinja's checks if it is a method."""
        if type(obj) is not MethodType:
            return super().call(obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs)


class _PageEnvironment(Environment):
    context_class = _TemplateContext


class Renderer:
    """Renders templates.

    Args:
        static: files of style and script.
        sections: sections of the board, in the order of the menu.
    """

    def __init__(self, static: StaticFiles, sections: tuple[MenuSection, ...]) -> None:
        self._sections = sections
        self._environment = _PageEnvironment(
            loader=FileSystemLoader(BOARD),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals["static"] = static.names

    def render(self, page: PageRequest, template: str, shown: Mapping[str, object]) -> str:
        """Return a page as HTML."""
        name = template if "/" in template else f"{page.folder}/{template}"
        return self._environment.get_template(name).render(
            page=page,
            _=page.words.__call__,
            w=page.words,
            f=page.formats,
            names=page.names,
            label=page.label,
            menu=self._build_menu(page),
            **shown,
        )

    def _build_menu(self, page: PageRequest) -> tuple[NavigationEntry, ...]:
        """Return the menu's sections for the viewer, none without a session."""
        if page.actor is None:
            return ()
        waiting = page.desk.badges.count(page.actor, page.token)
        return tuple(
            section.entry(page.words.language, page.path, waiting)
            for section in self._sections
            if section.is_visible_to(page.viewer)
        )
