"""Functions that find tips for a list in the units that the actor may see, without tips from which the actor is
excluded.
"""

from collections.abc import Callable, Mapping
from functools import partial

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.lists.filters import TipFilter
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.read_session import Listing, ReadSession

_ALL = TipFilter()
FindListing = Callable[..., Listing[Tip]]
"""Type of a function that takes `after` and `limit`, and returns that page of tips."""


def find_visible_tips(
    session: ReadSession,
    unit: str,
    conditions: Mapping[str, Scalar | tuple[Scalar, ...]],
    tip_filter: TipFilter = _ALL,
    *,
    order: str = "newest",
    after: str = "",
    limit: int = 50,
) -> Listing[Tip]:
    """Return a page of tips on which the actor has the use case's permission."""
    find, is_permitted = make_visible_finder(session, unit, conditions, order)
    if tip_filter.admits_all and is_permitted is None:
        return find(after=after, limit=limit)

    def is_visible(tip: Tip) -> bool:
        admitted = tip_filter.admits(session.context.district, tip, session.at)
        return admitted and (is_permitted is None or is_permitted(tip))

    find_in_period = tip_filter.limit_find_to_days(find) if order == "newest" else find
    return session.build_visible_page(TIP, order, find_in_period, is_visible, after=after, limit=limit)


def make_visible_finder(
    session: ReadSession, unit: str, conditions: Mapping[str, Scalar | tuple[Scalar, ...]], order: str
) -> tuple[FindListing, Callable[[Tip], bool] | None]:
    """Return a function that finds tips, and a filter by permission for its results, or None if no filter is needed.

    The storage's index has no unit below the counting level, so areas are filtered after decryption.
    """
    visible_units = session.visible_units(unit)
    is_handler_list = "handler" in conditions
    units = None if is_handler_list else session.get_index_units(visible_units)
    find = partial(session.find, TIP, order, units=units, where=conditions, excluding={"excluded": session.marks})
    hides_some = visible_units is not None and (is_handler_list or session.may_hide_records(visible_units))
    if visible_units is None or not hides_some:
        return find, None
    return find, lambda tip: not visible_units.isdisjoint((tip.unit, tip.handling_unit))
