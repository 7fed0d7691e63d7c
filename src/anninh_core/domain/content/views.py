"""Read-only views of items, publications and sources, without conversation ids and blob names."""

from datetime import date, datetime

from anninh_core.domain.content.values import (
    Approval,
    FindingAnswer,
    GateAnswer,
    GroupDelivery,
    ItemContent,
    ItemReturn,
    ItemState,
    ItemVersion,
    Urgency,
)
from anninh_core.usecase.views import EnclosureView, list_enclosures, make_view, view


@view
class ItemContentView:
    """The content that is written, approved and sent. Other fields are as in `ItemContent`.

    Attributes:
        hash: SHA-256 of all fields; an approval names it.
        is_correction: whether it corrects an item or a rumour.
    """

    title: str
    body: str
    category: str
    units: tuple[str, ...]
    group_kinds: tuple[str, ...]
    source_name: str
    source_url: str
    decision_number: str
    decision_date: date | None
    decision_issuer: str
    requester: str
    requester_check: str
    attachments: tuple[EnclosureView, ...]
    urgency: Urgency
    expires: date | None
    replaces: str
    rumour: str
    hash: str
    is_correction: bool


@view
class ItemVersionView:
    """A version of an item's content, with author and time."""

    by: str
    at: datetime
    content: ItemContentView


@view
class ReviewFindingView:
    """A check's finding with the reviewer's answer.

    Attributes:
        number: counted from 0; identifies the finding when it is answered.
        gate: the gate that it concerns.
        severity: `note` or `hold`.
        ran: False if the check failed; that holds the gate, too.
        answer: in words, "" before the answer.
        is_open: whether it blocks the approval.
        answered_by: id of the reviewer who answered it; "" before.
    """

    number: int
    gate: str
    text: str
    severity: str
    ran: bool
    check: str
    answer: str
    answered_by: str
    is_open: bool


@view
class EmergencyReviewView:
    """A second person's review of an item published in an emergency. Other fields are as in `EmergencyReview`.

    Attributes:
        by, at: reviewer and time; "" and None before the review.
    """

    due: datetime
    by: str
    at: datetime | None
    stands: bool | None
    note: str


@view
class GroupDeliveryView:
    """A delivery to a group, with its day in the district's time zone; see `content.ledger`."""

    group: str
    day: date


@view
class ItemWithdrawalView:
    """The withdrawal of an item, and the groups informed of it. Fields are as in `ItemWithdrawal`."""

    by: str
    at: datetime
    reason: str
    ended: bool
    sent: tuple[GroupDeliveryView, ...]


@view(listed=("id", "written_at", "state", "unit", "title"))
class ItemRow:
    """An item without its body. Other fields are as in `Item`.

    Attributes:
        replaces: id of the item that it corrects, "" for none.
        authors: ids of the officers who wrote a part of it; none of them may approve it.
        written_at: when its first version was written.
        review_due: deadline of the review by a second person, while it is outstanding; None otherwise.
        expires: the last day on which it is shown; None for no end.
        is_correction: whether it corrects an item or a rumour.
    """

    id: str
    version: int
    unit: str
    state: ItemState
    title: str
    category: str
    urgency: Urgency
    expires: date | None
    replaces: str
    superseded_by: str
    is_correction: bool
    authors: tuple[str, ...]
    written_at: datetime
    checked: bool
    published_day: date | None
    review_due: datetime | None


@view
class ItemView(ItemRow):
    """An item with its versions, answers and findings. Other fields are as in `Item`.

    Attributes:
        requester_checked_by, requester_checked_at: the officer who entered how the requester was checked, and when; ""
        and None without a check.
        gates, findings, approval: of the last version; an edit empties them.
        published_day: day of the first publication; None before.
        withdrawal: reason and time of the withdrawal; None while the item is valid.
        is_leak_answered: whether every finding of the leak check was answered before the approval.
        returns: rejections with reviewer, time and reason, oldest first; older rejections may only appear in
            `rejected_days`.
    """

    versions: tuple[ItemVersionView, ...]
    requester_checked_by: str
    requester_checked_at: datetime | None
    gates: tuple[GateAnswer, ...]
    findings: tuple[ReviewFindingView, ...]
    approval: Approval | None
    is_leak_answered: bool
    after_review: EmergencyReviewView | None
    rejected_days: tuple[date, ...]
    returns: tuple[ItemReturn, ...]
    sent: tuple[GroupDeliveryView, ...]
    withdrawal: ItemWithdrawalView | None


@view(listed=("id", "published_at", "category", "title"))
class PublicationView:
    """The public part of an item: what everybody in its groups can read. Fields are as in `Publication`."""

    id: str
    version: int
    unit: str
    title: str
    body: str
    category: str
    source_name: str
    source_url: str
    published_at: datetime
    attachments: tuple[EnclosureView, ...]
    decision: str
    corrects: str
    superseded_by: str
    shown: bool


@view(listed=("id", "name", "owner", "registered", "retired"))
class SourceView:
    """A site or page with official information. Fields are as in `OfficialSource`."""

    id: str
    version: int
    unit: str
    name: str
    owner: str
    registered: date
    retired: date | None


def make_version_view(version: ItemVersion) -> ItemVersionView:
    """Return the view of a version of an item's content."""
    return ItemVersionView(by=version.by, at=version.at, content=_make_content_view(version.piece))


def make_finding_view(number: int, remark: FindingAnswer) -> ReviewFindingView:
    """Return the view of a check's finding with the reviewer's answer."""
    finding = remark.finding
    return ReviewFindingView(
        number=number,
        gate=finding.gate,
        text=finding.text,
        severity=finding.severity,
        ran=finding.ran,
        check=finding.by,
        answer=remark.answer,
        answered_by=remark.by,
        is_open=remark.is_open,
    )


def make_delivery_views(sent: tuple[GroupDelivery, ...]) -> tuple[GroupDeliveryView, ...]:
    """Return the views of deliveries to groups."""
    return tuple(GroupDeliveryView(group=delivery.group, day=delivery.day) for delivery in sent)


def _make_content_view(piece: ItemContent) -> ItemContentView:
    return make_view(ItemContentView, piece, attachments=list_enclosures(piece.attachments))
