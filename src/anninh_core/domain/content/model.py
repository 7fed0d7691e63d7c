"""An item: drafted, reviewed at four gates, approved, published. Every transition is a pure method."""

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
    show_deliveries,
    show_finding,
    show_version,
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
"""The whole state machine. What was published is never edited: a correction is an item of its own."""

_UNCHECKED = Sentence("this version hasn't been checked")


@frozen(kw_only=True)
class Item:
    """Something to be published in groups.

    Attributes:
        unit: who publishes it.
        versions: oldest first; the last one is the piece.
        checked: whether the checks have looked at this version.
        gates, remarks, approval: for this version; an edit empties them.
        after_review: what an approval by one person alone leaves to be done.
        sent: one entry a group; never two.
        rejected_days: days on which a reviewer said no.
        published_day: the day on which it first went out; None before.
        withdrawal: why and when it was withdrawn; None while it holds.
        returns: why, the last one last; not of those before this was kept.
        superseded_by: the published correction that has taken its place, "" for none.
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
        """What it says now."""
        return self.versions[-1].piece

    @property
    def is_urgent(self) -> bool:
        """Whether it can't wait for the morning."""
        return self.piece.urgency is Urgency.IMMEDIATE

    @property
    def is_leak_answered(self) -> bool:
        """Whether a person answered, before the approval, whatever in it leads to somebody."""
        return self.approval is not None and not any(
            remark.is_open for remark in self.remarks if remark.finding.by == LEAK_CHECK
        )

    @property
    def authors(self) -> frozenset[str]:
        """Everybody who wrote a part of it; none of them may approve it."""
        return frozenset(version.by for version in self.versions)

    @property
    def requester_checked(self) -> ItemVersion | None:
        """The version whose author entered the requester and how they were checked; None where no author did."""
        checked = _requester_of(self.versions[-1])
        if not all(checked):
            return None
        same = takewhile(lambda version: _requester_of(version) == checked, reversed(self.versions))
        return [*same][-1]

    def require_possible(self, to: ItemState) -> None:
        """Check that the state machine leads to a state.

        Raises:
            WrongStep: it doesn't; names the states that it leads to.
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
        """Return the item in another state; raises as `require_possible`."""
        self.require_possible(to)
        return evolve(self, state=to)

    def edited(self, version: ItemVersion) -> "Item":
        """Return the item with new words: a draft again, with nothing answered and nothing approved."""
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
        """Return the item with what the checks found; a finding stays, with its answer, until the words change."""
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
        """Return the item with a finding (counted from 0) answered in words."""
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
        """Return the item with a gate answered; a later answer to the same gate takes the place of an earlier one."""
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
        """Return what stands between this version and its approval, one line each."""
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
        """Check that nothing stands between this version and its approval."""
        if lines := self.missing(gates):
            raise WrongStep("Item {item} can't be approved yet: {reasons}.", item=self.id, reasons=lines)

    def approved(self, by: str, at: datetime, gates: Sequence[Gate]) -> "Item":
        """Return the item approved by a second person, bound to exactly these words.

        Raises:
            Refused: the approver wrote part of it.
            WrongStep: something is missing; the message lists it.
        """
        self.require_reviewable(by)
        self.require_complete_review(gates)
        approval = Approval(by=by, at=at, content_hash=self.piece.hash)
        return evolve(self.moved(S.APPROVED), approval=approval)

    def require_urgent(self) -> None:
        """Check that an item may be approved by one person, and that the checks have looked at it."""
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
        """Return an immediate item approved by one person, who answers every gate; a second one looks afterwards.

        What leads to somebody isn't answered by haste, but by words of its own; without them it waits, and somebody on
        duty decides at once.
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
        """Return the review afterwards that is still to be done, for a second person."""
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
        """Return the item after the second person's look at an urgent approval."""
        review = self.require_review_outstanding(by)
        if not note.strip():
            raise BadInput("The review of item {item} has no comment: write what you found.", item=self.id)
        return evolve(self, after_review=evolve(review, by=by, at=at, note=note, stands=stands))

    def rejected(self, said: ItemReturn, day: date) -> "Item":
        """Return the item turned down; an edit makes it a draft again, and why stays with it."""
        self.require_another(said.by)
        return evolve(
            self.moved(S.REJECTED),
            approval=None,
            after_review=None,
            rejected_days=(*self.rejected_days, day),
            returns=(*self.returns, said),
        )

    def require_publishable(self, day: date) -> None:
        """Check that an item is approved as it stands, and holds on a day."""
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
        """Return the item with more groups it was sent to; a group that could not be reached before is sent to anew."""
        self.require_publishable(day)
        resent = {delivery.group for delivery in sent}
        unchanged = tuple(delivery for delivery in self.sent if delivery.group not in resent)
        return evolve(self.moved(S.PUBLISHED), sent=(*unchanged, *sent), published_day=self.published_day or day)

    def withdrawn(self, withdrawal: ItemWithdrawal) -> "Item":
        """Return the item that no longer holds."""
        if not withdrawal.reason.strip():
            raise BadInput("The withdrawal of item {item} has no reason: write why it is withdrawn.", item=self.id)
        return evolve(self.moved(S.WITHDRAWN), withdrawal=withdrawal)

    def corrected(self, by: str) -> "Item":
        """Return the item whose place a published correction has taken.

        Args:
            by: the correction's id.
        """
        return evolve(self.moved(S.CORRECTED), superseded_by=by)

    def require_another(self, by: str) -> None:
        """Check that somebody wrote no part of it (four eyes)."""
        if by in self.authors:
            raise Refused(
                "Officer {officer} wrote part of item {item}: ask a second person to review it.",
                officer=by,
                item=self.id,
            )

    def require_reviewable(self, by: str) -> None:
        """Check that an item is submitted, and that somebody wrote no part of it."""
        self.require_another(by)
        if self.state is not S.SUBMITTED:
            raise WrongStep(
                "Item {item} is {state}: only submitted items are reviewed.", item=self.id, state=self.state
            )

    def to_row(self) -> ItemRow:
        """Return what may leave in a list: all but its body and its review."""
        return make_view(ItemRow, self, **self._shown())

    def to_view(self) -> ItemView:
        """Return what may leave of an item that is opened."""
        review = self.after_review
        withdrawal = self.withdrawal
        checked = self.requester_checked
        return make_view(
            ItemView,
            self,
            **self._shown(),
            versions=tuple(map(show_version, self.versions)),
            requester_checked_by="" if checked is None else checked.by,
            requester_checked_at=None if checked is None else checked.at,
            findings=tuple(show_finding(number, remark) for number, remark in enumerate(self.remarks)),
            after_review=None if review is None else make_view(EmergencyReviewView, review),
            sent=show_deliveries(self.sent),
            withdrawal=None
            if withdrawal is None
            else make_view(ItemWithdrawalView, withdrawal, sent=show_deliveries(withdrawal.sent)),
        )

    def _shown(self) -> dict[str, object]:
        """Return what both views show of what lies deeper in it."""
        review = self.after_review
        return {
            **{name: getattr(self.piece, name) for name in _SHOWN_OF_PIECE},
            "authors": tuple(sorted(self.authors)),
            "written_at": self.versions[0].at,
            "review_due": review.due if review is not None and review.at is None else None,
        }


def _requester_of(version: ItemVersion) -> tuple[str, str]:
    return version.piece.requester.strip(), version.piece.requester_check.strip()
