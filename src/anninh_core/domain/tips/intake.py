"""Use cases of the intake of tips, and of reporters who add to a tip, ask for its state, or withdraw it."""

from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import find_own_tip, get_permitted_tip
from anninh_core.domain.tips.model import MAX_TEXT, Tip
from anninh_core.domain.tips.replies import notify_reporter, send_emergency_numbers
from anninh_core.domain.tips.sorting.location_question import ask_place, find_first_place
from anninh_core.domain.tips.sorting.places import PlaceSuggestion
from anninh_core.domain.tips.states import SETTLED_STATES, EntryChannel, TipState
from anninh_core.kernel.dates import local_date, require_past_moment
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import pick_letters
from anninh_core.kernel.replacing import evolve
from anninh_core.kernel.text import clip, nfc
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.arguments import Aware, IncomingCategory, UnitId, Words
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

SHORT_RECEIPT = "tip.receipt_short"
"""Key of the receipt text for reporters who had a receipt before, and know what they can write."""

_RECEIPT_LETTERS = 10


@frozen(kw_only=True)
class Addition:
    """A further message of a reporter about a tip.

    Attributes:
        text: text of the message, "" for a picture.
        acknowledge: whether the reporter gets a reply that it was added.
        shows_state: whether that reply has the state of the tip, too.
        objects: whether the text objects to an answer.
        withdraws: whether it asks to withdraw the tip.
        danger: whether it means danger now.
        warns: whether the emergency numbers are sent for danger; False if they were sent to the reporter shortly
            before.
        urgent: whether it adds to danger that was reported shortly before.
        second_matter: id of the message, if it may report another matter.
        correction: id of the message, if it says that the case is over, or was no danger.
        category: category of the danger, "" if unknown.
        passed_over: ids of further officers whom the reporter accuses: see `Tip.passed_over`.
    """

    text: str = field(default="", repr=False)
    acknowledge: bool = False
    shows_state: bool = False
    objects: bool = False
    withdraws: bool = False
    danger: bool = False
    warns: bool = True
    urgent: bool = False
    second_matter: str = ""
    correction: str = ""
    category: str = ""
    passed_over: tuple[str, ...] = ()


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
        legal_kind: str = "",
        emergency: bool = False,
        receipt_text: str = "tip.receipt",
        received_at: datetime | None = None,
        attachments: Sequence[Attachment] = (),
        linked: Sequence[str] = (),
        place: PlaceSuggestion | None = None,
        lock: SupervisorLock | None = None,
        passed_over: Sequence[str] = (),
    ) -> Tip:
        """Take a tip in and acknowledge it with a receipt; in danger the emergency numbers are sent first.

        Args:
            text: the reporter's words, possibly empty (a picture only).
            unit: unit of the account, group or earlier talk; a tip from chat is moved to a place that it names for
                certain.
            origin: one_to_one, group, import or a value of `EntryChannel`.
            conversation: the reporter's conversation id; "" for a caller or walk-in.
            category: suggested category, "" for none: a person sets it.
            legal_kind: suggested legal kind, "" for the category's default: a person sets it.
            emergency: whether the text means danger now; if a person says so, their id is recorded.
            receipt_text: key of the receipt's text in the profile; ignored in danger, when the receipt is one line.
            received_at: when the message reached the system, if it waited since then: legal limits run from it.
            attachments: attachments of the message; a location gives the place.
            linked: ids of related tips of the same conversation.
            place: place suggested by the conversation; None to use the text alone.
            lock: keeps it from the units that it accuses; None for none.
            passed_over: ids of further officers whom the reporter accuses: see `Tip.passed_over`.
        """
        tip = self._build_tip(
            uow,
            nfc(text),
            unit=unit,
            origin=origin,
            conversation=conversation,
            category=category,
            legal_kind=legal_kind,
            emergency=emergency,
            received_at=received_at or uow.at,
        )
        tip = evolve(tip, linked=tuple(linked), passed_over=tuple(passed_over))
        return _place_and_save_tip(uow, tip, attachments, receipt_text, place=place, lock=lock)

    @command(Permission.INTAKE, public=True, daily=True)
    def record_walk_in(
        self,
        uow: UnitOfWork,
        text: Words,
        *,
        unit: UnitId,
        category: IncomingCategory = "",
        emergency: bool = False,
        received_at: Aware | None = None,
        channel: EntryChannel | str = EntryChannel.ENTRY,
    ) -> Tip:
        """Take in a report that a resident without a chat made to an officer, by telephone, by letter or by a form on a
        site.

        Nothing is sent: the officer, or the site, gives the reporter the receipt. The text isn't searched for danger:
        officers are alarmed only if `emergency` is set.

        Args:
            text: the report, in the officer's words.
            unit: unit that it belongs to.
            category: incoming category, "" for none yet.
            emergency: whether there is danger now.
            received_at: time of the report; now by default. Legal limits run from it.
            channel: channel of the report, the tip's origin.

        Raises:
            BadInput: no text, no such category or channel, or a moment in the future.
        """
        uow.permit(unit)
        if not text.strip():
            raise BadInput("A tip entered by an officer needs text: write what the person reported.")
        return self.receive(
            uow,
            text,
            unit=unit,
            origin=EntryChannel(channel).value,
            category=category,
            emergency=emergency,
            received_at=received_at and require_past_moment(received_at, uow.at),
        )

    @step(Permission.INTAKE)
    def add(self, uow: UnitOfWork, tip_id: str, addition: Addition) -> Tip:
        """Add a reporter's further message: a waiting tip resumes, and requests in the message are recorded.

        After an answer only an objection requests a reopening; a person decides. Danger triggers the alarm again.
        """
        tip = get_permitted_tip(uow, tip_id).with_words(nfc(addition.text))
        uow.add_event("tip.continued")
        if addition.second_matter:
            uow.add_event("tip.second_matter")
            tip = tip.with_second_matter(addition.second_matter)
        if addition.correction:
            uow.add_event("tip.corrected")
            tip = tip.with_correction(addition.correction)
        if addition.passed_over:
            tip = evolve(tip, passed_over=tuple(dict.fromkeys((*tip.passed_over, *addition.passed_over))))
        if addition.danger:
            incoming = self.context.district.incoming.get(addition.category)
            tip = tip.raised(addition.category, incoming.legal_kind if incoming else tip.legal_kind)
            uow.facts["danger"] = addition.category
            if addition.warns:
                send_emergency_numbers(uow, tip, addition.category)
        if addition.danger or addition.urgent:
            uow.add_event("tip.more_danger")
        continued = self._process_requests(uow, tip, addition).reporter_replied()
        return uow.save(TIP, recompute_deadlines(self.context.district, continued, uow.at))

    def _process_requests(self, uow: UnitOfWork, tip: Tip, addition: Addition) -> Tip:
        """Record a request in an addition, and reply to the reporter."""
        was_answered = tip.state in (TipState.ANSWERED, TipState.CLOSED) or (
            tip.state in SETTLED_STATES and "answer_sent" in tip.moments
        )
        if addition.objects and was_answered:
            notify_reporter(uow, tip, "tip.reopening_asked")
            uow.add_event("tip.reopen_requested")
            return tip.moved(TipState.REOPEN_REQUESTED)
        if addition.withdraws and tip.is_open:
            if tip.withdrawal_asked_at is None:
                notify_reporter(uow, tip, "tip.withdrawal_asked")
                uow.add_event("tip.withdrawal_requested")
            return tip.withdrawal_asked(uow.at)
        if addition.acknowledge and addition.shows_state:
            state = self.context.district.say(f"state.{tip.state}")
            notify_reporter(uow, tip, "tip.reporter_added", wording="tip.followed_up", state=state)
        elif addition.acknowledge:
            notify_reporter(uow, tip, "tip.reporter_added")
        return tip

    @step(Permission.INTAKE)
    def mark_possible_danger(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Record that the text may mean danger: the tip is shown first, and no officer is alarmed."""
        uow.add_event("tip.look_first")
        return uow.save(TIP, evolve(get_permitted_tip(uow, tip_id), look_first=True))

    @step(Permission.INTAKE)
    def ask_danger(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Ask the reporter whether a person is in danger; without a reply officers are paged after the profile's
        minutes.
        """
        tip = get_permitted_tip(uow, tip_id)
        notify_reporter(uow, tip, "tip.ask_danger")
        uow.add_event("tip.danger_asked")
        return uow.save(TIP, evolve(tip, look_first=True))

    @step(Permission.INTAKE)
    def deny_danger(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Record that the reporter denied danger; the mark `look_first` stays."""
        tip = get_permitted_tip(uow, tip_id)
        notify_reporter(uow, tip, "tip.danger_denied")
        uow.add_event("tip.danger_denied")
        return uow.save(TIP, tip)

    @step(Permission.INTAKE)
    def ask_matter(self, uow: UnitOfWork, tip_id: str) -> None:
        """Ask the reporter what a picture, a voice message or a location without text is about."""
        notify_reporter(uow, get_permitted_tip(uow, tip_id), "tip.ask_matter")

    @step(Permission.INTAKE)
    def send_state(self, uow: UnitOfWork, receipt: str, conversation: str) -> Tip:
        """Send the reporter the state of their tip.

        Raises:
            NotFound: no tip of this receipt and this reporter: a receipt alone opens nothing.
        """
        uow.permit(self.context.district.root)
        tip = find_own_tip(uow, receipt, conversation)
        notify_reporter(uow, tip, "tip.state", state=uow.context.district.say(f"state.{tip.state}"))
        uow.add_event("tip.state_told")
        return tip

    @step(Permission.INTAKE)
    def confirm_answer(self, uow: UnitOfWork, tip_id: str, proof: str) -> Tip:
        """Record that the answer of the settlement reached the reporter."""
        tip = get_permitted_tip(uow, tip_id)
        if tip.state not in SETTLED_STATES or "answer_sent" not in tip.moments:
            # The tip was reopened, settled again or answered by hand meanwhile: there is nothing to change.
            uow.add_event("tip.answer_late")
            return tip
        uow.add_event("tip.answered")
        answered = tip.answered(proof, uow.today).with_timestamp("answered", uow.at)
        return uow.save(TIP, recompute_deadlines(self.context.district, answered, uow.at))

    @step(Permission.INTAKE)
    def confirm_receipt(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Record that the reporter has the receipt in chat: an interim acknowledgement, not a written notice."""
        tip = get_permitted_tip(uow, tip_id).with_timestamp("receipt", uow.at)
        uow.add_event("tip.receipt_arrived")
        return uow.save(TIP, recompute_deadlines(self.context.district, tip, uow.at))

    def _build_tip(
        self,
        uow: UnitOfWork,
        text: str,
        *,
        unit: str,
        origin: str,
        conversation: str,
        category: str,
        legal_kind: str,
        emergency: bool,
        received_at: datetime,
    ) -> Tip:
        uow.permit(unit)
        district = self.context.district
        incoming_category = district.incoming.get(category)
        if category and incoming_category is None:
            raise BadInput(
                "There is no category of tips {category!r}: choose one of {categories}.",
                category=category,
                categories=tuple(district.incoming),
                argument="category",
            )
        id = self.context.ids.new()
        urgency = "serious" if emergency else incoming_category.urgency if incoming_category else "ordinary"
        legal_kind = legal_kind or (incoming_category.legal_kind if incoming_category else "feedback")
        receipt_moments = {} if conversation else {"receipt": uow.at}  # A caller or walk-in gets the receipt at once.
        tip = Tip(
            id=id,
            receipt=make_receipt(id),
            unit=unit,
            conversation=conversation,
            origin=origin,
            text=clip(text, MAX_TEXT),
            category=category,
            urgency=urgency,
            legal_kind=legal_kind,
            received_at=received_at,
            received_day=local_date(received_at),
            emergency=emergency,
            emergency_by=uow.actor.id if emergency and uow.actor.kind is ActorKind.PERSON else "",
            suggestion=None if uow.actor.kind is ActorKind.PERSON else category,
            moments={"received": received_at, **receipt_moments},
        )
        return recompute_deadlines(district, tip, uow.at)


def make_receipt(id: str) -> str:
    """Return the receipt derived from a tip's id: ten letters of its random part, such as `7KM2Q-9XA3D`."""
    letters = pick_letters(id, _RECEIPT_LETTERS)
    return f"{letters[:5]}-{letters[5:]}"


def _place_and_save_tip(
    uow: UnitOfWork,
    tip: Tip,
    attachments: Sequence[Attachment],
    receipt_text: str,
    *,
    place: PlaceSuggestion | None = None,
    lock: SupervisorLock | None = None,
) -> Tip:
    tip, candidates = find_first_place(uow, tip, attachments, place)
    if lock is not None:
        tip = tip.locked(evolve(lock, place=tip.unit), uow.context.district.root)
        uow.add_event("tip.locked")
    _acknowledge_tip(uow, tip, receipt_text)
    return uow.save(TIP, ask_place(uow, tip, candidates))


def _acknowledge_tip(uow: UnitOfWork, tip: Tip, receipt_text: str) -> None:
    """Send the receipt, and record in the journal that the tip was received.

    In danger the emergency numbers come first, and only the short receipt follows.
    """
    if tip.emergency:
        send_emergency_numbers(uow, tip, tip.category)
    notify_reporter(uow, tip, "tip.receipt", wording=SHORT_RECEIPT if tip.emergency else receipt_text)
    uow.add_event("tip.received")
    if tip.emergency:
        uow.add_event("tip.emergency")
    uow.facts |= {"tip": tip.id, "category": tip.category, "emergency": tip.emergency}
