"""Read-only use cases for items, the deliveries of an item, due reviews, and publications."""

from datetime import datetime

from anninh_core.domain.content.kind import ITEM, PUBLICATION, Publication
from anninh_core.domain.content.loading import load_item, require_complete
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import GroupDelivery, ItemState
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import Cursor, ItemId, Limit, OutgoingCategory, WithinUnit, Words
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission


@view(listed=("group", "state", "settled_at", "error", "proof"))
class LedgerLine:
    """Delivery of one message to one group.

    Attributes:
        purpose: the wording used: post, correction, withdrawal or cancel.
        state: state of the outbox row, `gone` once the row has been pruned.
        platform_id: the platform's id of the message.
        proof: evidence that it arrived.
        error: why it didn't arrive.
        outbox: id of the outbox row.
    """

    group: str
    outbox: str
    purpose: str
    state: str
    platform_id: str = ""
    proof: str = ""
    error: str = ""
    settled_at: datetime | None = None


class ContentQueries(Service):
    """Read-only use cases of content."""

    action_prefix = "content"

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def get(self, session: ReadSession, item_id: ItemId) -> Item:
        """Return an item with its versions, answers and findings."""
        return load_item(session, item_id)

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def missing(self, session: ReadSession, item_id: ItemId) -> tuple[str, ...]:
        """Return the missing conditions for an item's approval, one line each."""
        return load_item(session, item_id).missing(self.context.district.gates)

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def incomplete(self, session: ReadSession, item_id: ItemId) -> str:
        """Return what an unpublished item lacks before it can be reviewed or published, "" if it lacks nothing."""
        item = load_item(session, item_id)
        if item.published_day is not None:
            return ""
        try:
            require_complete(item, session)
        except BadInput as lack:
            return lack.sentence
        return ""

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def list(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: ItemState | str | None = None,
        category: OutgoingCategory = "",
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Item]:
        """Return a page of items, newest first.

        Args:
            state, category: only items with these.

        Raises:
            BadInput: the profile has no such category.
        """
        session.permitted_units()
        self.context.district.require_word("outgoing category", category, self.context.district.outgoing)
        conditions = {name: value for name, value in (("state", state), ("category", category)) if value}
        return session.list_permitted(ITEM, "newest", unit, where=conditions, after=after, limit=limit)

    @query(Permission.CONTENT_READ, traced=True, public=True)
    def search(
        self, session: ReadSession, text: Words, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 20
    ) -> Listing[Item]:
        """Return a page of the newest items whose title or body matches `text`. See `tips.search`."""
        scope = SearchScope.for_units(session, ITEM, unit)
        return search(session, ITEM, text, scope, after=after, limit=limit)

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def reviews_due(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Item]:
        """Return a page of items approved by one person and not yet reviewed by a second, by earliest deadline."""
        conditions = {"review_open": True}
        return session.list_permitted(ITEM, "review_due", unit, where=conditions, after=after, limit=limit)

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def corrections(self, session: ReadSession, item_id: ItemId) -> tuple[Item, ...]:
        """Return the corrections of an item, newest first."""
        original = load_item(session, item_id)
        return session.find(ITEM, "newest", where={"replaces": original.id}).items

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def ledger(self, session: ReadSession, item_id: ItemId) -> tuple[LedgerLine, ...]:
        """Return the delivery of an item to each group, then the delivery of its withdrawal, if any."""
        item = load_item(session, item_id)
        withdrawn = item.withdrawal.sent if item.withdrawal else ()
        return tuple(self._build_ledger_line(delivery) for delivery in (*item.sent, *withdrawn))

    @query(Permission.CONTENT_READ, public=True)
    def published(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Publication]:
        """Return a page of the valid publications, newest first."""
        return session.list_permitted(PUBLICATION, "newest", unit, where={"shown": True}, after=after, limit=limit)

    def _build_ledger_line(self, sent: GroupDelivery) -> LedgerLine:
        row = self.context.storage.queues.outbox_row(sent.outbox)
        if row is None:
            return LedgerLine(group=sent.group, outbox=sent.outbox, purpose="", state="gone")
        return LedgerLine(
            group=sent.group,
            outbox=row.id,
            purpose=row.purpose,
            state=row.state,
            platform_id=row.platform_id,
            proof=row.proof,
            error=row.error,
            settled_at=row.settled_at,
        )
