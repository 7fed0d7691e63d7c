"""What officers read of tips: one, a list, what is overdue, a search. Every look leaves its entry in the journal."""

from collections.abc import Iterator, Mapping

from anninh_core.ports.changes import Scalar
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.loading import get_permitted_tip
from anninh_core.rooms.tips.model import Tip
from anninh_core.rooms.tips.rules import duplicates_of, routed
from anninh_core.vocabulary.opinions import RoutingOpinion
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.look import Listing, Look
from anninh_core.work.marks import Room, query
from anninh_core.work.searching import Reach, search


class TipQueries(Room):
    """The reading side."""

    room = "tips"

    @query(Permission.TIP_READ, traced=True)
    def get(self, look: Look, tip_id: str) -> Tip:
        """Return a tip. The reporter is only an id in it."""
        return get_permitted_tip(look, tip_id)

    @query(Permission.TIP_READ, traced=True)
    def by_receipt(self, look: Look, receipt: str) -> Tip:
        """Return the tip of a receipt, however it is typed: with small letters or spaces around."""
        look.permitted_units()
        wanted = receipt.strip().upper()
        found = look.find(TIP, "newest", where={"receipt": wanted}, limit=1).items
        return get_permitted_tip(look, found[0].id if found else wanted)

    @query(Permission.TIP_READ, traced=True)
    def list(
        self,
        look: Look,
        *,
        unit: str = "",
        state: str = "",
        category: str = "",
        mine: bool = False,
        order: str = "newest",
        after: str = "",
        limit: int = 50,
    ) -> Listing[Tip]:
        """Return a page of tips, newest first or, of those still open, by what is due first (`order="due"`).

        A page may hold fewer than `limit` although a further one follows. With `mine`, those assigned to the actor,
        wherever they came from.
        """
        where: dict[str, Scalar | tuple[Scalar, ...]] = {
            name: value for name, value in (("state", state), ("category", category)) if value
        }
        if order == "due":
            where["type"] = ("open", "waiting")
        if mine:
            where["handler"] = look.actor.id
        return self._permitted(look, unit, where, order=order, after=after, limit=limit)

    @query(Permission.TIP_READ, traced=True)
    def overdue(self, look: Look, *, unit: str = "") -> tuple[Tip, ...]:
        """Return open tips with a legal clock that has run out."""
        running = self._scan(look, unit, {"type": ("open", "waiting")})
        return tuple(tip for tip in running if any(c.met_at is None and not c.kept(look.at) for c in tip.clocks))

    @query(Permission.TIP_READ, traced=True)
    def search(self, look: Look, text: str, *, unit: str = "", after: str = "", limit: int = 20) -> Listing[Tip]:
        """Return a page of the newest tips whose words are what `text` asks for, with or without diacritics.

        All words must occur; `"some words"` side by side, `OR` between two for either, `-word` for none of these. A
        page may hold fewer than `limit` although a further one follows.
        """
        units = look.reach(unit)
        reach: Reach[Tip] = Reach(
            units=look.shown_under(units),
            excluding={"excluded": look.actor.id},
            shown=lambda tip: units is None or tip.unit in units or tip.handling_unit in units,
        )
        return search(look, TIP, text, reach, after=after, limit=limit)

    @query(Permission.TIP_READ, traced=True)
    def suggest_handler(self, look: Look, tip_id: str) -> RoutingOpinion:
        """Return who should handle a tip by the profile's rules, and which rule says so."""
        return routed(self.context.district, get_permitted_tip(look, tip_id))

    @query(Permission.TIP_READ, traced=True)
    def suggest_duplicates(self, look: Look, tip_id: str) -> tuple[tuple[Tip, float], ...]:
        """Return tips that may tell of the same thing, most alike first. A person decides."""
        tip = get_permitted_tip(look, tip_id)
        same = self._permitted(look, "", {"category": tip.category}, limit=200)
        return duplicates_of(tip, same.items)

    def _permitted(
        self,
        look: Look,
        unit: str,
        where: Mapping[str, Scalar | tuple[Scalar, ...]],
        *,
        order: str = "newest",
        after: str = "",
        limit: int = 50,
    ) -> Listing[Tip]:
        """Find among the units the actor may read, never what excludes the actor.

        Records carry no unit below the counting level, so that areas are filtered after decryption.
        """
        reach = look.reach(unit)
        page = look.find(
            TIP,
            order,
            units=None if "handler" in where else look.shown_under(reach),
            where=where,
            excluding={"excluded": look.actor.id},
            after=after,
            limit=limit,
        )
        if reach is None:
            return page
        shown = tuple(tip for tip in page.items if tip.unit in reach or tip.handling_unit in reach)
        return Listing(shown, page.cursor)

    def _scan(self, look: Look, unit: str, where: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Iterator[Tip]:
        after = ""
        while True:
            page = self._permitted(look, unit, where, order="due", after=after, limit=500)
            yield from page.items
            after = page.cursor
            if not after:
                return
