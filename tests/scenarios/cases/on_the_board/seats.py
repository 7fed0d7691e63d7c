"""Where somebody sits at the board: a browser without a script, or a real one. The day is played at either."""

from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Page
from tests.board.visitor import Visitor
from tests.support.sign_in import Holder

Filled = dict[str, str]
_WAIT = 20_000
_UNFOLD = "f => { for (let up = f; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true }"
_TICK = """(e, value) => {
  for (const one of e.form.querySelectorAll(`[name="${e.name}"]`)) if (one.value === value) one.checked = true
}"""


class Seat(Protocol):
    """Somebody's place at the board."""

    def enter(self, holder: Holder) -> None:
        """Sign in with a second factor."""
        ...

    def open(self, path: str) -> str:
        """Open a page and return what stands on it."""
        ...

    def link(self, path: str, holding: str) -> str:
        """Return where the first link of a page leads whose address has something in it."""
        ...

    def send(self, path: str, ending: str, filled: Filled, at: str = "") -> str:
        """Fill a form of a page, send it, and return the page that comes; the form has an address or an id."""
        ...

    def offers(self, path: str, ending: str) -> bool:
        """Tell whether a page has a form whose address ends so."""
        ...

    def asks_code(self, path: str, ending: str) -> bool:
        """Tell whether a form wants a fresh code of the second factor."""
        ...


class PlainSeat:
    """A browser without a script.

    Args:
        visitor: the browser.
    """

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def enter(self, holder: Holder) -> None:
        """Sign in with a second factor."""
        self._visitor.enter(holder)

    def open(self, path: str) -> str:
        """Open a page and return what stands on it."""
        shown = self._visitor.get(path)
        assert shown.status == 200, (path, shown.main)
        return shown.main

    def link(self, path: str, holding: str) -> str:
        """Return where the first link of a page leads whose address has something in it."""
        links = [one.partition('"')[0] for one in self.open(path).split('href="')[1:]]
        found = [one for one in links if holding in one]
        assert found, (path, holding, links)
        return found[0]

    def send(self, path: str, ending: str, filled: Filled, at: str = "") -> str:
        """Fill a form of a page, send it, and return the page that comes; the form has an address or an id."""
        shown = self._visitor.get(path)
        form = shown.form_at(at) if at else shown.form(ending)
        missing = [name for name in filled if f'name="{name}"' not in shown.text]
        assert not missing, (ending, missing)
        form.fields.update({name: [value] for name, value in filled.items()})
        shown = self._visitor.send(form)
        assert shown.status == 200, (ending, shown.status, shown.main)
        return shown.main

    def offers(self, path: str, ending: str) -> bool:
        """Tell whether a page has a form whose address ends so."""
        return self._visitor.get(path).has_form(ending)

    def asks_code(self, path: str, ending: str) -> bool:
        """Tell whether a form wants a fresh code of the second factor."""
        return "code" in self._visitor.get(path).form(ending).fields


class BrowserSeat:
    """A real browser. What its console complains about is kept.

    Args:
        context: cookies and window of one officer.
        url: of the board.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._url = url
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(_WAIT)

    def enter(self, holder: Holder) -> None:
        """Sign in with a second factor."""
        self.page.goto(f"{self._url}/sign-in")
        self.page.fill("#name", holder.name)
        self.page.fill("#password", "bốn con bò ăn cỏ")
        self.page.fill("#code", holder.code())
        self.page.click("form.card button")
        self.page.wait_for_selector(".who")

    def open(self, path: str) -> str:
        """Open a page and return what stands on it."""
        answer = self.page.goto(self._url + path)
        assert answer is not None
        assert answer.status == 200, path
        return self.page.inner_html("main")

    def link(self, path: str, holding: str) -> str:
        """Return where the first link of a page leads whose address has something in it."""
        self.open(path)
        found = self.page.locator(f'main a[href*="{holding}"]').first.get_attribute("href")
        assert found
        return found

    def send(self, path: str, ending: str, filled: Filled, at: str = "") -> str:
        """Fill a form of a page, send it, and return the page that comes; the form has an address or an id."""
        self.open(path)
        form = self.page.locator(f"form#{at}" if at else f'form[action$="{ending}"]').first
        form.evaluate(_UNFOLD)
        for name, value in filled.items():
            _fill(form.locator(f'[name="{name}"]'), value)
        form.locator(".buttons button, :scope > button").first.click()
        self.page.wait_for_selector("#result")
        assert "wrong" not in (self.page.get_attribute("#result", "class") or ""), self.page.inner_text("#result")
        return self.page.inner_html("main")

    def offers(self, path: str, ending: str) -> bool:
        """Tell whether a page has a form whose address ends so."""
        self.open(path)
        return self.page.locator(f'form[action$="{ending}"]').count() > 0

    def asks_code(self, path: str, ending: str) -> bool:
        """Tell whether a form wants a fresh code of the second factor."""
        self.open(path)
        return self.page.locator(f'form[action$="{ending}"] [name=code]').count() > 0


def _fill(field: Any, value: str) -> None:
    """Fill a field in, whatever it is."""
    first = field.first
    kind = first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if kind == "select":
        first.select_option(value)
    elif kind in ("checkbox", "radio"):
        first.evaluate(_TICK, value)
    elif kind != "hidden":
        first.fill(value)
