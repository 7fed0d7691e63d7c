"""Every Python block of the documentation passes a strict type checker."""

from pathlib import Path

import pytest
from tests.docs.programs import write_all_programs, write_programs
from tests.support.type_check import check_types

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mypy")]


def run_mypy(folder: Path) -> str:
    """Return mypy's output for the Python programs of a folder."""
    return check_types(sorted(folder.glob("*.py")), folder)


def test_examples_have_no_type_error(tmp_path: Path) -> None:
    """The examples of all pages pass mypy in strict mode, which checks the app's names, arguments and results, and the
    examples' own functions.
    """
    write_all_programs(tmp_path)

    assert run_mypy(tmp_path).startswith("Success"), run_mypy(tmp_path)


def test_missing_attribute_is_found_by_line(tmp_path: Path) -> None:
    """Mypy reports an attribute that a messenger doesn't have, in the line of the page."""
    begun = "```python\nfrom anninh_core.testing import memory_app\n\napp = memory_app()\n```"
    page = f'{begun}\n\n```python\napp.internals.messengers["oa"].chat\n```\n'
    write_programs("page.md", page, tmp_path)
    assert 'page_md.py:8: error: "Messenger" has no attribute "chat"' in run_mypy(tmp_path)
