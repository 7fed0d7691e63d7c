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
_BACK = "<"
"""Begins a cursor that leads back."""

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

    @property
    def previous(self) -> str:
        """Where the one before ends, "" on the first one."""
        ...


class FindPage(Protocol[M_co]):
    """Finds what may hold hidden models."""

    def __call__(self, *, after: str, limit: int) -> CutPage[M_co]:
        """Return a page behind a cursor, or before one that leads back, of at most so many."""
        ...


FilledPage = tuple[tuple[M, ...], str, str]
"""What is shown, the cursor of the next page, and that of the one before; "" where there is none."""


def fill_page(
    kind: Kind[M], order: str, find: FindPage[M], is_visible: Callable[[M], bool], *, after: str, limit: int
) -> FilledPage[M]:
    """Return up to `limit` visible models, and cursors, which are "" where no further one is visible.

    Args:
        order: one of the kind's, in which `find` finds.
        find: returns what may hold hidden ones.
        is_visible: tells whether a model may be shown.
        after: the page before's cursor, or the cursor that leads back from the page after.

    Raises:
        BadInput: a limit below 1.
    """
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    shown, rest = _take_visible(find, is_visible, after, limit)
    more = _cursor_behind(kind, order, shown[-1]) if shown and rest is None else rest or ""
    first = shown[0] if shown else None
    if not after.startswith(_BACK):
        return tuple(shown), more, f"{_BACK}{_cursor_behind(kind, order, first)}" if first and after else ""
    back = more if not more or more.startswith(_BACK) else f"{_BACK}{more}"
    return tuple(shown[::-1]), _cursor_behind(kind, order, first) if first else "", back


def _take_visible(
    find: FindPage[M], is_visible: Callable[[M], bool], after: str, limit: int
) -> tuple[list[M], str | None]:
    """Return visible models as they are read; and None where one more is visible, or else where to read on."""
    goes_back = after.startswith(_BACK)
    shown = list[M]()
    examined = 0
    size = limit + 1
    while True:
        page = find(after=after, limit=size)
        for model in reversed(page.items) if goes_back else page.items:
            examined += 1
            if is_visible(model):
                if len(shown) == limit:
                    return shown, None
                shown.append(model)
        after = page.previous if goes_back else page.cursor
        if not after or examined >= MAX_EXAMINED:
            return shown, after
        size = min(_LARGEST_PAGE, 2 * size)


def count_visible(find: FindPage[M], is_visible: Callable[[M], bool], most: int) -> int:
    """Count the visible models of a list, at most so many, among the first `MAX_EXAMINED`."""
    count = 0
    examined = 0
    after = ""
    while True:
        page = find(after=after, limit=_LARGEST_PAGE)
        count += sum(map(is_visible, page.items))
        examined += len(page.items)
        after = page.cursor
        if not after or count >= most or examined >= MAX_EXAMINED:
            return min(count, most)


def shares_units(district: District, indexed: Collection[str] | None, visible: Collection[str]) -> bool:
    """Tell whether what stands in clear under some units may belong to others than the visible ones."""
    return indexed is not None and any(not {*district.subtree(unit)} <= {*visible} for unit in indexed)


def _cursor_behind(kind: Kind[M], order: str, model: M) -> str:
    columns = kind.columns(model)
    values = [columns.get(name) for name, _ in order_columns(kind.spec, order)]
    return encode_cursor(order, values, model.id)
