"""The check of messages to groups for leaks: text that could identify a person isn't sent without an officer's release.

A held message waits, and is never dropped: an officer releases or stops it. If it is urgent, an officer on duty gets
urgent notices until that is done.
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
"""How long a held row waits before the next check; a row is sent at most this much later than an officer's decision."""

_FRESH = timedelta(seconds=5)

HELD = Sentence("The leak check holds it until a person decides: {act:leaks.findings} lists it.")
STOPPED = Sentence("A person stopped it, since it could reveal who a person is.")


class GateDecision(Enum):
    """Decision of the leak check about an outbox row."""

    FREE = "free"
    WAITS = "waits"
    STEPS_ASIDE = "steps aside"
    STOPPED = "stopped"


@frozen
class _CachedCheck:
    """The result of checking a text for leaks, cached for some seconds."""

    text: str
    at: datetime
    exposure: Exposure


class LeakGate:
    """Checks every message to a group for leaks.

    Args:
        describe: returns the subject of a row, with its exposure.
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
        self._last: _CachedCheck | None = (
            None  # If several threads write this, the last write wins, which does no harm, as each result is correct.
        )

    def check(self, opened: OpenedRow) -> GateDecision:
        """Return whether an outbox row may be sent now; record a finding that holds it, once."""
        if opened.message.to.place is not Place.GROUP or opened.outbox_message.act is not OutboxAction.SEND:
            return GateDecision.FREE
        exposure = self._check_text("\n".join(_list_texts(opened)))
        if not exposure:
            return GateDecision.FREE
        outgoing = self._describe(opened.row, exposure)
        state, unreported = self._leaks.check.judge_text(outgoing)
        if state is LeakState.HELD and unreported:
            self._record_finding(outgoing, unreported)
        if state is LeakState.HELD:
            return GateDecision.WAITS if outgoing.is_urgent else GateDecision.STEPS_ASIDE
        return GateDecision.STOPPED if state is LeakState.STOPPED else GateDecision.FREE

    def _check_text(self, text: str) -> Exposure:
        """Return the leaks found in a text, cached for some seconds: a broadcast sends the same text to hundreds of
        groups.
        """
        now = self._context.clock.now()
        last = self._last
        if last is not None and last.text == text and timedelta() <= now - last.at < _FRESH:
            return last.exposure
        exposure = self._leaks.check.find_exposure(text)
        self._last = _CachedCheck(text, now, exposure)
        return exposure

    def _record_finding(self, outgoing: Outgoing, unreported: Exposure) -> None:
        """Record a finding of the leak check, once for all rows with the same content."""
        request = f"leak:{outgoing.about}:{'.'.join(unreported.pieces)}"

        def hold_text(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            hold_for_decision(uow, self._leaks, self._duty, outgoing, unreported)

        try:
            self._runner.run_command(
                system("delivery").with_request(request), "leaks.hold", Permission.INTAKE, hold_text
            )
        except AlreadyDone:
            return


def describe_outgoing_item(item: Item, exposure: Exposure) -> Outgoing:
    """Return an item's outgoing text for the leak check."""
    return Outgoing(
        about=f"item:{item.id}",
        unit=item.unit,
        officer=item.versions[-1].by,
        exposure=exposure,
        is_urgent=item.is_urgent,
        is_reviewed=item.is_leak_answered,
    )


def is_publishable(uow: UnitOfWork, leaks: Leaks, duty: DutyService, outgoing: Outgoing) -> bool:
    """Return whether a text may be published; if not, hold it for a person's decision, in the caller's commit."""
    state, unreported = leaks.check.judge_text(outgoing)
    if state is LeakState.HELD and unreported:
        hold_for_decision(uow, leaks, duty, outgoing, unreported)
    return state is LeakState.RELEASED


def build_leak_error(outgoing: Outgoing) -> WrongStep:
    """Return the error for a caller who tries to publish a text that could identify a person."""
    places = describe_spans(outgoing.exposure.spans)
    return WrongStep(
        "The text of {subject} may reveal who a person is, at characters {positions}: remove that part, or "
        "wait for a person's decision; {act:leaks.findings} lists it.",
        subject=outgoing.about,
        positions=places,
    )


def hold_for_decision(
    uow: UnitOfWork, leaks: Leaks, duty: DutyService, outgoing: Outgoing, unreported: Exposure
) -> LeakFinding:
    """Record a finding of the leak check for a person's decision; if it is urgent, open an alarm for the officers on
    duty in the same commit.
    """
    with uow.acting_as(system("delivery")):
        finding = leaks.hold(uow, outgoing, unreported)
        if outgoing.is_urgent:
            duty.alarms.open_alarm(uow, str(Ref("leak_finding", finding.id)), unit=finding.unit, code=finding.code)
    return finding


def _list_texts(opened: OpenedRow) -> Iterator[str]:
    """Yield the texts that a group would read: the message and the names of its files."""
    yield opened.message.text
    yield from (attachment.name for attachment in opened.message.attachments if attachment.name)
