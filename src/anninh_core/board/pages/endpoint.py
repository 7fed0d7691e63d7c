"""Around every page: the form is read, who asks is known, the page is made in a thread, and errors become pages."""

from collections.abc import Awaitable, Callable
from functools import partial

import anyio
from attrs import evolve
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from anninh_core.board.answers.error_pages import error_page
from anninh_core.board.pages.body import FormReader, gather_query
from anninh_core.board.pages.context import PageContext
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.words.catalogue import choose_language
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.rate_limits import Addresses

Handler = Callable[[PageRequest], Response]
Endpoint = Callable[[Request], Awaitable[Response]]

# Addresses of the sign-in page, and of a demo's page on which a visitor chooses an officer.
SIGN_IN = "/sign-in"
CHOOSE = "/demo"
ACCOUNT = "/account"
"""Address of the own account, which is all that is there until a second factor is shown that a role takes."""
_MOST_LABEL = 100
_BODY_SECONDS = 30
_BUSY = 503


class Endpoints:
    """Makes endpoints of handlers.

    Args:
        desk: what all pages share.
        threads: where pages are made.
        addresses: tells from where a request comes.
    """

    def __init__(self, desk: PageContext, threads: CallThreads, addresses: Addresses) -> None:
        self._desk = desk
        self._threads = threads
        self._addresses = addresses
        self._forms = FormReader()

    def make(self, handler: Handler, folder: str, *, public: bool = False, by_itself: bool = False) -> Endpoint:
        """Return the endpoint of a page.

        Args:
            handler: makes it.
            folder: of its words and templates.
            public: whether it is there for people who aren't signed in.
            by_itself: whether the script asks for it while nobody does anything.
        """
        make = partial(self._make, handler, public=public, by_itself=by_itself)

        async def answer(request: Request) -> Response:
            page = self._page(request, folder)
            try:
                page = await self._with_form(page, request)
                return await self._threads.run(make, page)
            except ClientDisconnect:
                return Response(status_code=400)
            except HTTPException as error:
                if error.status_code == _BUSY:  # no thread is free to make a page
                    return PlainTextResponse(page.words["page_busy"], _BUSY, {"Retry-After": "5"})
                return await self._threads.run(error_page, page, error)

        return answer

    def _make(self, handler: Handler, page: PageRequest, *, public: bool, by_itself: bool) -> Response:
        if self._desk.demo is not None:
            self._desk.demo.catch_up()
        try:
            page = evolve(page, actor=self._desk.admit(page.token, page.address, by_itself=by_itself))
        except NotSignedIn:
            if not public:
                return _to_sign_in(page)
        try:
            return _to_account(page) if not (public or by_itself) and _is_barred(page) else handler(page)
        except NotSignedIn:
            return _to_sign_in(page)
        except Exception as error:  # noqa: BLE001  whatever it is, somebody waits for a page
            return error_page(page, error)
        finally:
            if page.form:
                self._desk.badges.forget(page.token)

    def _page(self, request: Request, folder: str) -> PageRequest:
        desk = self._desk
        base = request.scope.get("root_path", "").rstrip("/")
        return PageRequest(
            desk=desk,
            base=base,
            path=request.url.path.removeprefix(base) or "/",
            params=dict(request.path_params),
            query=gather_query(request),
            folder=folder,
            address=self._addresses.find(request.scope),
            peer=request.client.host if request.client else "",
            headers=dict(request.headers),
            client=request.headers.get("user-agent", "")[:_MOST_LABEL],
            token=desk.cookies.read_session(request),
            language=choose_language(desk.cookies.read_language(request)),
            is_fragment=request.headers.get("hx-request") == "true",
        )

    async def _with_form(self, page: PageRequest, request: Request) -> PageRequest:
        if request.method != "POST":
            return page
        with anyio.move_on_after(_BODY_SECONDS):
            form, files = await self._forms.read(request)
            return evolve(page, form=form, files=files)
        raise HTTPException(408)


def _is_barred(page: PageRequest) -> bool:
    is_account = page.path == ACCOUNT or page.path.startswith(f"{ACCOUNT}/")
    return page.signed_in.sign_in.owes_second_factor and not is_account


def _to_account(page: PageRequest) -> Response:
    """Send somebody who owes a second factor to where it is added."""
    return _redirect(page, page.url(ACCOUNT))


def _to_sign_in(page: PageRequest) -> Response:
    """Send somebody to sign in, and back afterwards; what a form held is told to be lost by the page itself."""
    is_plain = page.path != "/" and not page.form and not page.is_fragment
    way_in = SIGN_IN if page.desk.demo is None else CHOOSE
    return _redirect(page, page.url(way_in, next=page.local_url() if is_plain else ""))


def _redirect(page: PageRequest, target: str) -> Response:
    if page.is_fragment:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)
