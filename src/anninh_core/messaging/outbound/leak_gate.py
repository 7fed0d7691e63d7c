"""The last look before something goes to a group: whether it leads to somebody, and nobody has decided that it may.

What is held waits, and is never dropped: a person lets it go or stops it. Where it can't wait, somebody on duty is
paged about it until that is done.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum

from attrs import frozen

from anninh_core.domain.content.model import Item
from anninh_core.domain.duty.service import DutyService
from anninh_core.domain.leaks.check import Outgoing
from anninh_core.domain.leaks.detection import Exposure
from anninh_core.domain.leaks.model import LeakFinding, describe_spans
from anninh_core.domain.leaks.service import Leaks
from anninh_core.domain.leaks.states import LeakState
from anninh_core.kernel.errors import AlreadyDone, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.outbound.row_opener import OpenedRow
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.actor import system
from anninh_core.usecase.outbox_message import OutboxAction
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Place
from anninh_core.vocabulary.permissions import Permission

WAIT = timedelta(minutes=1)
"""How long a held row waits before it is looked at again: so long after a decision the last one has left."""

_FRESH = timedelta(seconds=5)

HELD = Sentence("The leak check holds it until a person decides: {act:leaks.findings} lists it.")
STOPPED = Sentence("A person stopped it, since it could reveal who a person is.")


class GateDecision(Enum):
    """What becomes of a row."""

    FREE = "free"
    WAITS = "waits"
    STEPS_ASIDE = "steps aside"
    STOPPED = "stopped"


@frozen
class _Look:
    """What a text gave away at a moment."""

    text: str
    at: datetime
    exposure: Exposure


class LeakGate:
    """Looks at every message to a group.

    Args:
        describe: tells what a row is sent for, and with it what gives something away.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        leaks: Leaks,
        duty: DutyService,
        describe: Callable[[OutboxRow, Exposure], Outgoing],
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._leaks = leaks
        self._duty = duty
        self._describe = describe
        self._last: _Look | None = None  # of several threads one wins: no harm, as each look is true

    def check(self, opened: OpenedRow) -> GateDecision:
        """Tell whether a row may leave now; what holds it is written down once."""
        if opened.message.to.place is not Place.GROUP or opened.outbox_message.act is not OutboxAction.SEND:
            return GateDecision.FREE
        exposure = self._look("\n".join(_texts(opened)))
        if not exposure:
            return GateDecision.FREE
        outgoing = self._describe(opened.row, exposure)
        state, unasked = self._leaks.check.judge(outgoing)
        if state is LeakState.HELD and unasked:
            self._hold(outgoing, unasked)
        if state is LeakState.HELD:
            return GateDecision.WAITS if outgoing.is_urgent else GateDecision.STEPS_ASIDE
        return GateDecision.STOPPED if state is LeakState.STOPPED else GateDecision.FREE

    def _look(self, text: str) -> Exposure:
        """Look at a text, once in some seconds: a broadcast says the same to hundreds of groups."""
        now = self._context.clock.now()
        last = self._last
        if last is not None and last.text == text and timedelta() <= now - last.at < _FRESH:
            return last.exposure
        exposure = self._leaks.check.look(text)
        self._last = _Look(text, now, exposure)
        return exposure

    def _hold(self, outgoing: Outgoing, unasked: Exposure) -> None:
        """Write a finding down, once for all rows that say the same."""
        request = f"leak:{outgoing.about}:{'.'.join(unasked.pieces)}"

        def hold(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            hold_for_decision(uow, self._leaks, self._duty, outgoing, unasked)

        try:
            self._runner.run_command(system("delivery").with_request(request), "leaks.hold", Permission.INTAKE, hold)
        except AlreadyDone:
            return


def describe_item(item: Item, exposure: Exposure) -> Outgoing:
    """Return what is about to leave of an item."""
    return Outgoing(
        about=f"item:{item.id}",
        unit=item.unit,
        officer=item.versions[-1].by,
        exposure=exposure,
        is_urgent=item.is_urgent,
        is_reviewed=item.is_leak_answered,
    )


def is_clear(uow: UnitOfWork, leaks: Leaks, duty: DutyService, outgoing: Outgoing) -> bool:
    """Tell whether something may leave; if not, have it wait for a person, in the commit of the act that asks."""
    state, unasked = leaks.check.judge(outgoing)
    if state is LeakState.HELD and unasked:
        hold_for_decision(uow, leaks, duty, outgoing, unasked)
    return state is LeakState.RELEASED


def leak_error(outgoing: Outgoing) -> WrongStep:
    """Return what is said to whoever wanted to let something go that leads to somebody."""
    places = describe_spans(outgoing.exposure.spans)
    return WrongStep(
        "The text of {subject} may reveal who a person is, at characters {positions}: remove that part, or "
        "wait for a person's decision; {act:leaks.findings} lists it.",
        subject=outgoing.about,
        positions=places,
    )


def hold_for_decision(
    uow: UnitOfWork, leaks: Leaks, duty: DutyService, outgoing: Outgoing, unasked: Exposure
) -> LeakFinding:
    """Have something wait for a person; if it can't wait, page somebody on duty about it, in the same commit."""
    with uow.acting_as(system("delivery")):
        finding = leaks.hold(uow, outgoing, unasked)
        if outgoing.is_urgent:
            duty.alarms.open_alarm(uow, str(Ref("leak_finding", finding.id)), unit=finding.unit, code=finding.code)
    return finding


def _texts(opened: OpenedRow) -> Iterator[str]:
    """Yield what a group would read: the words, and what files are called."""
    yield opened.message.text
    yield from (attachment.name for attachment in opened.message.attachments if attachment.name)
