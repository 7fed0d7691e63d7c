"""Examples that readers copy, and the names that they import, pass pyright, which has as many users as mypy."""

from pathlib import Path

import pytest
from tests.docs.pages import ROOT
from tests.docs.programs import write_all_programs, write_programs
from tests.docs.pyright import list_diagnostics, run_pyright

from anninh_core.testing.authoring.projects import KINDS, write_project

pytestmark = pytest.mark.slow  # These tests are slow, because pyright reads the whole library each time.


def test_pages_pass_pyright(tmp_path: Path) -> None:
    """Every Python block of the pages passes pyright in strict mode."""
    pages = tmp_path / "pages"
    pages.mkdir()
    write_all_programs(pages)

    assert list_diagnostics([pages], tmp_path / "settings.json") == []


def test_examples_and_new_plugins_pass_pyright(tmp_path: Path) -> None:
    """The examples with their tests, and the projects that `anninh new plugin` writes, pass pyright."""
    examples = ROOT / "examples"
    for kind in KINDS:
        write_project(kind, f"water_{kind}", tmp_path / kind)
    packages = [*examples.glob("own_*"), *(tmp_path / kind for kind in KINDS)]
    assert len(packages) > len(KINDS)

    assert list_diagnostics([*packages, examples], tmp_path / "settings.json") == []


def test_type_errors_are_found_by_line(tmp_path: Path) -> None:
    """Pyright finds a missing verb, a misspelt name and a value without a type, each in its line."""
    imports = "from anninh_core.app import opn_app\nfrom anninh_core.testing import memory_app"
    pages = tmp_path / "pages"
    pages.mkdir()
    write_programs("page.md", f"```python\n{imports}\n\nmemory_app().tips.fly()\n```\n", pages)

    errors = list_diagnostics([pages], tmp_path / "settings.json")

    assert 'page_md.py:2: reportAttributeAccessIssue: "opn_app" is unknown import symbol' in errors
    assert any(line.startswith("page_md.py:5: reportAttributeAccessIssue: Cannot access") for line in errors)
    assert any("reportUnknown" in line for line in errors)


@pytest.mark.parametrize("package", ["anninh_core", "anninh_zalo", "anninh_storage"])
def test_every_public_name_has_a_type(package: str) -> None:
    """Pyright's `--verifytypes` finds no public name with a type that is unknown, wholly or partly; inferred types
    count as known.
    """
    report = run_pyright("--verifytypes", package, "--ignoreexternal")["typeCompleteness"]

    assert Path(report["packageRootDirectory"]) == ROOT / "src" / package
    assert report["exportedSymbolCounts"]["withKnownType"] > 500
    assert report["exportedSymbolCounts"]["withUnknownType"] == 0
    assert report["otherSymbolCounts"]["withUnknownType"] == 0
