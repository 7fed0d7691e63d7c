"""Finding tips for a list: among the units that somebody may look at, never what excludes them."""

from collections.abc import Mapping
from functools import partial

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.lists.filters import TipFilter
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.read_session import Listing, ReadSession

_ALL = TipFilter()


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
    """Return a page of tips on which the marked permission holds.

    Records carry no unit below the counting level, so that areas are filtered after decryption.
    """
    reach = session.visible_units(unit)
    of_everywhere = "handler" in where
    find = partial(
        session.find,
        TIP,
        order,
        units=None if of_everywhere else session.index_units(reach),
        where=where,
        excluding={"excluded": session.marks},
    )
    hides_some = reach is not None and (of_everywhere or session.hides_some(reach))
    if only.admits_all and not hides_some:
        return find(after=after, limit=limit)

    def is_visible(tip: Tip) -> bool:
        is_reached = reach is None or not {tip.unit, tip.handling_unit}.isdisjoint(reach)
        return is_reached and only.admits(session.context.district, tip, session.at)

    around = only.bound(find) if order == "newest" else find
    return session.filled(TIP, order, around, is_visible, after=after, limit=limit)
