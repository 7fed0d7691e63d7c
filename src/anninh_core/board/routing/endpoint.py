"""Endpoints of pages: each authenticates the actor, reads the form, makes the page in a thread, and turns errors into
pages.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from attrs import evolve
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from anninh_core.board.pages.context import PageContext
from anninh_core.board.pages.request import PageRequest, RendersPages
from anninh_core.board.routing.body import FormReader, FormSender, is_large, read_query
from anninh_core.board.routing.error_pages import render_error_page
from anninh_core.board.words.page_words import choose_language
from anninh_core.kernel.errors import NotSignedIn, Refused
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.rate_limits import Addresses
from anninh_core.web.api.sign_in.threads import SignInThreads

Handler = Callable[[PageRequest], Response]
KnowsPlace = Callable[[PageRequest], bool]
"""Type of a function that returns whether the account that a form names has signed in from the same place before."""
Endpoint = Callable[[Request], Awaitable[Response]]

# Addresses of the sign-in page, and of a demo's page for choosing an officer.
SIGN_IN = "/sign-in"
CHOOSE = "/demo"
ACCOUNT = "/account"
"""Address of the viewer's own account: if a role requires a second factor, the only page until that factor is
verified.
"""
_MOST_LABEL = 100
_BUSY = 503


class Endpoints:
    """Makes endpoints from handlers.

    Args:
        renderer: renders templates.
        threads: run the handlers of pages.
        signing_in: run the handlers of sign-in pages.
    """

    def __init__(
        self,
        desk: PageContext,
        renderer: RendersPages,
        threads: CallThreads,
        addresses: Addresses,
        signing_in: SignInThreads,
    ) -> None:
        self._desk = desk
        self._renderer = renderer
        self._threads = threads
        self._addresses = addresses
        self._signing_in = signing_in
        self._forms = FormReader(timedelta(seconds=desk.app.internals.web_settings.body_seconds))

    def make(
        self,
        handler: Handler,
        folder: str,
        *,
        public: bool = False,
        by_itself: bool = False,
        knows_place: KnowsPlace | None = None,
    ) -> Endpoint:
        """Return the endpoint of a page.

        Args:
            folder: folder of the page's texts and templates.
            public: whether the page is accessible without a session.
            by_itself: whether the script requests the page without an action of the officer.
            knows_place: for a sign-in page; None for any other.
        """
        make = partial(self._make_response, handler, public=public, by_itself=by_itself)
        admit = partial(self._authenticate_sender, by_itself=by_itself)

        async def respond(request: Request) -> Response:
            page = self._build_page_request(request, folder)
            try:
                if page.method == "POST" and not public:
                    page = await self._threads.run(admit, page, is_large=is_large(request))
                if page.method == "POST":
                    page = await self._read_form(page, request)
                if knows_place is not None:
                    return await self._signing_in.run(partial(knows_place, page), partial(make, page))
                return await self._threads.run(make, page)
            except ClientDisconnect:
                return Response(status_code=400)
            except NotSignedIn:
                return _redirect_to_sign_in(page)
            except Exception as error:  # noqa: BLE001  whatever it is, somebody waits for a page
                if isinstance(error, HTTPException) and error.status_code == _BUSY:  # No thread is free to make a page.
                    return PlainTextResponse(
                        page.words("The server is busy. Try again in a few seconds."), _BUSY, {"Retry-After": "5"}
                    )
                return await self._threads.run(render_error_page, page, error)

        return respond

    def _make_response(self, handler: Handler, page: PageRequest, *, public: bool, by_itself: bool) -> Response:
        if self._desk.demo is not None:
            self._desk.demo.catch_up()
        try:
            page = evolve(page, actor=self._desk.admit(page.token, page.address, by_itself=by_itself))
        except NotSignedIn:
            if not public:
                return _redirect_to_sign_in(page)
        try:
            return _redirect_to_account(page) if not (public or by_itself) and _must_add_factor(page) else handler(page)
        except NotSignedIn:
            return _redirect_to_sign_in(page)
        except Exception as error:  # noqa: BLE001  whatever it is, somebody waits for a page
            return render_error_page(page, error)
        finally:
            if page.form:
                self._desk.badges.drop_counts(page.token)

    def _build_page_request(self, request: Request, folder: str) -> PageRequest:
        desk = self._desk
        base = request.scope.get("root_path", "").rstrip("/")
        return PageRequest(
            desk=desk,
            renderer=self._renderer,
            base=base,
            path=request.url.path.removeprefix(base) or "/",
            method=request.method,
            params=dict(request.path_params),
            query=read_query(request),
            folder=folder,
            address=self._addresses.find(request.scope),
            is_address_shared=self._addresses.is_shared(request.scope),
            peer=request.client.host if request.client else "",
            headers=dict(request.headers),
            client=request.headers.get("user-agent", "")[:_MOST_LABEL],
            token=desk.cookies.read_session(request),
            language=choose_language(desk.cookies.read_language(request)),
            is_fragment=request.headers.get("hx-request") == "true",
        )

    def _authenticate_sender(self, page: PageRequest, *, by_itself: bool, is_large: bool) -> PageRequest:
        """Authenticate the sender of a form and check permissions, before any of the body is read; return the page."""
        page = evolve(page, actor=self._desk.admit(page.token, page.address, by_itself=by_itself))
        if is_large and "noun" in page.params and not page.has(page.operation):
            raise Refused(
                "You have no permission to use {operation} in any unit: ask an officer who grants roles.",
                operation=page.operation,
            )
        return page

    async def _read_form(self, page: PageRequest, request: Request) -> PageRequest:
        if page.actor is None:
            return evolve(page, form=await self._forms.read_anonymous(request))
        form, files = await self._forms.read(request, FormSender(page.actor.id, page.token))
        return evolve(page, form=form, files=files)


def _must_add_factor(page: PageRequest) -> bool:
    is_account = page.path == ACCOUNT or page.path.startswith(f"{ACCOUNT}/")
    return page.signed_in.sign_in.owes_second_factor and not is_account


def _redirect_to_account(page: PageRequest) -> Response:
    """Redirect an officer who owes a second factor to the account page, where it can be added."""
    return _redirect(page, page.url(ACCOUNT))


def _redirect_to_sign_in(page: PageRequest) -> Response:
    """Redirect to the sign-in page, and back to the page afterwards.

    The address of a submitted form isn't kept: afterwards the officer comes to the start page.
    """
    is_plain = page.path != "/" and page.method != "POST" and not page.is_fragment
    way_in = SIGN_IN if page.desk.demo is None else CHOOSE
    return _redirect(page, page.url(way_in, next=page.local_url() if is_plain else ""))


def _redirect(page: PageRequest, target: str) -> Response:
    if page.is_fragment:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)
