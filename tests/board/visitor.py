"""A browser without a script: it keeps cookies, follows links and sends the forms that stand on a page."""

from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Self

import anyio
import httpx
from attrs import define, evolve, field
from starlette.applications import Starlette
from tests.support.sign_in import PASSWORD, Holder

from anninh_core.kernel.dates import VIETNAM

NOW = datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM)
URL = "http://127.0.0.1"

SentFile = tuple[str, bytes, str]
"""Name, content and media type of a file."""


@define
class Form:
    """A form as it stands on a page.

    Attributes:
        keep: address to which the script sends its words while they are typed, "" for none.
    """

    action: str
    method: str
    id: str = ""
    keep: str = ""
    fields: dict[str, list[str]] = field(factory=dict)

    def at(self, action: str) -> "Form":
        """Return what the script sends of it to another address."""
        return evolve(self, action=action)


class FormReader(HTMLParser):
    """Reads forms, with what stands in their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = self._select = ""
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get")
            id = given.get("id", "")
            keep = given.get("data-keep", "")
            self.forms.append(Form(given.get("action", ""), method, id, keep))
            self._open = True
        elif self._open and tag == "textarea":
            self._area = given["name"]
            self._put(self._area, "")
        elif self._open and tag == "select":
            self._select = given["name"]
        elif self._open and tag == "option" and self._select and ("selected" in given or not self._has(self._select)):
            self._set(self._select, given.get("value", ""))
        elif self._open and tag == "input" and "name" in given:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self._put(given["name"], given.get("value", ""))

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

    def _has(self, name: str) -> bool:
        return name in self.forms[-1].fields

    def _put(self, name: str, value: str) -> None:
        self.forms[-1].fields.setdefault(name, []).append(value)

    def _set(self, name: str, value: str) -> None:
        self.forms[-1].fields[name] = [value]


@define
class Shown:
    """A page as it came."""

    status: int
    text: str = field(repr=False)
    headers: httpx.Headers = field(repr=False)
    path: str
    body: bytes = field(default=b"", repr=False)

    @property
    def main(self) -> str:
        """What stands on the page itself, without head, menu and what is asked in the background."""
        return self.text.partition("<main")[2].partition("</main>")[0]

    def form(self, ending: str) -> Form:
        """Return the form whose action ends so."""
        parser = FormReader()
        parser.feed(self.text)
        return next(one for one in parser.forms if one.action.partition("?")[0].endswith(ending))

    def form_at(self, id: str) -> Form:
        """Return the form of an id."""
        parser = FormReader()
        parser.feed(self.text)
        return next(one for one in parser.forms if one.id == id)

    def has_form(self, ending: str) -> bool:
        """Tell whether a form's action ends so."""
        parser = FormReader()
        parser.feed(self.text)
        return any(one.action.partition("?")[0].endswith(ending) for one in parser.forms)


class Visitor:
    """A browser without a script.

    Args:
        board: whose pages.
        peer: address from which it comes.
        url: under which it reaches the board.
    """

    def __init__(self, board: Starlette, peer: str = "192.0.2.9", url: str = URL) -> None:
        self._board = board
        self._peer = peer
        self._url = url
        self._own = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
        self.cookies = httpx.Cookies()

    def enter(self, holder: Holder) -> Self:
        """Sign in on the page for it."""
        form = self.get("/sign-in").form("/sign-in")
        shown = self.send(form, name=holder.name, password=PASSWORD, code=holder.code())
        assert shown.status == 200, shown.text
        return self

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, follow: bool = True) -> Shown:
        """Open a page."""
        return self.ask("GET", path, headers, follow=follow)

    def send(
        self, form: Form, headers: Mapping[str, str] | None = None, *, follow: bool = True, **filled: str | list[str]
    ) -> Shown:
        """Send a form, with some fields filled in."""
        values = {name: [value] if isinstance(value, str) else value for name, value in filled.items()}
        fields = {**form.fields, **values}
        return self.ask("POST", form.action, self._own if headers is None else headers, fields, follow=follow)

    def send_with_files(self, form: Form, files: Mapping[str, SentFile], **filled: str | list[str]) -> Shown:
        """Send a form, with some fields filled in and files chosen in others; without files it goes as `send` does."""
        values = {name: [value] if isinstance(value, str) else value for name, value in filled.items()}
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
    ) -> Shown:
        """Send anything."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._board, client=(self._peer, 1))
            async with httpx.AsyncClient(transport=transport, base_url=self._url, cookies=self.cookies) as client:
                answer = await client.request(
                    method, path, headers=headers, data=fields, files=files, follow_redirects=follow
                )
                self.cookies = client.cookies
                return answer

        answer = anyio.run(ask)
        path = answer.url.raw_path.decode()
        return Shown(answer.status_code, answer.text, answer.headers, path, answer.content)
