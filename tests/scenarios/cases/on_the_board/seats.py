"""An officer's seat at the board: a browser without scripts, or a real browser; the day's tasks run with either."""

from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Page
from tests.board.visitor import Visitor
from tests.support.sign_in import AccountHolder

Filled = dict[str, str]
_WAIT = 20_000
_UNFOLD = "f => { for (let up = f; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true }"
_TICK = """(e, value) => {
  for (const one of e.form.querySelectorAll(`[name="${e.name}"]`)) if (one.value === value) one.checked = true
}"""


class Seat(Protocol):
    """The browser with which an officer uses the board."""

    def enter(self, holder: AccountHolder) -> None:
        """Sign in an account's holder with a second factor."""
        ...

    def open(self, path: str) -> str:
        """Open a page and return the content of its main part."""
        ...

    def link(self, path: str, holding: str) -> str:
        """Return the address of the first link of a page with `holding` in its address."""
        ...

    def send(self, path: str, ending: str, filled: Filled, at: str = "") -> str:
        """Fill in and submit a form, found by the end of its address or by its id `at`, and return the next page."""
        ...

    def offers(self, path: str, ending: str) -> bool:
        """Return whether a page has a form with this ending of its address."""
        ...

    def asks_code(self, path: str, ending: str) -> bool:
        """Return whether a form needs a fresh code of the second factor."""
        ...


class PlainSeat:
    """A simulated browser without scripts.

    Args:
        visitor: client that sends the requests.
    """

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def enter(self, holder: AccountHolder) -> None:
        """Sign in an account's holder with a second factor."""
        self._visitor.enter(holder)

    def open(self, path: str) -> str:
        """Open a page and return the content of its main part."""
        response = self._visitor.get(path)
        assert response.status == 200, (path, response.main)
        return response.main

    def link(self, path: str, holding: str) -> str:
        """Return the address of the first link of a page with `holding` in its address."""
        links = [part.partition('"')[0] for part in self.open(path).split('href="')[1:]]
        matches = [address for address in links if holding in address]
        assert matches, (path, holding, links)
        return matches[0]

    def send(self, path: str, ending: str, filled: Filled, at: str = "") -> str:
        """Fill in and submit a form, found by the end of its address or by its id `at`, and return the next page."""
        response = self._visitor.get(path)
        form = response.form_at(at) if at else response.form(ending)
        missing = [name for name in filled if f'name="{name}"' not in response.text]
        assert not missing, (ending, missing)
        form.fields.update({name: [value] for name, value in filled.items()})
        response = self._visitor.send(form)
        assert response.status == 200, (ending, response.status, response.main)
        return response.main

    def offers(self, path: str, ending: str) -> bool:
        """Return whether a page has a form with this ending of its address."""
        return self._visitor.get(path).has_form(ending)

    def asks_code(self, path: str, ending: str) -> bool:
        """Return whether a form needs a fresh code of the second factor."""
        return "code" in self._visitor.get(path).form(ending).fields


class BrowserSeat:
    """A real browser that records the errors of its console.

    Args:
        context: cookies and window of one officer.
        url: address of the board.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._url = url
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(_WAIT)

    def enter(self, holder: AccountHolder) -> None:
        """Sign in an account's holder with a second factor."""
        self.page.goto(f"{self._url}/sign-in")
        self.page.fill("#name", holder.name)
        self.page.fill("#password", "bốn con bò ăn cỏ")
        self.page.fill("#code", holder.code())
        self.page.click("form.card button")
        self.page.wait_for_selector(".who")

    def open(self, path: str) -> str:
        """Open a page and return the content of its main part."""
        response = self.page.goto(self._url + path)
        assert response is not None
        assert response.status == 200, path
        return self.page.inner_html("main")

    def link(self, path: str, holding: str) -> str:
        """Return the address of the first link of a page with `holding` in its address."""
        self.open(path)
        address = self.page.locator(f'main a[href*="{holding}"]').first.get_attribute("href")
        assert address
        return address

    def send(self, path: str, ending: str, filled: Filled, at: str = "") -> str:
        """Fill in and submit a form, found by the end of its address or by its id `at`, and return the next page."""
        self.open(path)
        form = self.page.locator(f"form#{at}" if at else f'form[action$="{ending}"]').first
        form.evaluate(_UNFOLD)
        for name, value in filled.items():
            _fill_field(form.locator(f'[name="{name}"]'), value)
        form.locator(".buttons button, :scope > button").first.click()
        self.page.wait_for_selector("#result")
        assert "wrong" not in (self.page.get_attribute("#result", "class") or ""), self.page.inner_text("#result")
        return self.page.inner_html("main")

    def offers(self, path: str, ending: str) -> bool:
        """Return whether a page has a form with this ending of its address."""
        self.open(path)
        return self.page.locator(f'form[action$="{ending}"]').count() > 0

    def asks_code(self, path: str, ending: str) -> bool:
        """Return whether a form needs a fresh code of the second factor."""
        self.open(path)
        return self.page.locator(f'form[action$="{ending}"] [name=code]').count() > 0


def _fill_field(field: Any, value: str) -> None:
    """Fill in a form field of any type; a hidden field is left as it is."""
    first = field.first
    kind = first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if kind == "select":
        first.select_option(value)
    elif kind in ("checkbox", "radio"):
        first.evaluate(_TICK, value)
    elif kind != "hidden":
        first.fill(value)
