"""The function that builds the board of an app."""

from typing import TYPE_CHECKING, Any

from anninh_core import App
from anninh_core.kernel.errors import MissingExtra

try:
    import jinja2 as _jinja2  # noqa: F401  asked for here, so that what is missing is named with its extra
    import python_multipart as _python_multipart  # noqa: F401
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.routing import Route
except ImportError as missing:
    raise MissingExtra("the board", "board") from missing

from anninh_core.board.browser.cookies import Cookies
from anninh_core.board.browser.guard import BrowserGuard
from anninh_core.board.browser.static_files import PREFIX, StaticFiles
from anninh_core.board.config import BoardConfig
from anninh_core.board.pages.badges import Badges
from anninh_core.board.pages.context import PageContext
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.endpoint import Endpoints
from anninh_core.board.routing.error_pages import render_error_page
from anninh_core.board.routing.renderer import Renderer
from anninh_core.board.routing.routes import Screen
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.board.screens.home import make_home
from anninh_core.board.screens.scripts import SCRIPTS
from anninh_core.board.sign_in.screen import SIGN_IN_PAGES
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.operations import OperationGateway
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.rate_limits import Addresses
from anninh_core.web.api.sign_in.threads import SignInThreads

if TYPE_CHECKING:  # Only a demo's board imports this module.
    from anninh_core.demo.running.opening import RunningDemo


def create_board(
    app: App,
    config: BoardConfig | None = None,
    screens: tuple[Screen, ...] = SCREENS,
    demo: "RunningDemo | None" = None,
) -> Starlette:
    """Build the board of an app, for any ASGI server; it may be mounted in another application.

    Args:
        app: stays open; the caller that opened it closes it.
        config: how browsers reach the board; only from this machine if not given.
        demo: the demo that `app` belongs to, if any: every user at this machine can sign in as any officer by a click.

    Raises:
        MissingExtra: the extra `board` isn't installed.
        ConfigurationError: a proxy in the settings isn't a network, or a demo has a public address or another app.
    """
    config = config or BoardConfig()
    demo_screens = () if demo is None else (_build_demo_screen(app, config, demo),)
    sections = tuple(screen.section for screen in screens if screen.section is not None)
    context = _make_context(app, config, demo)
    renderer = Renderer(context.static, sections)
    limits = app.internals.web_settings.api
    page_threads = CallThreads(limits.threads, limits.waiting)
    addresses = Addresses(limits.proxies)
    sign_in_threads = SignInThreads(app.internals.web_settings.connections)
    endpoints = Endpoints(context, renderer, page_threads, addresses, sign_in_threads)
    sign_in_endpoints = Endpoints(context, renderer, sign_in_threads.lookups, addresses, sign_in_threads)
    routes = [
        Route(PREFIX + "{name}", context.static.answer, methods=["GET"]),
        *_build_routes(sign_in_endpoints, SIGN_IN_PAGES),
        *(
            route
            for screen in (*demo_screens, *screens, SCRIPTS, make_home(sections))
            for route in _build_routes(endpoints, screen)
        ),
    ]
    board = Starlette(routes=routes, middleware=[Middleware(BrowserGuard, config=config)])
    board.router.redirect_slashes = False
    board.add_exception_handler(HTTPException, _make_not_found_handler(endpoints))
    return board


def _make_context(app: App, config: BoardConfig, demo: "RunningDemo | None") -> PageContext:
    gateway = OperationGateway(app)
    return PageContext(
        app=app,
        gateway=gateway,
        config=config,
        cookies=Cookies(config),
        static=StaticFiles(),
        badges=Badges(app, gateway),
        demo=demo,
    )


def _build_demo_screen(app: App, config: BoardConfig, demo: "RunningDemo") -> Screen:
    from anninh_core.board.demo.screen import DemoPages  # noqa: PLC0415  no other board loads it

    if demo.app is not app:
        raise ConfigurationError("The demo belongs to another app than the board: give the board the demo's own app.")
    if config.public_url:
        raise ConfigurationError(
            "The demo can be used on this machine only: remove its public address {url!r}.",
            url=config.public_url,
        )
    return DemoPages(demo).screen


def _build_routes(endpoints: Endpoints, screen: Screen) -> list[Route]:
    return [
        Route(
            route.path,
            endpoints.make(
                route.handler,
                screen.folder,
                public=route.public,
                by_itself=route.by_itself,
                knows_place=route.knows_place,
            ),
            methods=list(route.methods),
        )
        for route in screen.routes
    ]


def _make_not_found_handler(endpoints: Endpoints) -> Any:
    """Return the handler of addresses without a page."""

    def show_not_found(page: PageRequest) -> Any:
        return render_error_page(page, HTTPException(404))

    endpoint = endpoints.make(show_not_found, "templates", public=True)

    async def respond_not_found(request: Any, _: Exception) -> Any:
        return await endpoint(request)

    return respond_not_found
