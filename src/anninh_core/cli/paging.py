"""Reading of all pages of a list, for commands that show the whole list."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from anninh_core.usecase.read_session import Listing

T = TypeVar("T")


def iter_pages(page_after: Callable[[str], Listing[T]]) -> Iterator[T]:
    """Yield the items of all pages, beginning with the page after the cursor ""."""
    after = ""
    while True:
        page = page_after(after)
        yield from page.items
        if not page.cursor:
            return
        after = page.cursor
