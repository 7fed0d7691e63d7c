"""Every Python block of the documentation is right to a strict type checker."""

from pathlib import Path

import pytest
from tests.docs.programs import write_every_page, write_programs
from tests.support.type_check import check_types

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mypy")]


def checked(folder: Path) -> str:
    """Return what mypy says about the programs of a folder."""
    return check_types(sorted(folder.glob("*.py")), folder)


def test_what_a_reader_copies_has_no_type_error(tmp_path: Path) -> None:
    """All pages in one run of mypy, strict: names of the app, arguments, answers and functions of the examples."""
    write_every_page(tmp_path)

    assert checked(tmp_path).startswith("Success"), checked(tmp_path)


def test_the_check_bites(tmp_path: Path) -> None:
    """A verb that isn't there, and an attribute that a messenger doesn't promise, are found in their lines."""
    begun = "```python\nfrom anninh_core.testing import memory_app\n\napp = memory_app()\n```"
    page = f'{begun}\n\n```python\napp.internals.messengers["oa"].chat\n```\n'
    write_programs("page.md", page, tmp_path)
    assert 'page_md.py:8: error: "Messenger" has no attribute "chat"' in checked(tmp_path)
