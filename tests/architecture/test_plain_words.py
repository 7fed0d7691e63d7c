"""Docstrings, comments and locals lose the words of the former dialect, and gain none."""

from collections.abc import Mapping

import pytest
from tests.architecture.plain_words import count_all, count_file, find_risen, read_counts, select_avoidable

pytestmark = pytest.mark.xdist_group("plain_words")


@pytest.fixture(scope="module")
def current_counts() -> Mapping[str, Mapping[str, int]]:
    return {package: select_avoidable(counts) for package, counts in count_all().items()}


def test_no_count_rises(current_counts: Mapping[str, Mapping[str, int]]) -> None:
    """Added docstrings, comments and locals are in plain words."""
    assert find_risen(read_counts(), current_counts) == []


def test_stored_counts_match_the_code(current_counts: Mapping[str, Mapping[str, int]]) -> None:
    """The stored counts equal the code's; after removing words of the dialect, run `python -m
    tests.architecture.plain_words --write`.
    """
    assert read_counts() == current_counts


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
def test_avoidable_words_are_counted(code: str, name: str) -> None:
    """Each avoidable text or name counts once."""
    assert select_avoidable(count_file(code))[name] == 1


def test_plain_code_counts_nothing() -> None:
    """Directives for tools and attributes aren't counted."""
    code = 'def f(tip: Tip) -> str:\n    """Return the receipt."""\n    return tip.found  # noqa: told\n'
    assert not any(select_avoidable(count_file(code)).values())
