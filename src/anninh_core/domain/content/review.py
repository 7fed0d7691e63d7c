"""Use cases with which reviewers answer gates and findings, approve items as a second person, or approve them alone in
an emergency (P-II.3.1.c).
"""

from collections.abc import Mapping
from datetime import timedelta

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.loading import load_item_for_step
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import GateAnswer, ItemReturn
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Count, GateId, ItemId, Reason, Words
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class ItemReview(Service):
    """Use cases with which reviewers answer, approve and reject items."""

    action_prefix = "content"

    @command(Permission.CONTENT_REVIEW, public=True)
    def answer_gate(self, uow: UnitOfWork, item_id: ItemId, gate: GateId, passed: bool, note: Words) -> Item:
        """Answer one of the profile's gates. Checks may find problems; only a person answers.

        Raises:
            Refused: the actor wrote part of the item.
            WrongStep: the item isn't submitted.
            BadInput: the gate doesn't exist, or the note is empty.
        """
        item = load_item_for_step(uow, "answer_gate", item_id)
        self._check_gate(gate)
        updated = item.gate_answered(self._build_answer(uow, gate, note, passed=passed))
        self._record_decision(uow, item, f"gate.{gate}", "passed" if passed else "failed", note)
        uow.add_event("item.gate_answered")
        return uow.save(ITEM, updated)

    @command(Permission.CONTENT_REVIEW, public=True)
    def answer_finding(self, uow: UnitOfWork, item_id: ItemId, number: Count, words: Words) -> Item:
        """Answer a finding of the checks, counted from 0, in words.

        Raises:
            Refused: the actor wrote part of the item.
            WrongStep: the item isn't submitted.
            BadInput: the finding doesn't exist, or the answer is empty.
        """
        item = load_item_for_step(uow, "answer_finding", item_id)
        updated = item.remark_answered(number, nfc(words), uow.actor.id)
        self._record_decision(uow, item, f"finding.{item.remarks[number].finding.gate}", "answered", words)
        uow.add_event("item.finding_answered")
        return uow.save(ITEM, updated)

    @command(Permission.CONTENT_REVIEW, public=True, daily=True)
    def approve(self, uow: UnitOfWork, item_id: ItemId, note: Words = "") -> Item:
        """Approve exactly the current version of an item.

        Raises:
            Refused: the actor wrote part of it, or is no person.
            WrongStep: a gate or a finding is open, or the checks haven't run; the message lists the missing conditions.
        """
        item = load_item_for_step(uow, "approve", item_id)
        approved = item.approved(uow.actor.id, uow.at, self.context.district.gates)
        self._record_decision(uow, item, "four_eyes", "approved", note)
        uow.add_event("item.approved")
        return uow.save(ITEM, approved)

    @command(Permission.CONTENT_REVIEW, public=True, daily=True)
    def reject(self, uow: UnitOfWork, item_id: ItemId, reason: Reason) -> Item:
        """Reject an item, with a reason for its author.

        Raises:
            Refused: the actor wrote part of it.
            WrongStep: its state doesn't allow it.
            BadInput: the reason is empty.
        """
        if not reason.strip():
            raise BadInput("The rejection has no reason: write one, since the author reads it.")
        item = load_item_for_step(uow, "reject", item_id)
        rejected = item.rejected(ItemReturn(by=uow.actor.id, at=uow.at, reason=nfc(reason)), uow.today)
        self._record_decision(uow, item, "four_eyes", "rejected", reason)
        uow.add_event("item.rejected")
        return uow.save(ITEM, rejected)

    @command(Permission.CONTENT_PUBLISH, public=True)
    def approve_urgently(
        self, uow: UnitOfWork, item_id: ItemId, reason: Reason, notes: Mapping[str, str], *, about_people: Reason = ""
    ) -> Item:
        """Approve an immediate item alone, with a note on every gate: danger doesn't wait for a second person.

        A second person reviews it afterwards, within the profile's `review_hours`; `reviews_due` lists it until then.

        Args:
            reason: why it can't wait; also the answer to the findings of the checks, except the leak check's.
            notes: gate -> note, for every gate.
            about_people: why the item contains something that may identify a person, such as the name of a missing
                child; without it the item is held when it is published, and an officer on duty gets an urgent notice.

        Raises:
            WrongStep: it isn't immediate, it wasn't checked, its state doesn't allow it, or the type of a file was
                never checked.
            BadInput: it is incomplete, the reason is empty, or the notes aren't for exactly the profile's gates.
        """
        item = load_item_for_step(uow, "approve_urgently", item_id)
        gates = [gate.id for gate in self.context.district.gates]
        if set(notes) != set(gates):
            raise BadInput(
                "The notes are for the gates {answered}: write one for each of {gates}, and for no other gate.",
                gates=tuple(gates),
                answered=tuple(notes),
            )
        answers = [self._build_answer(uow, gate, notes[gate], passed=True) for gate in gates]
        due = uow.at + timedelta(hours=self.context.district.review_hours)
        approved = item.approved_urgently(answers, nfc(reason), due, nfc(about_people))
        for gate in gates:
            self._record_decision(uow, item, f"gate.{gate}", "passed", notes[gate])
        if about_people.strip():
            self._record_decision(uow, item, "leak_check", "answered", about_people)
        self._record_decision(uow, item, "emergency", "approved", reason)
        uow.add_event("item.approved_urgently")
        return uow.save(ITEM, approved)

    @command(Permission.CONTENT_REVIEW, public=True, daily=True)
    def review_afterwards(self, uow: UnitOfWork, item_id: ItemId, stands: bool, note: Words) -> Item:
        """Review, as a second person, an item that one person approved alone. A rejected item is to be withdrawn.

        Raises:
            Refused: the actor wrote or approved it.
            WrongStep: no review of it is due, or it was done before.
            BadInput: the note is empty.
        """
        item = load_item_for_step(uow, "review_afterwards", item_id)
        reviewed = item.reviewed_afterwards(uow.actor.id, uow.at, nfc(note), stands=stands)
        self._record_decision(uow, item, "emergency", "stands" if stands else "does_not_stand", note)
        uow.add_event("item.reviewed_afterwards")
        return uow.save(ITEM, reviewed)

    def _build_answer(self, uow: UnitOfWork, gate: str, note: str, *, passed: bool) -> GateAnswer:
        return GateAnswer(gate=gate, passed=passed, note=nfc(note), by=uow.actor.id, at=uow.at)

    def _record_decision(self, uow: UnitOfWork, item: Item, rule: str, reason: str, text: str) -> None:
        uow.decide(f"item:{item.id}", rule=rule, reason=reason, text=nfc(text), evidence=item.piece.hash)

    def _check_gate(self, gate: str) -> None:
        gates = [district_gate.id for district_gate in self.context.district.gates]
        if gate not in gates:
            raise BadInput(
                "Gate {gate!r} doesn't exist: choose one of {allowed}.",
                gate=gate,
                allowed=tuple(gates),
                argument="gate",
            )
