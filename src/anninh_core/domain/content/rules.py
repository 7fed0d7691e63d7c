"""Pure rules of content: what may be written, what may be submitted, how it reads, who still lacks it."""

from collections.abc import Iterable, Mapping, Sequence

from anninh_core.domain.content.values import GroupDelivery, ItemContent
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.vocabulary.district import District

_MAX_TITLE = 200
_MAX_BODY = 20_000
UNDELIVERED_STATES = frozenset({"failed", "cancelled"})
"""Ends of an outbox row after which the group surely has nothing. `unknown` is not one of them."""


def check_content(district: District, unit: str, piece: ItemContent) -> None:
    """Check what may stand in a draft; a draft may be incomplete but never wrong.

    Raises:
        BadInput: an unknown category, an audience outside the unit, an attachment that isn't in the blob store.
        TooLarge: a title over 200 or a body over 20,000 characters.
    """
    if len(piece.title) > _MAX_TITLE or len(piece.body) > _MAX_BODY:
        raise TooLarge(
            f"an item's title has at most {_MAX_TITLE} characters and its body {_MAX_BODY}, "
            f"not {len(piece.title)} and {len(piece.body)}; shorten it or link to the source",
            limit=_MAX_TITLE if len(piece.title) > _MAX_TITLE else _MAX_BODY,
        )
    if piece.category not in district.outgoing:
        raise BadInput(f"there is no outgoing category {piece.category!r}; there are {', '.join(district.outgoing)}")
    outside = [id for id in piece.units if not district.is_within(id, unit)]
    if outside or not piece.units:
        raise BadInput(f"an item of {unit!r} is for units within it, not for {', '.join(outside) or 'nobody'}")
    unstored = [attachment.name or attachment.url for attachment in piece.attachments if not attachment.blob]
    if unstored:
        raise BadInput(f"attachment {unstored[0]!r} is not in the blob store; store it and name its hash")


def check_complete(district: District, piece: ItemContent) -> None:
    """Check that an item is complete enough to be reviewed.

    Raises:
        BadInput: no title, nothing to say, no source; a notice that must cite its decision and doesn't.
    """
    if not piece.title.strip() or not (piece.body.strip() or piece.attachments):
        raise BadInput("an item needs a title, and a body or an attachment")
    if not piece.source_name.strip():
        raise BadInput(f"item {piece.title!r} names no source; every item says whose information it is")
    category = district.outgoing[piece.category]
    if category.needs_decision and not piece.decision_number.strip():
        raise BadInput(f"an item of category {piece.category!r} must cite the official decision by its number")


def render_item(district: District, piece: ItemContent, original: str) -> str:
    """Return the text that goes to the groups, in the profile's words.

    Args:
        original: title of the item that this one corrects, "" for none.
    """
    source = f"{piece.source_name}, {piece.source_url}" if piece.source_url else piece.source_name
    if piece.is_correction:
        corrected_claim = original or piece.rumour
        return district.say(
            "content.correction", title=piece.title, body=piece.body, source=source, original=corrected_claim
        )
    return district.say("content.post", title=piece.title, body=piece.body, source=source)


def deliveries_by_group(sent: Iterable[GroupDelivery], states: Mapping[str, str]) -> dict[str, GroupDelivery]:
    """Return what went, may have gone or will still go to a group, by group; rows that were given up are left out."""
    return {delivery.group: delivery for delivery in sent if states.get(delivery.outbox) not in UNDELIVERED_STATES}


def pending_targets(targets: Sequence[tuple[str, str]], has: Mapping[str, GroupDelivery]) -> dict[str, str]:
    """Return the groups (with conversation) that don't have it yet, each once, in the order given."""
    pending: dict[str, str] = {}
    for group, conversation in targets:
        if group not in has:
            pending.setdefault(group, conversation)
    return pending
