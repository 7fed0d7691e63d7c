"""The documentation builds, and a warning is an error."""

import json
import re
from pathlib import Path

import pytest
from tests.app.test_api import verbs

from anninh_core.testing import memory_app

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]  # the site takes half a minute
LOADED = re.compile(r"<(?:script|img|iframe)\b[^>]*?src=\"([^\"]+)\"|<link\b(?![^>]*canonical)[^>]*?href=\"([^\"]+)\"")


@pytest.fixture(scope="module")
def index(site: Path) -> list[dict[str, str]]:
    """What the site's search looks through."""
    found: list[dict[str, str]] = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    return found


def test_builds_without_a_warning(site: Path) -> None:
    """A reader finds every page."""
    assert (site / "index.html").exists()
    assert (site / "explanation" / "threat_model.html").exists()


def test_the_search_finds_every_verb(index: list[dict[str, str]]) -> None:
    """Whoever types `tips.assign` comes to its signature, the actor first, its permission and its errors."""
    found = {re.sub("<.+?>", "", entry["title"]): entry for entry in index if "reference/app/" in entry["location"]}
    with memory_app() as app:
        assert [name for name, _ in verbs(app) if name not in found] == []
    assert found["tips.assign"]["location"] == "reference/app/tips.html#tips.assign"
    for said in (
        "actor: Actor",
        "tip_id: TipId",
        "Permission: <code>tip.handle</code>",
        "<code>Stale</code>",
        "TipRow",
    ):
        assert said in found["tips.assign"]["text"], said


def test_no_page_of_the_reference_shows_what_is_inside(site: Path) -> None:
    """Callers give an actor: where the source has a unit of work or a session, no page says so."""
    pages = [*(site / "reference/app").glob("*.html")]
    assert len(pages) > 20
    told = re.compile(r"\buow\b|UnitOfWork|ReadSession|<code>session</code>: who")
    assert [page.name for page in pages if told.search(page.read_text(encoding="utf-8"))] == []


def test_values_show_their_fields(index: list[dict[str, str]]) -> None:
    """A view, an input and a closed list are told with each field or value."""
    found = {entry["location"].partition("#")[2]: entry["text"] for entry in index}
    for cls, said in {"TipRow": "receipt", "ItemContent": "source_url", "TipState": "reopen_requested"}.items():
        assert f"<code>{said}</code>" in found[cls], cls


def test_pages_ask_nothing_of_other_hosts(site: Path) -> None:
    """The built pages can be read without a network: no script, style or picture comes from elsewhere."""
    for page in site.rglob("*.html"):
        loaded = ["".join(found) for found in LOADED.findall(page.read_text(encoding="utf-8"))]
        assert loaded
        assert not [address for address in loaded if "//" in address], page


def test_a_page_says_in_which_language_it_is(site: Path) -> None:
    """A program that reads aloud speaks Vietnamese where the page does."""
    for name, language in {"index": "en", "vi/index": "vi", "howto/work_on_the_board": "vi"}.items():
        assert f'<html lang="{language}"' in (site / f"{name}.html").read_text(encoding="utf-8"), name


def test_every_page_has_an_address(site: Path) -> None:
    """The site map names all pages but the one that says that there is none."""
    named = (site / "sitemap.xml").read_text(encoding="utf-8").count("<loc>")
    assert named == len([page for page in site.rglob("*.html") if page.name != "404.html"])
