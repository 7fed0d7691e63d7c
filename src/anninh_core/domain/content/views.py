"""What of items, publications and sources may leave: no chat of a group, no name of a blob."""

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
    """What is written, approved and sent. Other fields are as in `ItemContent`.

    Attributes:
        hash: SHA-256 of everything in it: an approval names it.
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
    """A version of a piece, as its author left it."""

    by: str
    at: datetime
    content: ItemContentView


@view
class ReviewFindingView:
    """A check's finding, and what the reviewer says to it.

    Attributes:
        number: from 0; by it the finding is answered.
        gate: the gate it stands beside.
        severity: `note` or `hold`.
        ran: False when the check failed: that holds the gate too.
        answer: in words, "" while it isn't answered; `answered_by` is the officer.
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
    """The second person's look at something published in an emergency. Other fields are as in `EmergencyReview`.

    Attributes:
        by, at: who looked, and when; "" and None while nobody did.
    """

    due: datetime
    by: str
    at: datetime | None
    stands: bool | None
    note: str


@view
class GroupDeliveryView:
    """A group to which something was handed over, and the day in the district's time zone; see `content.ledger`."""

    group: str
    day: date


@view
class ItemWithdrawalView:
    """Why an item no longer holds, and who was informed. Fields are as in `ItemWithdrawal`."""

    by: str
    at: datetime
    reason: str
    ended: bool
    sent: tuple[GroupDeliveryView, ...]


@view(listed=("id", "written_at", "state", "unit", "title"))
class ItemRow:
    """An item without its body. Other fields are as in `Item`.

    Attributes:
        replaces: the item that it corrects, "" for none.
        authors: ids of the officers who wrote a part of it; none of them may approve it.
        written_at: when it was begun.
        review_due: until when a second person has to look at it, where one alone approved it; None otherwise.
        expires: the last day on which it is shown; None for no end.
        is_correction: whether it corrects what was published before.
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
    """An item with its words, answers and findings. Other fields are as in `Item`.

    Attributes:
        requester_checked_by, requester_checked_at: the officer who entered how the requester was checked, and when;
            "" and None where nobody did.
        gates, findings, approval: for the last version; an edit empties them.
        published_day: the day on which it first went out; None before.
        withdrawal: why and when it was withdrawn; None while it holds.
        is_leak_answered: whether a person answered, before the approval, whatever in it leads to somebody.
        returns: by whom, when and why, the last one last; earlier ones may be known by their days alone.
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
    """The public face of an item: what everybody in its groups can read. Fields are as in `Publication`."""

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
    """A site or page whose information is official. Fields are as in `OfficialSource`."""

    id: str
    version: int
    unit: str
    name: str
    owner: str
    registered: date
    retired: date | None


def show_version(version: ItemVersion) -> ItemVersionView:
    """Return a version of the words."""
    return ItemVersionView(by=version.by, at=version.at, content=_show_content(version.piece))


def show_finding(number: int, remark: FindingAnswer) -> ReviewFindingView:
    """Return a finding with its answer."""
    found = remark.finding
    return ReviewFindingView(
        number=number,
        gate=found.gate,
        text=found.text,
        severity=found.severity,
        ran=found.ran,
        check=found.by,
        answer=remark.answer,
        answered_by=remark.by,
        is_open=remark.is_open,
    )


def show_deliveries(sent: tuple[GroupDelivery, ...]) -> tuple[GroupDeliveryView, ...]:
    """Return to which groups something went."""
    return tuple(GroupDeliveryView(group=delivery.group, day=delivery.day) for delivery in sent)


def _show_content(piece: ItemContent) -> ItemContentView:
    return make_view(ItemContentView, piece, attachments=list_enclosures(piece.attachments))
