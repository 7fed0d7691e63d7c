"""Pages of lists in which some records are hidden: filled up, so that nothing about them tells what is hidden."""

from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.query import encode_cursor, order_columns
from anninh_core.usecase.kinds import HasId, Kind, M
from anninh_core.vocabulary.district import District

MAX_EXAMINED = 10_000
"""Most records among which one page is looked for; then it ends, fewer than asked for."""

_LARGEST_PAGE = 500
M_co = TypeVar("M_co", bound=HasId, covariant=True)


class CutPage(Protocol[M_co]):
    """A page as the storage cuts it; `cursor` is "" on the last one."""

    @property
    def items(self) -> tuple[M_co, ...]:
        """What is on it."""
        ...

    @property
    def cursor(self) -> str:
        """Where the next one begins."""
        ...


class FindPage(Protocol[M_co]):
    """Finds what may hold hidden models."""

    def __call__(self, *, after: str, limit: int) -> CutPage[M_co]:
        """Return a page behind a cursor, of at most so many."""
        ...


def fill_page(
    kind: Kind[M], order: str, find: FindPage[M], is_visible: Callable[[M], bool], *, after: str, limit: int
) -> tuple[tuple[M, ...], str]:
    """Return up to `limit` visible models and a cursor, which is "" where no further one is visible.

    Args:
        kind: theirs.
        order: one of the kind's, in which `find` finds.
        find: returns what may hold hidden ones.
        is_visible: tells whether a model may be shown.
        after: the page before's cursor.
        limit: at most so many.

    Raises:
        BadInput: a limit below 1.
    """
    if limit < 1:
        raise BadInput(f"a page of {limit} records is no page; ask for 1 or more")
    shown: list[M] = []
    examined, size = 0, limit + 1
    while True:
        page = find(after=after, limit=size)
        for model in page.items:
            examined += 1
            if is_visible(model):
                if len(shown) == limit:
                    return tuple(shown), _cursor_behind(kind, order, shown[-1])
                shown.append(model)
        if not page.cursor or examined >= MAX_EXAMINED:
            return tuple(shown), page.cursor
        after, size = page.cursor, min(_LARGEST_PAGE, 2 * size)


def shares_units(district: District, indexed: Collection[str] | None, visible: Collection[str]) -> bool:
    """Tell whether what stands in clear under some units may belong to others than the visible ones."""
    return indexed is not None and any(not {*district.subtree(unit)} <= {*visible} for unit in indexed)


def _cursor_behind(kind: Kind[M], order: str, model: M) -> str:
    columns = kind.columns(model)
    values = [columns.get(name) for name, _ in order_columns(kind.spec, order)]
    return encode_cursor(order, values, model.id)
