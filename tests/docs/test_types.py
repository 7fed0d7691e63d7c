"""Every Python block of the documentation passes a strict type checker."""

from pathlib import Path

import pytest
from tests.docs.programs import write_every_page, write_programs
from tests.support.type_check import check_types

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mypy")]


def checked(folder: Path) -> str:
    """Return mypy's output for the programs of a folder."""
    return check_types(sorted(folder.glob("*.py")), folder)


def test_examples_have_no_type_error(tmp_path: Path) -> None:
    """All pages' examples pass mypy in strict mode: names of the app, arguments, results and their own functions."""
    write_every_page(tmp_path)

    assert checked(tmp_path).startswith("Success"), checked(tmp_path)


def test_missing_attribute_is_found_by_line(tmp_path: Path) -> None:
    """An attribute that a messenger doesn't have is found in its line."""
    begun = "```python\nfrom anninh_core.testing import memory_app\n\napp = memory_app()\n```"
    page = f'{begun}\n\n```python\napp.internals.messengers["oa"].chat\n```\n'
    write_programs("page.md", page, tmp_path)
    assert 'page_md.py:8: error: "Messenger" has no attribute "chat"' in checked(tmp_path)
