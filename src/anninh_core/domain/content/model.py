"""An item of content, which is drafted, reviewed at four gates, approved and published. Every transition is a pure
method.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile

from attrs import evolve, frozen

from anninh_core.domain.content.values import (
    Approval,
    EmergencyReview,
    FindingAnswer,
    GateAnswer,
    GroupDelivery,
    ItemContent,
    ItemReturn,
    ItemState,
    ItemVersion,
    ItemWithdrawal,
    Urgency,
)
from anninh_core.domain.content.views import (
    EmergencyReviewView,
    ItemRow,
    ItemView,
    ItemWithdrawalView,
    make_delivery_views,
    make_finding_view,
    make_version_view,
)
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.opinions import LEAK_CHECK, Finding
from anninh_core.vocabulary.rules import Gate

S = ItemState
_SHOWN_OF_PIECE = ("title", "category", "urgency", "expires", "replaces", "is_correction")
TRANSITIONS: dict[ItemState, frozenset[ItemState]] = {
    S.DRAFT: frozenset({S.DRAFT, S.SUBMITTED}),
    S.SUBMITTED: frozenset({S.DRAFT, S.APPROVED, S.REJECTED}),
    S.APPROVED: frozenset({S.DRAFT, S.REJECTED, S.PUBLISHED}),
    S.REJECTED: frozenset({S.DRAFT}),
    S.PUBLISHED: frozenset({S.PUBLISHED, S.WITHDRAWN, S.EXPIRED, S.CORRECTED}),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset({S.WITHDRAWN, S.CORRECTED}),
    S.CORRECTED: frozenset({S.WITHDRAWN}),
}
"""State machine of items. A published item is never edited: its correction is a separate item."""

_UNCHECKED = Sentence("this version hasn't been checked")


@frozen(kw_only=True)
class Item:
    """An item of content to be published in groups.

    Attributes:
        unit: unit that publishes it.
        versions: oldest first; the last is the current content.
        checked: whether the checks have run on the current version.
        gates, remarks, approval: of the current version; an edit empties them.
        after_review: review by a second person that an urgent approval requires.
        sent: at most one delivery per group.
        rejected_days: days on which a reviewer rejected it.
        published_day: day of the first publication; None before.
        withdrawal: reason and time of the withdrawal; None while the item is valid.
        returns: rejections with their reasons, oldest first; without those before this field existed.
        superseded_by: id of the published correction that replaced it, "" for none.
    """

    id: str
    unit: str
    versions: tuple[ItemVersion, ...]
    state: ItemState = ItemState.DRAFT
    checked: bool = False
    gates: tuple[GateAnswer, ...] = ()
    remarks: tuple[FindingAnswer, ...] = ()
    approval: Approval | None = None
    after_review: EmergencyReview | None = None
    rejected_days: tuple[date, ...] = ()
    returns: tuple[ItemReturn, ...] = ()
    published_day: date | None = None
    sent: tuple[GroupDelivery, ...] = ()
    withdrawal: ItemWithdrawal | None = None
    superseded_by: str = ""
    version: int = 0

    @property
    def piece(self) -> ItemContent:
        """The content of the current version."""
        return self.versions[-1].piece

    @property
    def is_urgent(self) -> bool:
        """Whether the item is immediate, so that it can't wait for a second person's review."""
        return self.piece.urgency is Urgency.IMMEDIATE

    @property
    def is_leak_answered(self) -> bool:
        """Whether every finding of the leak check was answered before the approval."""
        return self.approval is not None and not any(
            remark.is_open for remark in self.remarks if remark.finding.by == LEAK_CHECK
        )

    @property
    def authors(self) -> frozenset[str]:
        """Ids of all officers who wrote a version; none of them may approve it."""
        return frozenset(version.by for version in self.versions)

    @property
    def requester_check_version(self) -> ItemVersion | None:
        """The version in which the current requester and check were entered; None if one of them is missing."""
        requester = _get_requester(self.versions[-1])
        if not all(requester):
            return None
        matching_versions = takewhile(lambda version: _get_requester(version) == requester, reversed(self.versions))
        return [*matching_versions][-1]

    def require_possible(self, to: ItemState) -> None:
        """Check that the state machine allows the transition to the state `to`.

        Raises:
            WrongStep: the transition isn't allowed; the error names the possible states.
        """
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Item {item} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                item=self.id,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    def moved(self, to: ItemState) -> "Item":
        """Return the item in the state `to`; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to)

    def edited(self, version: ItemVersion) -> "Item":
        """Return the item as a draft with a new version, without answers and approval."""
        return evolve(
            self.moved(S.DRAFT),
            versions=(*self.versions, version),
            checked=False,
            gates=(),
            remarks=(),
            approval=None,
            after_review=None,
        )

    def noticed(self, findings: Sequence[Finding]) -> "Item":
        """Return the item with new findings of the checks; earlier findings stay, with their answers, until an edit.

        Raises:
            WrongStep: it is neither a draft nor submitted.
        """
        if self.state not in (S.DRAFT, S.SUBMITTED):
            raise WrongStep(
                "Item {item} is {state}: only drafts and submitted items are checked.", item=self.id, state=self.state
            )
        existing = {remark.finding for remark in self.remarks}
        new_findings = dict.fromkeys(finding for finding in findings if finding not in existing)
        return evolve(
            self, checked=True, remarks=(*self.remarks, *(FindingAnswer(finding=finding) for finding in new_findings))
        )

    def remark_answered(self, number: int, words: str, by: str) -> "Item":
        """Return the item with the answer to finding `number`, counted from 0."""
        self.require_reviewable(by)
        if not 0 <= number < len(self.remarks):
            raise BadInput(
                "Item {item} has no finding {number}: it has {count}, counted from 0.",
                item=self.id,
                count=len(self.remarks),
                number=number,
            )
        if not words.strip():
            raise BadInput(
                "The answer to finding {number} of item {item} is empty: write it in words.",
                number=number,
                item=self.id,
            )
        answered_remark = evolve(self.remarks[number], answer=words, by=by)
        return evolve(self, remarks=(*self.remarks[:number], answered_remark, *self.remarks[number + 1 :]))

    def gate_answered(self, answer: GateAnswer) -> "Item":
        """Return the item with an answer to a gate, which replaces an earlier answer to the same gate."""
        self.require_reviewable(answer.by)
        if not answer.note.strip():
            raise BadInput(
                "Gate {gate!r} of item {item} has no note: write what you checked, and where.",
                gate=answer.gate,
                item=self.id,
            )
        others = tuple(earlier for earlier in self.gates if earlier.gate != answer.gate)
        return evolve(self, gates=(*others, answer))

    def missing(self, gates: Sequence[Gate]) -> tuple[str, ...]:
        """Return the missing conditions for the approval of this version, one line each."""
        answers = {answer.gate: answer for answer in self.gates}
        lines = [] if self.checked else [_UNCHECKED]
        for gate in gates:
            answer = answers.get(gate.id)
            if answer is None:
                lines.append(Sentence("gate {gate!r} isn't answered", gate=gate.id))
            elif not answer.passed:
                lines.append(Sentence("gate {gate!r} was answered with no", gate=gate.id))
        lines += [
            Sentence("finding {number} isn't answered", number=number)
            for number, remark in enumerate(self.remarks)
            if remark.is_open
        ]
        return tuple(lines)

    def require_complete_review(self, gates: Sequence[Gate]) -> None:
        """Raise `WrongStep` if something is missing for the approval of this version."""
        if lines := self.missing(gates):
            raise WrongStep("Item {item} can't be approved yet: {reasons}.", item=self.id, reasons=lines)

    def approved(self, by: str, at: datetime, gates: Sequence[Gate]) -> "Item":
        """Return the item approved by a second person; the approval is bound to the hash of the content.

        Raises:
            Refused: the approver wrote part of it.
            WrongStep: something is missing; the message lists it.
        """
        self.require_reviewable(by)
        self.require_complete_review(gates)
        approval = Approval(by=by, at=at, content_hash=self.piece.hash)
        return evolve(self.moved(S.APPROVED), approval=approval)

    def require_urgent(self) -> None:
        """Check that an item is immediate, so that one person may approve it, and that the checks have run on it."""
        if self.piece.urgency is not Urgency.IMMEDIATE:
            raise WrongStep(
                "Item {item} is {urgency}: only an immediate item is approved by one person. Ask a second "
                "person to review it.",
                item=self.id,
                urgency=self.piece.urgency,
            )
        if not self.checked:
            raise WrongStep(
                "Item {item} can't be approved yet: its latest version hasn't been checked. Submit it first.",
                item=self.id,
            )

    def approved_urgently(
        self, answers: Sequence[GateAnswer], reason: str, due: datetime, about_people: str = ""
    ) -> "Item":
        """Return an immediate item approved by one person, who answers every gate; a second one reviews it afterwards.

        Findings of the leak check aren't answered by `reason`, but only by `about_people`. Without `about_people` the
        item is held at publication, and an officer on duty decides at once.
        """
        self.require_urgent()
        if not reason.strip() or not all(answer.note.strip() for answer in answers):
            raise BadInput(
                "Item {item} can't be approved urgently yet: write why it can't wait, and a note at every gate.",
                item=self.id,
            )
        by = answers[0].by
        at = answers[0].at
        answered_remarks = tuple(
            evolve(remark, answer=words, by=by) if remark.is_open and words.strip() else remark
            for remark in self.remarks
            for words in (about_people if remark.finding.by == LEAK_CHECK else reason,)
        )
        return evolve(
            self.moved(S.APPROVED),
            gates=tuple(answers),
            remarks=answered_remarks,
            approval=Approval(by=by, at=at, content_hash=self.piece.hash, urgent=True),
            after_review=EmergencyReview(due=due),
        )

    def require_review_outstanding(self, by: str) -> EmergencyReview:
        """Return the outstanding review of an item's urgent approval if the officer `by` may do it.

        Raises:
            WrongStep: no review is due, or it was done before.
            Refused: `by` wrote or approved the item.
        """
        review = self.after_review
        approval = self.approval
        if review is not None and review.at is not None:
            day = local_date(review.at)
            if review.stands:
                raise WrongStep(
                    "Item {item} was reviewed afterwards on {day}, and the review confirmed it.", item=self.id, day=day
                )
            raise WrongStep(
                "Item {item} was reviewed afterwards on {day}, and the review rejected it.", item=self.id, day=day
            )
        if review is None or approval is None:
            raise WrongStep(
                "Item {item} isn't due for a review: {act:content.reviews_due} lists the items that are.", item=self.id
            )
        if by == approval.by or by in self.authors:
            raise Refused(
                "Officer {officer} wrote or approved item {item}: ask a second person to review it afterwards.",
                officer=by,
                item=self.id,
            )
        return review

    def reviewed_afterwards(self, by: str, at: datetime, note: str, *, stands: bool) -> "Item":
        """Return the item with the second person's review of its urgent approval."""
        review = self.require_review_outstanding(by)
        if not note.strip():
            raise BadInput("The review of item {item} has no comment: write what you found.", item=self.id)
        return evolve(self, after_review=evolve(review, by=by, at=at, note=note, stands=stands))

    def rejected(self, item_return: ItemReturn, day: date) -> "Item":
        """Return the rejected item with the reason, which an edit keeps while it makes the item a draft again."""
        self.require_not_author(item_return.by)
        return evolve(
            self.moved(S.REJECTED),
            approval=None,
            after_review=None,
            rejected_days=(*self.rejected_days, day),
            returns=(*self.returns, item_return),
        )

    def require_publishable(self, day: date) -> None:
        """Check that the current version is approved, wasn't rejected by the later review, and is valid on `day`."""
        if self.approval is None or self.approval.content_hash != self.piece.hash:
            raise WrongStep("Item {item} isn't approved in its present version: have it reviewed again.", item=self.id)
        if self.after_review is not None and self.after_review.stands is False:
            raise WrongStep(
                "The review rejected item {item} after its approval: withdraw it, or edit it.", item=self.id
            )
        if self.piece.expires is not None and self.piece.expires < day:
            raise WrongStep(
                "Item {item} was valid until {day}: set a later day and have it reviewed again.",
                item=self.id,
                day=self.piece.expires,
            )

    def published(self, sent: Sequence[GroupDelivery], day: date) -> "Item":
        """Return the item with new deliveries, which replace earlier ones to the same groups."""
        self.require_publishable(day)
        resent = {delivery.group for delivery in sent}
        unchanged = tuple(delivery for delivery in self.sent if delivery.group not in resent)
        return evolve(self.moved(S.PUBLISHED), sent=(*unchanged, *sent), published_day=self.published_day or day)

    def withdrawn(self, withdrawal: ItemWithdrawal) -> "Item":
        """Return the item withdrawn: its content is no longer valid."""
        if not withdrawal.reason.strip():
            raise BadInput("The withdrawal of item {item} has no reason: write why it is withdrawn.", item=self.id)
        return evolve(self.moved(S.WITHDRAWN), withdrawal=withdrawal)

    def corrected(self, by: str) -> "Item":
        """Return the item replaced by a published correction.

        Args:
            by: the correction's id.
        """
        return evolve(self.moved(S.CORRECTED), superseded_by=by)

    def require_not_author(self, by: str) -> None:
        """Raise `Refused` if `by` wrote part of the item (four-eyes rule)."""
        if by in self.authors:
            raise Refused(
                "Officer {officer} wrote part of item {item}: ask a second person to review it.",
                officer=by,
                item=self.id,
            )

    def require_reviewable(self, by: str) -> None:
        """Check that the item is submitted, and that `by` wrote no part of it."""
        self.require_not_author(by)
        if self.state is not S.SUBMITTED:
            raise WrongStep(
                "Item {item} is {state}: only submitted items are reviewed.", item=self.id, state=self.state
            )

    def to_row(self) -> ItemRow:
        """Return the item as a row of a list, without its body and review."""
        return make_view(ItemRow, self, **self._shared_fields())

    def to_view(self) -> ItemView:
        """Return the full view of the item."""
        review = self.after_review
        withdrawal = self.withdrawal
        checked_version = self.requester_check_version
        return make_view(
            ItemView,
            self,
            **self._shared_fields(),
            versions=tuple(map(make_version_view, self.versions)),
            requester_checked_by="" if checked_version is None else checked_version.by,
            requester_checked_at=None if checked_version is None else checked_version.at,
            findings=tuple(make_finding_view(number, remark) for number, remark in enumerate(self.remarks)),
            after_review=None if review is None else make_view(EmergencyReviewView, review),
            sent=make_delivery_views(self.sent),
            withdrawal=None
            if withdrawal is None
            else make_view(ItemWithdrawalView, withdrawal, sent=make_delivery_views(withdrawal.sent)),
        )

    def _shared_fields(self) -> dict[str, object]:
        """Return the computed fields that the row and the view of an item share."""
        review = self.after_review
        return {
            **{name: getattr(self.piece, name) for name in _SHOWN_OF_PIECE},
            "authors": tuple(sorted(self.authors)),
            "written_at": self.versions[0].at,
            "review_due": review.due if review is not None and review.at is None else None,
        }


def _get_requester(version: ItemVersion) -> tuple[str, str]:
    return version.piece.requester.strip(), version.piece.requester_check.strip()
