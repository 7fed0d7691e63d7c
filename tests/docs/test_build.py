"""The documentation's site builds, and a warning of the build is an error."""

import json
import re
from pathlib import Path

import pytest
from tests.app.test_api import iter_verbs

from anninh_core.testing import memory_app

# These tests are slow, because building the site takes half a minute.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]
LOADED = re.compile(r"<(?:script|img|iframe)\b[^>]*?src=\"([^\"]+)\"|<link\b(?![^>]*canonical)[^>]*?href=\"([^\"]+)\"")


@pytest.fixture(scope="module")
def search_entries(site: Path) -> list[dict[str, str]]:
    """Return the entries of the site's search index."""
    entries: list[dict[str, str]] = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    return entries


def test_site_builds_without_warnings(site: Path) -> None:
    """The documentation's site builds without a warning, and has its pages."""
    assert (site / "index.html").exists()
    assert (site / "explanation" / "threat_model.html").exists()


def test_the_search_finds_every_verb(search_entries: list[dict[str, str]]) -> None:
    """A search for `tips.assign` leads to its signature, with the actor first, its permission and its errors."""
    entries = {
        re.sub("<.+?>", "", entry["title"]): entry for entry in search_entries if "reference/app/" in entry["location"]
    }
    with memory_app() as app:
        assert [name for name, _ in iter_verbs(app) if name not in entries] == []
    assert entries["tips.assign"]["location"] == "reference/app/tips.html#tips.assign"
    for expected in (
        "actor: Actor",
        "tip_id: TipId",
        "Permission: <code>tip.handle</code>",
        "<code>Stale</code>",
        "TipRow",
    ):
        assert expected in entries["tips.assign"]["text"], expected


def test_reference_shows_no_internal_arguments(site: Path) -> None:
    """No page of the reference shows the internal unit of work or session as an argument, because callers pass an actor
    instead.
    """
    pages = [*(site / "reference/app").glob("*.html")]
    assert len(pages) > 20
    internal = re.compile(r"\buow\b|UnitOfWork|ReadSession|<code>session</code>: who")
    assert [page.name for page in pages if internal.search(page.read_text(encoding="utf-8"))] == []


def test_values_show_their_fields(search_entries: list[dict[str, str]]) -> None:
    """The reference shows a view and an input with each field, and an enumeration with each value."""
    entries = {entry["location"].partition("#")[2]: entry["text"] for entry in search_entries}
    for cls, member in {"TipRow": "receipt", "ItemContent": "source_url", "TipState": "reopen_requested"}.items():
        assert f"<code>{member}</code>" in entries[cls], cls


def test_pages_load_nothing_from_other_hosts(site: Path) -> None:
    """The built pages can be read without a network: all scripts, styles and pictures are local."""
    for page in site.rglob("*.html"):
        loaded = ["".join(addresses) for addresses in LOADED.findall(page.read_text(encoding="utf-8"))]
        assert loaded
        assert not [address for address in loaded if "//" in address], page


def test_pages_declare_their_language(site: Path) -> None:
    """Each page declares its language, so that a screen reader speaks Vietnamese on Vietnamese pages."""
    for name, language in {"index": "en", "vi/index": "vi", "howto/work_on_the_board": "vi"}.items():
        assert f'<html lang="{language}"' in (site / f"{name}.html").read_text(encoding="utf-8"), name


def test_every_page_has_an_address(site: Path) -> None:
    """The site map names all pages except the error page for unknown addresses."""
    named = (site / "sitemap.xml").read_text(encoding="utf-8").count("<loc>")
    assert named == len([page for page in site.rglob("*.html") if page.name != "404.html"])
