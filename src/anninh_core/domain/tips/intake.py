"""How tips come in and what reporters do with theirs: receive, add, ask for the state, withdraw."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import SETTLED_STATES, Tip, TipState
from anninh_core.domain.tips.receipts import receipt_from
from anninh_core.domain.tips.replies import notify_reporter
from anninh_core.domain.tips.rules import recompute_deadlines
from anninh_core.domain.tips.sorting.asking import ask_place, find_first_place
from anninh_core.kernel.dates import local_date, require_past
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import clip, nfc
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

_MAX_TEXT = 4000


class TipIntake(Service):
    """Intake of tips, and the reporter's use cases."""

    action_prefix = "tips"

    @step(Permission.INTAKE)
    def receive(
        self,
        uow: UnitOfWork,
        text: str,
        *,
        unit: str,
        origin: str,
        conversation: str = "",
        category: str = "",
        emergency: bool = False,
        request_receipt: bool = True,
        received_at: datetime | None = None,
        attachments: Sequence[Attachment] = (),
    ) -> Tip:
        """Take a tip in and acknowledge it with a receipt; in danger the emergency numbers go out first.

        Args:
            text: the reporter's words, possibly empty (a picture only).
            unit: of the account, group or earlier talk; what came by chat goes to a place that it tells for certain.
            origin: one_to_one, group, entry or import.
            conversation: the reporter's conversation id; "" for a caller or walk-in.
            category: suggested category, "" for none: a person sets it.
            emergency: whether the words mean danger now; a person who says so is on the tip's record.
            request_receipt: whether the reporter is sent the receipt.
            received_at: when the words reached us, if they waited since then: the limits of the law count from it.
            attachments: what came along; a location tells where somebody is.
        """
        uow.permit(unit)
        tip = self._build_tip(
            uow,
            nfc(text),
            unit=unit,
            origin=origin,
            conversation=conversation,
            category=category,
            emergency=emergency,
            received_at=received_at or uow.at,
        )
        return _place_and_save(uow, tip, attachments, request_receipt=request_receipt)

    @command(Permission.INTAKE)
    def record_walk_in(
        self,
        uow: UnitOfWork,
        text: str,
        *,
        unit: str,
        category: str = "",
        emergency: bool = False,
        received_at: datetime | None = None,
    ) -> Tip:
        """Take in what somebody told an officer, who came or called and has no chat; its origin is `entry`.

        Nothing is sent: the officer tells the reporter the receipt.

        Args:
            text: what they told, in the officer's words.
            unit: where it belongs.
            category: incoming category, "" for none yet.
            emergency: whether there is danger now.
            received_at: when they told it, aware; now where it is left out. The limits of the law count from it.

        Raises:
            BadInput: no words, no such category, or a moment in the future.
        """
        uow.permit(unit)
        if not text.strip():
            raise BadInput("a tip entered by an officer needs words: what did the person tell?")
        return self.receive(
            uow,
            text,
            unit=unit,
            origin="entry",
            category=category,
            emergency=emergency,
            received_at=received_at and require_past(received_at, uow.at),
        )

    @step(Permission.INTAKE)
    def add(self, uow: UnitOfWork, tip_id: str, *, acknowledge: bool = False) -> Tip:
        """Note that the reporter wrote more: a waiting tip resumes, an answered one gets a reopen request."""
        tip = get_permitted_tip(uow, tip_id)
        if acknowledge:
            notify_reporter(uow, tip, "tip.reporter_added")
        uow.add_event("tip.continued")
        if tip.state in (TipState.ANSWERED, TipState.CLOSED):
            uow.add_event("tip.reopen_requested")
            return uow.save(TIP, tip.moved(TipState.REOPEN_REQUESTED))
        return uow.save(TIP, tip.heard_again())

    @step(Permission.INTAKE)
    def send_state(self, uow: UnitOfWork, receipt: str, conversation: str) -> Tip:
        """Tell the reporter how a tip stands.

        Raises:
            NotFound: no tip of this receipt and this reporter: a receipt alone opens nothing.
        """
        tip = self._find_own_tip(uow, receipt, conversation)
        notify_reporter(uow, tip, "tip.state", state=uow.context.district.say(f"state.{tip.state}"))
        uow.add_event("tip.state_told")
        return tip

    @step(Permission.INTAKE)
    def withdraw(self, uow: UnitOfWork, receipt: str, conversation: str) -> Tip:
        """Take a tip back on its reporter's wish. What was begun for the public's sake may be reopened by a person.

        Raises:
            NotFound: no tip of this receipt and this reporter.
        """
        tip = self._find_own_tip(uow, receipt, conversation)
        in_time = all(deadline.is_in_time(uow.at) for deadline in tip.clocks)
        withdrawn = tip.settled(TipState.WITHDRAWN, "", uow.today, in_time=in_time)
        notify_reporter(uow, tip, "tip.withdrawn")
        uow.add_event("tip.withdrawn")
        return uow.save(TIP, withdrawn)

    @step(Permission.INTAKE)
    def confirm_answer(self, uow: UnitOfWork, tip_id: str, proof: str) -> Tip:
        """Note that the words of the settlement reached the reporter."""
        tip = get_permitted_tip(uow, tip_id)
        if tip.state not in SETTLED_STATES or "answer_sent" not in tip.moments:
            uow.add_event("tip.answer_late")  # reopened, settled anew or answered by hand meanwhile: nothing to change
            return tip
        uow.add_event("tip.answered")
        return uow.save(
            TIP,
            recompute_deadlines(
                self.context.district, tip.answered(proof, uow.today).with_timestamp("answered", uow.at)
            ),
        )

    @step(Permission.INTAKE)
    def confirm_receipt(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Note that the reporter has the receipt, which meets the first legal deadlines."""
        tip = get_permitted_tip(uow, tip_id).with_timestamp("receipt", uow.at)
        uow.add_event("tip.receipt_arrived")
        return uow.save(TIP, recompute_deadlines(self.context.district, tip))

    def _build_tip(
        self,
        uow: UnitOfWork,
        text: str,
        *,
        unit: str,
        origin: str,
        conversation: str,
        category: str,
        emergency: bool,
        received_at: datetime,
    ) -> Tip:
        district = self.context.district
        incoming_category = district.incoming.get(category)
        if category and incoming_category is None:
            raise BadInput(f"there is no incoming category {category!r} in profile {district.id!r}")
        id = self.context.ids.new()
        urgency = "serious" if emergency else incoming_category.urgency if incoming_category else "ordinary"
        legal_kind = incoming_category.legal_kind if incoming_category else "feedback"
        receipt_timestamp = {} if conversation else {"receipt": uow.at}  # who calls or comes is told on the spot
        timestamps = {"received": received_at, **receipt_timestamp}
        tip = Tip(
            id=id,
            receipt=receipt_from(id),
            unit=unit,
            conversation=conversation,
            origin=origin,
            text=clip(text, _MAX_TEXT),
            category=category,
            urgency=urgency,
            legal_kind=legal_kind,
            received_at=received_at,
            received_day=local_date(received_at),
            emergency=emergency,
            emergency_by=uow.actor.id if emergency and uow.actor.kind is ActorKind.PERSON else "",
            moments=timestamps,
        )
        return recompute_deadlines(district, tip)

    def _find_own_tip(self, uow: UnitOfWork, receipt: str, conversation: str) -> Tip:
        """Find a tip by its receipt and its reporter; both must fit, or neither is confirmed."""
        uow.permit(self.context.district.root)
        normalized = receipt.strip().upper()
        tips = uow.find(TIP, "newest", where={"receipt": normalized, "conversation": conversation}, limit=1).items
        if not tips:
            raise NotFound(f"this reporter has no tip with receipt {normalized!r}")
        return tips[0]


def _place_and_save(uow: UnitOfWork, tip: Tip, attachments: Sequence[Attachment], *, request_receipt: bool) -> Tip:
    tip, candidates = find_first_place(uow, tip, attachments)
    _acknowledge(uow, tip, request_receipt)
    tip = ask_place(uow, tip, candidates)
    uow.add_event("tip.received")
    uow.facts |= {"tip": tip.id, "category": tip.category, "emergency": tip.emergency}
    return uow.save(TIP, tip)


def _acknowledge(uow: UnitOfWork, tip: Tip, request_receipt: bool) -> None:
    if tip.emergency:
        notify_reporter(uow, tip, "tip.emergency", lane=Lane.EMERGENCY)
    if request_receipt:
        notify_reporter(uow, tip, "tip.receipt")
