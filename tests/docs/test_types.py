"""Every Python block of the documentation is right to a strict type checker."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, Block, blocks, every_page, name_of

pytestmark = pytest.mark.slow  # with an empty cache mypy reads the whole library first
EXAMPLES = "file"  # those are checked where they lie
MODULES = ("save", "pytest")
SETTINGS = """
[mypy]
strict = true
python_version = 3.11
mypy_path = {source}:{folder}
explicit_package_bases = true
scripts_are_modules = true
enable_error_code = ignore-without-code, truthy-bool, redundant-expr, possibly-undefined

[mypy-django.*]
ignore_missing_imports = true
"""
"""As in `pyproject.toml`; Django has no types of its own."""


def write_page(found: list[Block]) -> str:
    """Return the blocks of a page as one program; each line stands where the page has it."""
    lines: list[str] = []
    for block in found:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.text.splitlines()
    return "\n".join(lines) + "\n"


def write_programs(page: str, text: str, folder: Path) -> None:
    """Write what of a page is Python: the blocks that run together, and each that is a file of its own."""
    found = [block for block in blocks(text) if block.language == "python" and block.directive != EXAMPLES]
    name = re.sub(r"\W", "_", page)
    if together := [block for block in found if block.directive not in MODULES]:
        (folder / f"{name}.py").write_text(write_page(together), encoding="utf-8")
    for block in found:
        if block.directive in MODULES:
            module = block.argument or f"{name}_{block.line}.py"
            (folder / module).write_text(write_page([block]), encoding="utf-8")


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
    for page in every_page():
        write_programs(name_of(page), page.read_text(encoding="utf-8"), tmp_path)
    assert len([*tmp_path.glob("*.py")]) > 20

    assert checked(tmp_path).startswith("Success"), checked(tmp_path)


def test_the_check_bites(tmp_path: Path) -> None:
    """A verb that isn't there, and an attribute that a messenger doesn't promise, are found in their lines."""
    begun = "```python\nfrom anninh_core.testing import memory_app\n\napp = memory_app()\n```"
    page = f'{begun}\n\n```python\napp.messengers["oa"].chat\n```\n'
    write_programs("page.md", page, tmp_path)
    assert 'page_md.py:8: error: "Messenger" has no attribute "chat"' in checked(tmp_path)
