"""Pages of lists with hidden records. Each page is filled up with visible ones, so that it reveals nothing about hidden
ones.
"""

from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.query import encode_cursor, order_columns
from anninh_core.usecase.kinds import HasId, Kind, M
from anninh_core.vocabulary.district import District

MAX_EXAMINED = 10_000
"""Maximum number of records that are examined for one page; a page may then end with fewer items than requested."""

_LARGEST_PAGE = 500
_BACK = "<"
"""Prefix of a backward cursor, which marks the end of a page."""

M_co = TypeVar("M_co", bound=HasId, covariant=True)


class CutPage(Protocol[M_co]):
    """A page of models as the storage returns it; `cursor` is "" on the last page."""

    @property
    def items(self) -> tuple[M_co, ...]:
        """The models on the page."""
        ...

    @property
    def cursor(self) -> str:
        """The cursor of the next page, "" on the last page."""
        ...

    @property
    def previous(self) -> str:
        """The cursor of the previous page, "" on the first page."""
        ...


class FindPage(Protocol[M_co]):
    """A function that finds a page of models, including hidden ones."""

    def __call__(self, *, after: str, limit: int) -> CutPage[M_co]:
        """Return a page of at most `limit` models after a cursor, or before a backward cursor."""
        ...


FilledPage = tuple[tuple[M, ...], str, str]
"""The visible items, the cursor of the next page and the cursor of the previous page; a cursor is "" if there is no
such page.
"""


def fill_page(
    kind: Kind[M], order: str, find: FindPage[M], is_visible: Callable[[M], bool], *, after: str, limit: int
) -> FilledPage[M]:
    """Return up to `limit` visible models, with the cursors of the next and the previous page; a cursor is "" if no
    visible model is there.

    Args:
        order: the order of `find`, one of the kind's.
        find: returns pages that may contain hidden models.
        is_visible: returns whether a model may be shown.
        after: cursor of the previous page, or a backward cursor.

    Raises:
        BadInput: a limit below 1.
    """
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    models, rest = _take_visible(find, is_visible, after, limit)
    more = _build_cursor_after(kind, order, models[-1]) if models and rest is None else rest or ""
    first = models[0] if models else None
    if not after.startswith(_BACK):
        return tuple(models), more, f"{_BACK}{_build_cursor_after(kind, order, first)}" if first and after else ""
    back = more if not more or more.startswith(_BACK) else f"{_BACK}{more}"
    return tuple(models[::-1]), _build_cursor_after(kind, order, first) if first else "", back


def _take_visible(
    find: FindPage[M], is_visible: Callable[[M], bool], after: str, limit: int
) -> tuple[list[M], str | None]:
    """Return up to `limit` visible models in reading order, and the cursor from which to continue; None if another
    visible model follows.
    """
    goes_back = after.startswith(_BACK)
    models = list[M]()
    examined = 0
    size = limit + 1
    while True:
        page = find(after=after, limit=size)
        for model in reversed(page.items) if goes_back else page.items:
            examined += 1
            if is_visible(model):
                if len(models) == limit:
                    return models, None
                models.append(model)
        after = page.previous if goes_back else page.cursor
        if not after or examined >= MAX_EXAMINED:
            return models, after
        size = min(_LARGEST_PAGE, 2 * size)


def count_visible(find: FindPage[M], is_visible: Callable[[M], bool], most: int) -> int:
    """Return the number of visible models in a list, at most `most`, among the first `MAX_EXAMINED` models."""
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


def has_hidden_units(district: District, indexed: Collection[str] | None, visible: Collection[str]) -> bool:
    """Return whether records indexed under some units may belong to units that aren't visible."""
    return indexed is not None and any(not {*district.subtree(unit)} <= {*visible} for unit in indexed)


def _build_cursor_after(kind: Kind[M], order: str, model: M) -> str:
    columns = kind.columns(model)
    values = [columns.get(name) for name, _ in order_columns(kind.spec, order)]
    return encode_cursor(order, values, model.id)
