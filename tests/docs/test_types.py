"""Every Python block of the documentation is right to a strict type checker."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import ROOT
from tests.docs.programs import write_every_page, write_programs

pytestmark = pytest.mark.slow  # with an empty cache mypy reads the whole library first
SETTINGS = """
[mypy]
strict = true
python_version = 3.11
mypy_path = {source}:{folder}
explicit_package_bases = true
scripts_are_modules = true
enable_error_code = ignore-without-code, truthy-bool, redundant-expr, possibly-undefined
"""
"""As in `pyproject.toml`."""


def checked(folder: Path) -> str:
    """Return what mypy says about the programs of a folder."""
    settings = folder / "mypy.ini"
    settings.write_text(SETTINGS.format(source=ROOT / "src", folder=folder), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        str(settings),
        "--cache-dir",
        str(ROOT / ".mypy_cache/docs"),
    ]
    programs = [str(path) for path in sorted(folder.glob("*.py"))]
    return subprocess.run([*command, *programs], cwd=folder, capture_output=True, text=True, check=False).stdout


def test_what_a_reader_copies_has_no_type_error(tmp_path: Path) -> None:
    """All pages in one run of mypy, strict: names of the app, arguments, answers and functions of the examples."""
    write_every_page(tmp_path)

    assert checked(tmp_path).startswith("Success"), checked(tmp_path)


def test_the_check_bites(tmp_path: Path) -> None:
    """A verb that isn't there, and an attribute that a messenger doesn't promise, are found in their lines."""
    begun = "```python\nfrom anninh_core.testing import memory_app\n\napp = memory_app()\n```"
    page = f'{begun}\n\n```python\napp.messengers["oa"].chat\n```\n'
    write_programs("page.md", page, tmp_path)
    assert 'page_md.py:8: error: "Messenger" has no attribute "chat"' in checked(tmp_path)
