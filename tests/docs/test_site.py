"""The documentation's site can be read on a telephone: opened from a folder, without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.support.chromium import open_chromium

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]
WIDTH = 360


@pytest.fixture(scope="module")
def external_requests() -> list[str]:
    """Return the list of addresses on other hosts that pages requested."""
    return []


@pytest.fixture(scope="module")
def page(external_requests: list[str]) -> Iterator[Page]:
    """Yield a page of Chromium that is as narrow as a telephone and prefers dark colours."""
    with open_chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="dark")
        page.on(
            "request", lambda request: external_requests.append(request.url) if request.url.startswith("http") else None
        )
        yield page


def test_pages_fit_and_load_nothing_from_elsewhere(site: Path, page: Page, external_requests: list[str]) -> None:
    """No page is wider than the telephone or loads from other hosts: tables and programs scroll separately, long words
    break.
    """
    too_wide = []
    for file in sorted(site.rglob("*.html")):
        page.goto(file.as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > WIDTH:
            too_wide.append((file.relative_to(site).as_posix(), width))
    assert too_wide == []
    assert external_requests == []


def test_dark_scheme_gives_dark_pages(site: Path, page: Page) -> None:
    """A reader with a dark colour scheme gets a dark page, with highlighted programs."""
    page.goto((site / "tutorial.html").as_uri())
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")) < 200
    colours = "[...new Set([...document.querySelectorAll('pre span')].map(one => getComputedStyle(one).color))].length"
    assert page.evaluate(colours) > 3


def test_the_search_works_from_a_folder(site: Path, page: Page) -> None:
    """A search for a verb leads to its signature, even if the site is opened from a folder without a server."""
    page.goto((site / "index.html").as_uri())
    page.click("label.md-header__button[for=__search]")
    page.locator("input.md-search__input").press_sequentially("tips.assign")
    first = page.locator("a.md-search-result__link").first
    first.wait_for()
    assert "reference/app/tips.html" in (first.get_attribute("href") or "")
