"""Docstrings, comments and locals lose the words of the former dialect, and gain none."""

from collections.abc import Mapping

import pytest
from tests.architecture.plain_words import count_all, count_file, find_risen, read, to_remove

pytestmark = pytest.mark.xdist_group("plain_words")


@pytest.fixture(scope="module")
def counted() -> Mapping[str, Mapping[str, int]]:
    return {package: to_remove(counts) for package, counts in count_all().items()}


def test_no_count_rises(counted: Mapping[str, Mapping[str, int]]) -> None:
    """A docstring, comment or local that a change adds is in plain words."""
    assert find_risen(read(), counted) == []


def test_the_stored_counts_fall_with_the_code(counted: Mapping[str, Mapping[str, int]]) -> None:
    """A change that removes such words stores lower counts: `python -m tests.architecture.plain_words --write`."""
    assert read() == counted


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('def f() -> None:\n    """Tell whether it lies there."""', "docstrings to reword"),
        ("x = 1  # whoever asks\n", "comments to reword"),
        ("# a first line,\n# which stands above a second\nx = 1\n", "comments to reword"),
        ("y = [one.id for one in tips]\n", "locals to rename"),
        ("def f(found: str) -> None: ...\n", "locals to rename"),
    ],
)
def test_each_kind_is_counted(code: str, name: str) -> None:
    """One such text or name counts once."""
    assert to_remove(count_file(code))[name] == 1


def test_plain_code_counts_nothing() -> None:
    """Directives of tools are no comments, attributes no locals."""
    code = 'def f(tip: Tip) -> str:\n    """Return the receipt."""\n    return tip.found  # noqa: told\n'
    assert not any(to_remove(count_file(code)).values())
