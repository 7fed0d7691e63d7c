"""How tips come in and what reporters do with theirs: receive, add, ask for the state, withdraw."""

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
from anninh_core.kernel.dates import local_date, require_past
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import letters_of
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
"""The text for those who had a receipt before, and know what can be written here."""

_RECEIPT_LETTERS = 10


@frozen(kw_only=True)
class Addition:
    """What a reporter wrote more about a tip.

    Attributes:
        text: the words, "" for a picture.
        acknowledge: whether they are told that it was added.
        shows_state: whether that reply has the state of the tip, too.
        objects: whether the words object to an answer.
        withdraws: whether they ask to take the tip back.
        danger: whether they mean danger now.
        warns: whether danger is answered by the emergency numbers: who writes it without end has just read them.
        urgent: whether they tell more of danger that was told a short while ago.
        second_matter: id of the message, where it may tell of another matter.
        correction: id of the message, where it says that the case is over, or was no danger.
        category: what the danger is, "" where nobody knows.
        passed_over: ids of officers whom the reporter accuses besides: see `Tip.passed_over`.
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
        """Take a tip in and acknowledge it with a receipt; in danger the emergency numbers go out first.

        Args:
            text: the reporter's words, possibly empty (a picture only).
            unit: of the account, group or earlier talk; what came by chat goes to a place that it tells for certain.
            origin: one_to_one, group, import or a value of `EntryChannel`.
            conversation: the reporter's conversation id; "" for a caller or walk-in.
            category: suggested category, "" for none: a person sets it.
            legal_kind: what the words say it is, "" for what the category starts with: a person sets it.
            emergency: whether the words mean danger now; a person who says so is on the tip's record.
            receipt_text: name of the receipt's text in the profile; in danger it is one line, whatever is named.
            received_at: when the words reached us, if they waited since then: the limits of the law count from it.
            attachments: what came along; a location tells where somebody is.
            linked: ids of tips of the same conversation to look at together with it.
            place: what the conversation makes of the places that the words name; None where the words say all.
            lock: keeps it from the units that it accuses; None for none.
            passed_over: ids of officers whom the reporter accuses besides: see `Tip.passed_over`.
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
        return _place_and_save(uow, tip, attachments, receipt_text, place=place, lock=lock)

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
        """Take in what a resident without a chat told an officer, by telephone, by letter or by a form on a site.

        Nothing is sent: the officer, or the site, tells the reporter the receipt. The words are taken as they are:
        nobody is alarmed unless `emergency` says so.

        Args:
            text: what they told, in the officer's words.
            unit: where it belongs.
            category: incoming category, "" for none yet.
            emergency: whether there is danger now.
            received_at: when they told it; now where it is left out. The limits of the law count from it.
            channel: how it came, the tip's origin.

        Raises:
            BadInput: no words, no such category or channel, or a moment in the future.
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
            received_at=received_at and require_past(received_at, uow.at),
        )

    @step(Permission.INTAKE)
    def add(self, uow: UnitOfWork, tip_id: str, addition: Addition) -> Tip:
        """Add what the reporter wrote more: a waiting tip resumes, and what they ask for is noted.

        After an answer only an objection asks to reopen; a person decides. Danger sets the alarm off once more.
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
        heard = self._ask_for(uow, tip, addition).heard_again()
        return uow.save(TIP, recompute_deadlines(self.context.district, heard, uow.at))

    def _ask_for(self, uow: UnitOfWork, tip: Tip, addition: Addition) -> Tip:
        """Note what an addition asks for, and answer it."""
        was_told = tip.state in (TipState.ANSWERED, TipState.CLOSED) or (
            tip.state in SETTLED_STATES and "answer_sent" in tip.moments
        )
        if addition.objects and was_told:
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
        """Note that the words may mean danger: it is shown first, and nobody is alarmed."""
        uow.add_event("tip.look_first")
        return uow.save(TIP, evolve(get_permitted_tip(uow, tip_id), look_first=True))

    @step(Permission.INTAKE)
    def ask_danger(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Ask the reporter whether a person is in danger; without a reply it is paged after the profile's minutes."""
        tip = get_permitted_tip(uow, tip_id)
        notify_reporter(uow, tip, "tip.ask_danger")
        uow.add_event("tip.danger_asked")
        return uow.save(TIP, evolve(tip, look_first=True))

    @step(Permission.INTAKE)
    def deny_danger(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Note that its reporter says that nobody is in danger; the mark for a look stays."""
        tip = get_permitted_tip(uow, tip_id)
        notify_reporter(uow, tip, "tip.danger_denied")
        uow.add_event("tip.danger_denied")
        return uow.save(TIP, tip)

    @step(Permission.INTAKE)
    def ask_matter(self, uow: UnitOfWork, tip_id: str) -> None:
        """Ask the reporter what a picture, a voice or a location without words is about."""
        notify_reporter(uow, get_permitted_tip(uow, tip_id), "tip.ask_matter")

    @step(Permission.INTAKE)
    def send_state(self, uow: UnitOfWork, receipt: str, conversation: str) -> Tip:
        """Tell the reporter how a tip stands.

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
        """Note that the words of the settlement reached the reporter."""
        tip = get_permitted_tip(uow, tip_id)
        if tip.state not in SETTLED_STATES or "answer_sent" not in tip.moments:
            uow.add_event("tip.answer_late")  # reopened, settled anew or answered by hand meanwhile: nothing to change
            return tip
        uow.add_event("tip.answered")
        told = tip.answered(proof, uow.today).with_timestamp("answered", uow.at)
        return uow.save(TIP, recompute_deadlines(self.context.district, told, uow.at))

    @step(Permission.INTAKE)
    def confirm_receipt(self, uow: UnitOfWork, tip_id: str) -> Tip:
        """Note that the reporter has the receipt in chat: an interim acknowledgement, no notice in writing."""
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
        told_on_the_spot = {} if conversation else {"receipt": uow.at}  # who calls or comes
        tip = Tip(
            id=id,
            receipt=receipt_from(id),
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
            moments={"received": received_at, **told_on_the_spot},
        )
        return recompute_deadlines(district, tip, uow.at)


def receipt_from(id: str) -> str:
    """Return the receipt that goes with a tip's id: ten letters of its random part, such as `7KM2Q-9XA3D`."""
    letters = letters_of(id, _RECEIPT_LETTERS)
    return f"{letters[:5]}-{letters[5:]}"


def _place_and_save(
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
    _acknowledge(uow, tip, receipt_text)
    return uow.save(TIP, ask_place(uow, tip, candidates))


def _acknowledge(uow: UnitOfWork, tip: Tip, receipt_text: str) -> None:
    """Send the receipt, and say in the journal that the tip was received.

    In danger the numbers to call come first, and no calm explanation after them.
    """
    if tip.emergency:
        send_emergency_numbers(uow, tip, tip.category)
    notify_reporter(uow, tip, "tip.receipt", wording=SHORT_RECEIPT if tip.emergency else receipt_text)
    uow.add_event("tip.received")
    if tip.emergency:
        uow.add_event("tip.emergency")
    uow.facts |= {"tip": tip.id, "category": tip.category, "emergency": tip.emergency}
