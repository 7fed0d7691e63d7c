"""Pure rules of content: what may be written, what may be submitted, how it reads, who still lacks it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from anninh_core.domain.content.values import GroupDelivery, ItemContent
from anninh_core.kernel.dates import short_date
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.vocabulary.district import District

_MAX_TITLE = 200
_MAX_BODY = 20_000
_DECISION_NUMBER = re.compile(r"\d{1,6}(/\d{4})?/[^\W\d_][^\W_]+([-.][^\W_]+)*(\([^\W_]+\))?")
_DECISION_YEARS = 50
"""A wanted notice has no end of its own, so that old decisions are still cited; an older date is a slip of the pen."""
UNDELIVERED_STATES = frozenset({"failed", "cancelled"})
"""Ends of an outbox row after which the group surely has nothing. `unknown` is not one of them."""


def check_content(district: District, unit: str, piece: ItemContent, today: date) -> None:
    """Check what may stand in a draft; a draft may be incomplete but never wrong.

    Raises:
        BadInput: an unknown category, an audience outside the unit or one that names a unit together with what is
            below it, a decision's number or date that can't be one, an attachment that isn't in the blob store.
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
    check_audience(district, unit, piece)
    _check_decision_shape(piece, today)
    unstored = [attachment.name or attachment.url for attachment in piece.attachments if not attachment.blob]
    if unstored:
        raise BadInput(f"attachment {unstored[0]!r} is not in the blob store; store it and name its hash")


def check_audience(district: District, unit: str, piece: ItemContent) -> None:
    """Check that the units an item is for are within the unit that publishes it, and none within another one.

    Raises:
        BadInput: one is elsewhere, or named together with a unit that contains it.
    """
    outside = [id for id in piece.units if not district.is_within(id, unit)]
    if outside:
        names = ", ".join(district.unit(id).name for id in outside)
        raise BadInput(
            f"{district.unit(unit).name} can't publish for {names}: choose units within {district.unit(unit).name}, "
            "or have the item published by a unit above them."
        )
    for inner in piece.units:
        outer = next((id for id in piece.units if id != inner and district.is_within(inner, id)), None)
        if outer is not None:
            whole = district.unit(outer).name
            raise BadInput(
                f"The audience names {whole} and, within it, {district.unit(inner).name}: "
                f"choose {whole} for all its groups, or only parts of it."
            )


def check_complete(district: District, piece: ItemContent, today: date) -> None:
    """Check that an item is complete enough to be reviewed.

    Raises:
        BadInput: no title, nothing to say, no source, no audience; an official notice without its decision; a family's
            search whose requester nobody checked.
    """
    if not piece.title.strip() or not (piece.body.strip() or piece.attachments):
        raise BadInput("an item needs a title, and a body or an attachment")
    if not piece.source_name.strip():
        raise BadInput(f"item {piece.title!r} names no source; every item says whose information it is")
    if not piece.units and not piece.replaces:
        raise BadInput(f"Item {piece.title!r} is for nobody yet: edit it and choose the units whose groups it goes to.")
    check_grounds(district, piece, today)


def check_grounds(district: District, piece: ItemContent, today: date) -> None:
    """Check that an official notice cites its decision, and that the requester of a family's search was checked.

    Raises:
        BadInput: what is missing, or can't be right.
    """
    category = district.outgoing[piece.category]
    _check_decision_shape(piece, today)
    if category.needs_decision:
        _require_decision(category.name, piece)
    if category.needs_requester:
        _require_requester(category.name, piece)


def _require_decision(category: str, piece: ItemContent) -> None:
    if not piece.decision_number.strip():
        raise BadInput(f"«{category}» must cite the official decision: give its number.")
    if piece.decision_date is None:
        raise BadInput(f"«{category}» cites decision {piece.decision_number} without its date: give the date.")
    if not piece.decision_issuer.strip():
        raise BadInput(f"«{category}» cites decision {piece.decision_number} without its issuer: name who issued it.")


def _require_requester(category: str, piece: ItemContent) -> None:
    if not piece.requester.strip():
        raise BadInput(
            f"«{category}» needs a requester: write who asks for it, such as a relative's name and relation."
        )
    if not piece.requester_check.strip():
        raise BadInput(
            f"«{category}» needs a checked requester: write how you made sure of {piece.requester}, "
            "such as a call back or a confirmation by the commune."
        )
    if piece.decision_number or piece.decision_issuer or piece.decision_date:
        raise BadInput(
            f"«{category}» is a family's request and cites no decision: remove the decision, "
            "or choose the category of an official notice."
        )


def _check_decision_shape(piece: ItemContent, today: date) -> None:
    """Check that a decision's number and date can be ones, where they are given."""
    number = piece.decision_number.strip()
    if number and (not _DECISION_NUMBER.fullmatch(number) or number != number.upper()):
        raise BadInput(
            f"Decision number {number} can't be one: "
            "write number, slash and abbreviation in capitals, as the decision has them."
        )
    day = piece.decision_date
    if day is None:
        return
    if day > today:
        raise BadInput(f"Decision date {day} is in the future: write the day on which the decision was signed.")
    if day.year < today.year - _DECISION_YEARS:
        raise BadInput(
            f"Decision date {day} is more than {_DECISION_YEARS} years ago: "
            "write the day on which the decision was signed."
        )


def render_item(district: District, piece: ItemContent, original: str) -> str:
    """Return the text that goes to the groups, in the profile's words.

    Args:
        original: title of the item that this one corrects, "" for none.
    """
    source = f"{piece.source_name}, {piece.source_url}" if piece.source_url else piece.source_name
    body = "\n\n".join(filter(None, (piece.body, cite_decision(district, piece))))
    if piece.is_correction:
        corrected_claim = original or piece.rumour
        return district.say("content.correction", title=piece.title, body=body, source=source, original=corrected_claim)
    return district.say("content.post", title=piece.title, body=body, source=source)


def cite_decision(district: District, piece: ItemContent) -> str:
    """Return the sentence by which an item cites its decision, "" where it has none or only a part of it."""
    number = piece.decision_number.strip()
    issuer = piece.decision_issuer.strip()
    if not number or not issuer or piece.decision_date is None:
        return ""
    return district.say("content.decision", number=number, date=short_date(piece.decision_date), issuer=issuer)


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
