"""A browser without scripts: it keeps cookies, follows redirects and sends the forms of a page."""

from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Self

import anyio
import httpx
from attrs import define, evolve, field
from starlette.applications import Starlette
from tests.support.sign_in import PASSWORD, AccountHolder

from anninh_core.kernel.dates import VIETNAM

NOW = datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM)
URL = "http://127.0.0.1"

SentFile = tuple[str, bytes, str]
"""Name, content and media type of a file."""


@define
class Form:
    """A form of a page.

    Attributes:
        keep: address for autosaving its text, "" for none.
    """

    action: str
    method: str
    id: str = ""
    keep: str = ""
    fields: dict[str, list[str]] = field(factory=dict)

    def with_action(self, action: str) -> "Form":
        """Return the form with another action."""
        return evolve(self, action=action)


class FormReader(HTMLParser):
    """Reads forms with the values of their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = self._select = ""
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = attributes.get("method", "get")
            id = attributes.get("id", "")
            keep = attributes.get("data-keep", "")
            self.forms.append(Form(attributes.get("action", ""), method, id, keep))
            self._open = True
        elif self._open and tag == "textarea":
            self._area = attributes["name"]
            self._append_value(self._area, "")
        elif self._open and tag == "select":
            self._select = attributes["name"]
        elif (
            self._open
            and tag == "option"
            and self._select
            and ("selected" in attributes or not self._has_field(self._select))
        ):
            self._set_value(self._select, attributes.get("value", ""))
        elif self._open and tag == "input" and "name" in attributes:
            is_sent = attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes
            if is_sent:
                self._append_value(attributes["name"], attributes.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area][-1] += data

    def _has_field(self, name: str) -> bool:
        return name in self.forms[-1].fields

    def _append_value(self, name: str, value: str) -> None:
        self.forms[-1].fields.setdefault(name, []).append(value)

    def _set_value(self, name: str, value: str) -> None:
        self.forms[-1].fields[name] = [value]


@define
class ReceivedPage:
    """A page that the browser received."""

    status: int
    text: str = field(repr=False)
    headers: httpx.Headers = field(repr=False)
    path: str
    body: bytes = field(default=b"", repr=False)

    @property
    def main(self) -> str:
        """The content of the `<main>` element."""
        return self.text.partition("<main")[2].partition("</main>")[0]

    def form(self, ending: str) -> Form:
        """Return the first form with an action that ends with `ending`."""
        parser = FormReader()
        parser.feed(self.text)
        return next(form for form in parser.forms if form.action.partition("?")[0].endswith(ending))

    def form_at(self, id: str) -> Form:
        """Return the form with the given id."""
        parser = FormReader()
        parser.feed(self.text)
        return next(form for form in parser.forms if form.id == id)

    def has_form(self, ending: str) -> bool:
        """Return whether a form's action ends with `ending`."""
        parser = FormReader()
        parser.feed(self.text)
        return any(form.action.partition("?")[0].endswith(ending) for form in parser.forms)


class Visitor:
    """A browser without scripts.

    Args:
        board: the board to visit.
        peer: client address of the browser.
        url: base URL of the board.
    """

    def __init__(self, board: Starlette, peer: str = "192.0.2.9", url: str = URL) -> None:
        self._board = board
        self._peer = peer
        self._url = url
        self._own = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
        self.cookies = httpx.Cookies()

    def enter(self, holder: AccountHolder) -> Self:
        """Sign in by the form of the sign-in page."""
        form = self.get("/sign-in").form("/sign-in")
        screen = self.send(form, name=holder.name, password=PASSWORD, code=holder.code())
        assert screen.status == 200, screen.text
        return self

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, follow: bool = True) -> ReceivedPage:
        return self.ask("GET", path, headers, follow=follow)

    def send(
        self, form: Form, headers: Mapping[str, str] | None = None, *, follow: bool = True, **inputs: str | list[str]
    ) -> ReceivedPage:
        """Send a form with some field values."""
        values = {name: [value] if isinstance(value, str) else value for name, value in inputs.items()}
        fields = {**form.fields, **values}
        return self.ask("POST", form.action, self._own if headers is None else headers, fields, follow=follow)

    def send_with_files(self, form: Form, files: Mapping[str, SentFile], **inputs: str | list[str]) -> ReceivedPage:
        """Send a form with some field values and files; without files it is sent as an ordinary form."""
        values = {name: [value] if isinstance(value, str) else value for name, value in inputs.items()}
        fields = {name: value for name, value in {**form.fields, **values}.items() if name not in files}
        return self.ask("POST", form.action, self._own, fields, files=files)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, list[str]] | None = None,
        *,
        follow: bool = True,
        files: Mapping[str, SentFile] | None = None,
    ) -> ReceivedPage:
        """Send a request with any method, headers, fields and files."""

        async def fetch_response() -> httpx.Response:
            transport = httpx.ASGITransport(self._board, client=(self._peer, 1))
            async with httpx.AsyncClient(transport=transport, base_url=self._url, cookies=self.cookies) as client:
                response = await client.request(
                    method, path, headers=headers, data=fields, files=files, follow_redirects=follow
                )
                self.cookies = client.cookies
                return response

        response = anyio.run(fetch_response)
        path = response.url.raw_path.decode()
        return ReceivedPage(response.status_code, response.text, response.headers, path, response.content)
