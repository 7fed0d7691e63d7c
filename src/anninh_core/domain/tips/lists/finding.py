"""Finding tips for a list: among the units that somebody may look at, never what excludes them."""

from collections.abc import Callable, Mapping
from functools import partial

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.lists.filters import TipFilter
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.read_session import Listing, ReadSession

_ALL = TipFilter()
FindListing = Callable[..., Listing[Tip]]
"""Takes `after` and `limit`, and returns that page."""


def find_visible_tips(
    session: ReadSession,
    unit: str,
    where: Mapping[str, Scalar | tuple[Scalar, ...]],
    only: TipFilter = _ALL,
    *,
    order: str = "newest",
    after: str = "",
    limit: int = 50,
) -> Listing[Tip]:
    """Return a page of tips on which the marked permission holds."""
    find, is_reached = look_among_visible(session, unit, where, order)
    if only.admits_all and is_reached is None:
        return find(after=after, limit=limit)

    def is_visible(tip: Tip) -> bool:
        admitted = only.admits(session.context.district, tip, session.at)
        return admitted and (is_reached is None or is_reached(tip))

    around = only.bound(find) if order == "newest" else find
    return session.filled(TIP, order, around, is_visible, after=after, limit=limit)


def look_among_visible(
    session: ReadSession, unit: str, where: Mapping[str, Scalar | tuple[Scalar, ...]], order: str
) -> tuple[FindListing, Callable[[Tip], bool] | None]:
    """Return what finds tips, and what tells of each whether the marked permission holds on it; None where it does.

    Records carry no unit below the counting level, so that areas are filtered after decryption.
    """
    reach = session.visible_units(unit)
    of_everywhere = "handler" in where
    units = None if of_everywhere else session.index_units(reach)
    find = partial(session.find, TIP, order, units=units, where=where, excluding={"excluded": session.marks})
    hides_some = reach is not None and (of_everywhere or session.hides_some(reach))
    if reach is None or not hides_some:
        return find, None
    return find, lambda tip: not reach.isdisjoint((tip.unit, tip.handling_unit))
