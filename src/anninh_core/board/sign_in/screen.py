"""The pages without a session: signing in, setting up an account, signing out, and the language."""

from collections.abc import Callable
from contextlib import suppress

from starlette.responses import Response

from anninh_core.board.forms.carry_out import has_own_form_token
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.responses import build_passkey_response
from anninh_core.board.routing.endpoint import Handler, KnowsPlace
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.kernel.errors import AnninhError, BadInput, NotSignedIn, TooManyRequests
from anninh_core.language.catalogue import LANGUAGES, marked
from anninh_core.operations.signing_in import Client

_WRONG = marked("The name, password or code is wrong or no longer valid.")
_LONGEST = 400
_LONGEST_ANSWER = 6000


def show_sign_in(page: PageRequest) -> Response:
    """Show the sign-in form; redirect an officer with a session."""
    if page.actor is not None:
        return page.redirect(_find_next_page(page))
    return page.render("sign_in.html", error="", name="")


def sign_in(page: PageRequest) -> Response:
    """Begin a session by name, password and code."""
    name = page.sent("name")[:_LONGEST]
    code = page.sent("code").replace(" ", "")[:_LONGEST]
    accounts = page.desk.app.accounts
    client = _build_client(page)
    return _begin_session(
        page, lambda: accounts.sign_in(name, page.sent("password")[:_LONGEST], code, client=client).token
    )


def send_chat_code(page: PageRequest) -> Response:
    """Send a code to the chat that is bound to an officer; the page doesn't reveal whether there is one."""
    name = page.sent("name")[:_LONGEST]
    try:
        page.desk.app.accounts.request_chat_code(name, client=_build_client(page))
    except TooManyRequests:
        return page.render(
            "sign_in.html", 429, error=page.words("Too many attempts. Wait a while, then try again."), name=name
        )
    return page.render("chat_code.html", error="", name=name)


def sign_in_by_chat_code(page: PageRequest) -> Response:
    """Begin a session by the code that was sent to the chat."""
    name = page.sent("name")[:_LONGEST]
    code = page.sent("code").replace(" ", "")[:_LONGEST]
    accounts = page.desk.app.accounts
    client = _build_client(page)
    begin = lambda: accounts.sign_in_by_chat_code(name, code, client=client).token  # noqa: E731  beside its arguments
    return _begin_session(page, begin, "chat_code.html")


def send_device_request(page: PageRequest) -> Response:
    """Return the request to a device as JSON for the script, for signing in by a passkey without a name."""
    return build_passkey_response(page.desk.app.accounts.begin_passkey_sign_in())


def sign_in_by_passkey(page: PageRequest) -> Response:
    """Begin a session by the device's response."""
    ticket = page.sent("ticket")[:_LONGEST]
    credential = page.sent("credential")[:_LONGEST_ANSWER]
    accounts = page.desk.app.accounts
    client = _build_client(page)
    begin = lambda: accounts.finish_passkey_sign_in(ticket, credential, client=client).token  # noqa: E731  as above
    return _begin_session(
        page,
        begin,
        wrong=marked(
            "This passkey can't be used here, or the request took too long. Try again, or use your password and a code."
        ),
    )


def show_set_up(page: PageRequest) -> Response:
    """Show the form for the setup code from an administrator, and for name and password."""
    return page.render("set_up.html", error="", code=page.one("code"), name="")


def set_up_account(page: PageRequest) -> Response:
    """Set name and password of an account; the officer signs in with them afterwards."""
    code, name, password = (page.sent(field)[:_LONGEST] for field in ("code", "name", "password"))

    def show_form_again(status: int, error: str) -> Response:
        return page.render("set_up.html", status, error=error, code=code, name=name)

    if password != page.sent("again"):
        return show_form_again(422, page.words("The two passwords aren't the same."))
    try:
        page.desk.app.accounts.set_up(code, name, password, client=_build_client(page))
    except NotSignedIn:
        wrong = page.words("The setup code is wrong or no longer valid. Ask an administrator for a new one.")
        return show_form_again(403, wrong)
    except BadInput as error:
        still_valid = page.words("The setup code is still valid.")
        return show_form_again(422, f"{page.phrasing.error(error)} {still_valid}")
    except TooManyRequests:
        return show_form_again(429, page.words("Too many attempts. Wait a while, then try again."))
    return page.redirect("/sign-in", done="set_up")


def sign_out(page: PageRequest) -> Response:
    """End the session."""
    if page.actor is not None and has_own_form_token(page):
        with suppress(AnninhError):  # An error means that the session has expired or wasn't issued by this program.
            page.call("accounts.sign_out")
    response = page.redirect("/sign-in")
    page.desk.cookies.delete_session(response)
    return response


def choose(page: PageRequest) -> Response:
    """Change the language and keep it in a cookie."""
    response = page.redirect(_find_next_page(page, page.sent("next")))
    if (language := page.sent("language")) in LANGUAGES:
        page.desk.cookies.set_language(response, language)
    return response


def _begin_session(
    page: PageRequest, begin: Callable[[], str], template: str = "sign_in.html", wrong: str = _WRONG
) -> Response:
    name = page.sent("name")[:_LONGEST]
    try:
        token = begin()
    except NotSignedIn:
        return page.render(template, 403, error=page.words(wrong), name=name)
    except TooManyRequests:
        return page.render(
            template, 429, error=page.words("Too many attempts. Wait a while, then try again."), name=name
        )
    response = page.redirect(_find_next_page(page, page.sent("next")))
    page.desk.cookies.set_session(response, token)
    return response


def _find_next_page(page: PageRequest, wanted: str = "") -> str:
    return page.own_path(wanted or page.one("next"))


def _build_client(page: PageRequest) -> Client:
    return Client(address=page.address, is_shared=page.is_address_shared, label=page.client)


def _knows_place(page: PageRequest) -> bool:
    return page.desk.app.accounts.knows_place(page.sent("name")[:_LONGEST], _build_client(page))


def _knows_passkey_place(page: PageRequest) -> bool:
    credential = page.sent("credential")[:_LONGEST_ANSWER]
    return page.desk.app.accounts.knows_passkey_place(credential, _build_client(page))


def _knows_no_place(_: PageRequest) -> bool:
    return False


def _build_post_route(path: str, handler: Handler, knows_place: KnowsPlace | None = None) -> PageRoute:
    return PageRoute(path=path, handler=handler, methods=("POST",), public=True, knows_place=knows_place)


SIGN_IN_PAGES = Screen(
    folder="sign_in",
    routes=(
        PageRoute(path="/sign-in", handler=show_sign_in, public=True),
        _build_post_route("/sign-in", sign_in, _knows_place),
        _build_post_route("/sign-in/chat-code", send_chat_code, _knows_place),
        _build_post_route("/sign-in/chat", sign_in_by_chat_code, _knows_place),
        _build_post_route("/sign-in/passkey/options", send_device_request),
        _build_post_route("/sign-in/passkey", sign_in_by_passkey, _knows_passkey_place),
        PageRoute(path="/set-up", handler=show_set_up, public=True),
        _build_post_route("/set-up", set_up_account, _knows_no_place),
        _build_post_route("/sign-out", sign_out),
        _build_post_route("/language", choose),
    ),
)
