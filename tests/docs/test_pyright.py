"""What readers copy, and the names that they import, are right to pyright too, whose users are as many as mypy's."""

from pathlib import Path

import pytest
from tests.docs.pages import ROOT
from tests.docs.programs import write_every_page, write_programs
from tests.docs.pyright import complaints, pyright

from anninh_core.testing.authoring.projects import KINDS, write_project

pytestmark = pytest.mark.slow  # it reads the whole library each time


def test_the_pages_are_right(tmp_path: Path) -> None:
    """Every Python block, in strict mode."""
    pages = tmp_path / "pages"
    pages.mkdir()
    write_every_page(pages)

    assert complaints([pages], tmp_path / "settings.json") == []


def test_what_an_author_begins_with_is_right(tmp_path: Path) -> None:
    """The examples with their tests, and the projects that `anninh new plugin` writes."""
    examples = ROOT / "examples"
    for kind in KINDS:
        write_project(kind, f"water_{kind}", tmp_path / kind)
    packages = [*examples.glob("own_*"), *(tmp_path / kind for kind in KINDS)]
    assert len(packages) > len(KINDS)

    assert complaints([*packages, examples], tmp_path / "settings.json") == []


def test_the_check_bites(tmp_path: Path) -> None:
    """A verb that isn't there, a misspelt name and a value without a type are found in their lines."""
    imports = "from anninh_core.app import opn_app\nfrom anninh_core.testing import memory_app"
    pages = tmp_path / "pages"
    pages.mkdir()
    write_programs("page.md", f"```python\n{imports}\n\nmemory_app().tips.fly()\n```\n", pages)

    found = complaints([pages], tmp_path / "settings.json")

    assert 'page_md.py:2: reportAttributeAccessIssue: "opn_app" is unknown import symbol' in found
    assert any(line.startswith("page_md.py:5: reportAttributeAccessIssue: Cannot access") for line in found)
    assert any("reportUnknown" in line for line in found)


@pytest.mark.parametrize("package", ["anninh_core", "anninh_zalo", "anninh_storage"])
def test_every_public_name_has_a_type(package: str) -> None:
    """`--verifytypes` finds none whose type is unknown, whole or in part; what is inferred from a call is known."""
    report = pyright("--verifytypes", package, "--ignoreexternal")["typeCompleteness"]

    assert Path(report["packageRootDirectory"]) == ROOT / "src" / package
    assert report["exportedSymbolCounts"]["withKnownType"] > 500
    assert report["exportedSymbolCounts"]["withUnknownType"] == 0
    assert report["otherSymbolCounts"]["withUnknownType"] == 0
