"""Fallback: the delivery methods that the profile names for a purpose are tried in order until one works.

Only a plain message can be searched for in the conversation afterwards. So before anything is sent by another method,
the row is settled as unknown, with that method: whatever happens then, even a crash of the process, nothing is sent a
second time unless an officer decides it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import assert_never

from attrs import frozen

from anninh_core.kernel.errors import (
    BadInput,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
    Unsupported,
)
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome
from anninh_core.messaging.outbound.row_opener import OpenedRow
from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import SendsByMethod
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.usecase.outbox_message import OutboxAction
from anninh_core.vocabulary.district import TASK, WINDOW
from anninh_core.vocabulary.messages import OutgoingMessage, Place, Receipt

MarkUnknown = Callable[[OutboxRow, str], OutboxRow | None]
"""Function that settles an outbox row as unknown with a delivery method, before that method is used; returns None if
another worker has the row.
"""

_FailedMethods = tuple[tuple[str, Sentence], ...]
"""Failed delivery methods with the reasons."""


@frozen
class DeliveryMethod:
    """A way to deliver an outbox row, such as a plain message, a template or a person's task.

    Attributes:
        name: as in the profile.
        send: sends the message; None for a person's task.
        is_fallback: whether the row has to record this method before anything is sent.
    """

    name: str
    send: Callable[[], Receipt] | None
    is_fallback: bool = False

    def allows_next(self, error: Exception) -> bool:
        """Return whether the next delivery method is tried after `error`, because this method sent nothing.

        A plain message that was rejected would be rejected by every method. A template may reject content that the
        message allows.
        """
        if self.name == WINDOW:
            return isinstance(error, RecipientUnreachable)
        return isinstance(error, RecipientUnreachable | RequestRejected | Unsupported)


def list_methods(opened: OpenedRow, ladder: Sequence[str], clock: Clock) -> tuple[DeliveryMethod, ...]:
    """Return the delivery methods of an outbox row: those that the ladder names for a message, a single call for any
    other action.

    Raises:
        BadInput: the row is for fetching, not for sending.
    """
    outbox_message = opened.outbox_message
    messenger = opened.messenger
    to = opened.message.to
    match outbox_message.act:
        case OutboxAction.SEND:
            return _build_methods(ladder, messenger, opened.message)
        case OutboxAction.DELETE:
            call = partial(messenger.delete_message, to, outbox_message.target)
        case OutboxAction.REMOVE_MEMBER:
            if opened.member is None:
                raise BadInput(
                    "Outbox row {row} names no member to remove: give it up with {act:failures.give_up}.",
                    row=opened.row.id,
                )
            call = partial(messenger.remove_member, to, opened.member.address)
        case OutboxAction.LOCK:
            call = partial(messenger.lock_posting, to, True)
        case OutboxAction.UNLOCK:
            call = partial(messenger.lock_posting, to, False)
        case OutboxAction.FETCH | OutboxAction.INSPECT:
            raise BadInput(
                "Outbox row {row} is for fetching or inspecting a file, but it is in lane {lane}: give it up "
                "with {act:failures.give_up}.",
                row=opened.row.id,
                lane=opened.row.lane,
            )
        case never:
            assert_never(never)
    return (DeliveryMethod(WINDOW, partial(_run_action, outbox_message.act, call, clock)),)


def try_methods(
    opened: OpenedRow, methods: Sequence[DeliveryMethod], mark: MarkUnknown
) -> tuple[OutboxRow, DeliveryOutcome] | None:
    """Try delivery methods in order; return the outbox row in its current state, and the outcome.

    Return None if another worker has the row now: nothing is to be recorded.
    """
    row = opened.row
    failed_methods = _FailedMethods()
    for number, method in enumerate(methods, 1):
        if method.send is None:
            return row, DeliveryOutcome(state=OutboxState.NEEDS_PERSON, error=_explain_task(failed_methods))
        if method.is_fallback:
            marked_row = mark(row, method.name)
            if marked_row is None:
                return None
            row = marked_row
        try:
            receipt = method.send()
        except Exception as error:  # noqa: BLE001  bytes may have left: whatever was raised, the row has to tell
            earlier_failures, failed_methods = failed_methods, (*failed_methods, (method.name, opened.redact(error)))
            if not (method.allows_next(error) and (earlier_failures or methods[number:])):
                return row, _failed_outcome(method, error, _describe_failures(failed_methods))
        else:
            return row, _delivered_outcome(method, receipt)
    return row, DeliveryOutcome(
        state=OutboxState.FAILED,
        error=_explain_method_failure(RecipientUnreachable.__name__, _describe_failures(failed_methods)),
    )


def _build_methods(ladder: Sequence[str], messenger: Messenger, message: OutgoingMessage) -> tuple[DeliveryMethod, ...]:
    """Return the delivery methods that a ladder names for a message; to a group only plain messages and tasks."""
    methods = (_build_method(name, messenger, message) for name in ladder)
    in_group = message.to.place is Place.GROUP
    return tuple(method for method in methods if not (in_group and method.name not in (WINDOW, TASK)))


def _build_method(name: str, messenger: Messenger, message: OutgoingMessage) -> DeliveryMethod:
    if name == WINDOW:
        return DeliveryMethod(name, partial(messenger.send, message))
    if name == TASK:
        return DeliveryMethod(name, None)
    if isinstance(messenger, SendsByMethod):
        return DeliveryMethod(name, partial(messenger.send_by, name, message), is_fallback=True)
    return DeliveryMethod(name, _raise_unsupported)


def _raise_unsupported() -> Receipt:
    raise Unsupported("This messenger doesn't support this delivery method.")


def _run_action(act: OutboxAction, call: Callable[[], None], clock: Clock) -> Receipt:
    call()
    return Receipt(platform_id="", at=clock.now(), proof=f"{act} accepted")


def _delivered_outcome(method: DeliveryMethod, receipt: Receipt) -> DeliveryOutcome:
    name, proof = (method.name, method.name) if method.is_fallback else ("", receipt.proof)
    return DeliveryOutcome(state=OutboxState.DELIVERED, platform_id=receipt.platform_id, proof=proof, method=name)


def _failed_outcome(method: DeliveryMethod, error: Exception, reason: str) -> DeliveryOutcome:
    match error:
        case RetryLater():
            return DeliveryOutcome(state=OutboxState.READY, error=reason, retry_after=error.after)
        case RecipientUnreachable() | RequestRejected() | Unsupported():
            return DeliveryOutcome(
                state=OutboxState.FAILED, error=_explain_method_failure(type(error).__name__, reason)
            )
        case NeedsPerson():
            return DeliveryOutcome(state=OutboxState.NEEDS_PERSON, error=reason)
        case _:
            return DeliveryOutcome(
                state=OutboxState.UNKNOWN,
                error=reason,
                method=method.name if method.is_fallback else "",
                # The platform can't be asked about a fallback, because it leaves a different text in the conversation.
                can_be_asked=isinstance(error, UnknownOutcome) and not method.is_fallback,
            )


def _explain_method_failure(failure: str, reason: str) -> Sentence:
    return Sentence("{failure}: {reason}", failure=failure, reason=reason)


def _describe_failures(failed_methods: _FailedMethods) -> Sentence:
    """Return a sentence with the failed delivery methods and their reasons, in plain language for the failure desk."""
    if not failed_methods:
        return Sentence(
            "No delivery method of the purpose reaches the recipient: add `window` or `task` to its ladder in the "
            "profile."
        )
    if len(failed_methods) == 1:
        return failed_methods[0][1]
    failures = tuple(Sentence("{method}: {reason}", method=method, reason=reason) for method, reason in failed_methods)
    return Sentence("Several delivery methods failed. {failures}", failures=failures)


def _explain_task(failed_methods: _FailedMethods) -> Sentence:
    """Return the reason why a person gets the task to reach the recipient another way."""
    if not failed_methods:
        return Sentence("A person has to reach the recipient another way.")
    return Sentence(
        "A person has to reach the recipient another way. {reason}", reason=_describe_failures(failed_methods)
    )
