"""Pure rules for the validity and completeness of items, for their text in groups, and for the groups that don't have
them yet.
"""

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
"""Maximum age of an official decision in years: wanted notices have no end date, but an older date is a typing
error.
"""
UNDELIVERED_STATES = frozenset({"failed", "cancelled"})
"""Final states of an outbox row after which the group certainly didn't get the message; `unknown` isn't among them."""


def check_content(district: District, unit: str, piece: ItemContent, today: date) -> None:
    """Check a draft's content: it may be incomplete, but not invalid.

    Raises:
        BadInput: an unknown category, an audience outside the unit or with a unit and another unit below it, an
            impossible decision number or date, or an attachment that isn't in the blob store.
        TooLarge: a title over 200 or a body over 20,000 characters.
    """
    if len(piece.title) > _MAX_TITLE or len(piece.body) > _MAX_BODY:
        raise TooLarge(
            "The title has {title_count:,} characters (at most {title_most:,}) and the body {body_count:,} "
            "(at most {body_most:,}): shorten the text, or link to the source.",
            limit=_MAX_TITLE if len(piece.title) > _MAX_TITLE else _MAX_BODY,
            title_most=_MAX_TITLE,
            body_most=_MAX_BODY,
            title_count=len(piece.title),
            body_count=len(piece.body),
        )
    if piece.category not in district.outgoing:
        raise BadInput(
            "Items can't have the category {category!r}: choose one of {categories}.",
            category=piece.category,
            categories=tuple(district.outgoing),
        )
    check_audience(district, unit, piece)
    _check_decision_shape(piece, today)
    unstored = [attachment.name or attachment.url for attachment in piece.attachments if not attachment.blob]
    if unstored:
        raise BadInput(
            "Attachment {file!r} isn't in the blob store: store it with {act:content.attach}, and give its hash.",
            file=unstored[0],
        )


def check_audience(district: District, unit: str, piece: ItemContent) -> None:
    """Check that all units of an item's audience are within its own unit, and none within another one.

    Raises:
        BadInput: a unit is outside, or named together with a unit that contains it.
    """
    outside = [id for id in piece.units if not district.is_within(id, unit)]
    if outside:
        names = ", ".join(district.unit(id).name for id in outside)
        raise BadInput(
            "{unit_name} can't publish for {unit_names}: choose units within {unit_name}, or ask a unit "
            "above them to publish the item.",
            unit_name=district.unit(unit).name,
            unit_names=names,
        )
    for inner in piece.units:
        outer = next((id for id in piece.units if id != inner and district.is_within(inner, id)), None)
        if outer is not None:
            outer_name = district.unit(outer).name
            raise BadInput(
                "The audience has {superior_name} and, within it, {unit_name}: choose {superior_name} for "
                "all its groups, or only units within it.",
                superior_name=outer_name,
                unit_name=district.unit(inner).name,
            )


def check_complete(district: District, piece: ItemContent, today: date) -> None:
    """Check that an item is complete enough to be reviewed.

    Raises:
        BadInput: no title, neither a body nor an attachment, no source, no audience; an official notice without its
            decision; a family's search without a check of its requester.
    """
    if not piece.title.strip() or not (piece.body.strip() or piece.attachments):
        raise BadInput("The item is incomplete: give it a title, and a body or an attachment.")
    if not piece.source_name.strip():
        raise BadInput("Item {title!r} has no source: write whose information it is.", title=piece.title)
    if not piece.units and not piece.replaces:
        raise BadInput(
            "Item {title!r} has no audience yet: edit it and choose the units whose groups it goes to.",
            title=piece.title,
        )
    check_grounds(district, piece, today)


def check_grounds(district: District, piece: ItemContent, today: date) -> None:
    """Check that an official notice cites its decision, and that the requester of a family's search was checked.

    Raises:
        BadInput: one of them is missing or invalid.
    """
    category = district.outgoing[piece.category]
    _check_decision_shape(piece, today)
    if category.needs_decision:
        _require_decision(category.name, piece)
    if category.needs_requester:
        _require_requester(category.name, piece)


def _require_decision(category: str, piece: ItemContent) -> None:
    if not piece.decision_number.strip():
        raise BadInput(
            "Category {category!r} requires an official decision: give its number.",
            category=category,
            argument="decision_number",
        )
    if piece.decision_date is None:
        raise BadInput(
            "Decision {number!r} has no date, which category {category!r} requires: give the day on which it "
            "was signed.",
            category=category,
            number=piece.decision_number,
        )
    if not piece.decision_issuer.strip():
        raise BadInput(
            "Decision {number!r} has no issuer, which category {category!r} requires: write which authority issued it.",
            category=category,
            number=piece.decision_number,
        )


def _require_requester(category: str, piece: ItemContent) -> None:
    if not piece.requester.strip():
        raise BadInput(
            "Category {category!r} requires a requester: write who asks for it, such as a relative's name "
            "and relation.",
            category=category,
            argument="requester",
        )
    if not piece.requester_check.strip():
        raise BadInput(
            "Category {category!r} requires a verified requester: write how you verified that person, such "
            "as by a call back or a confirmation from the commune.",
            category=category,
            argument="requester_check",
        )
    if piece.decision_number or piece.decision_issuer or piece.decision_date:
        raise BadInput(
            "Category {category!r} is for a family's request, which has no decision: remove the decision, or "
            "choose the category of an official notice.",
            category=category,
            argument="decision_number",
        )


def _check_decision_shape(piece: ItemContent, today: date) -> None:
    """Check the format of a decision's number and the plausibility of its date, if given."""
    number = piece.decision_number.strip()
    if number and (not _DECISION_NUMBER.fullmatch(number) or number != number.upper()):
        raise BadInput(
            "{number!r} isn't a valid decision number: write the number, a slash and the abbreviation in "
            "capitals, as in the decision.",
            number=number,
        )
    day = piece.decision_date
    if day is None:
        return
    if day > today:
        raise BadInput("Decision date {day} is in the future: write the day on which the decision was signed.", day=day)
    if day.year < today.year - _DECISION_YEARS:
        raise BadInput(
            "Decision date {day} is more than {years} years ago: write the day on which the decision was signed.",
            day=day,
            years=_DECISION_YEARS,
        )


def render_item(district: District, piece: ItemContent, original: str) -> str:
    """Return an item's text for the groups, in the profile's wording.

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
    """Return the sentence that cites an item's decision, "" if the decision is missing or incomplete."""
    number = piece.decision_number.strip()
    issuer = piece.decision_issuer.strip()
    if not number or not issuer or piece.decision_date is None:
        return ""
    return district.say("content.decision", number=number, date=short_date(piece.decision_date), issuer=issuer)


def deliveries_by_group(sent: Iterable[GroupDelivery], states: Mapping[str, str]) -> dict[str, GroupDelivery]:
    """Return the deliveries of an item by group, without those that have a failed or cancelled outbox row."""
    return {delivery.group: delivery for delivery in sent if states.get(delivery.outbox) not in UNDELIVERED_STATES}


def pending_targets(targets: Sequence[tuple[str, str]], deliveries: Mapping[str, GroupDelivery]) -> dict[str, str]:
    """Return the conversation of each target group that has no delivery yet, by group, in the given order."""
    pending: dict[str, str] = {}
    for group, conversation in targets:
        if group not in deliveries:
            pending.setdefault(group, conversation)
    return pending
