"""Intake: an event from outside is verified, encrypted and stored durably before it is acknowledged.

That its adapter can't read an event is no reason to lose it: it is stored as well, and ends on the failure desk.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

from attrs import evolve, frozen

from anninh_core.domain.conversations.service import Conversations
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, BadSignature, Conflict, StorageError, TooLarge
from anninh_core.messaging.inbound.conversation_ids import AssignedId, assign_ids
from anninh_core.messaging.inbound.reading import (
    ACCUSING_PREFIX,
    Event,
    Unreadable,
    dedupe_key,
    hash_body,
    parse_event,
)
from anninh_core.messaging.inbound.shared_webhook import find_shared_webhooks
from anninh_core.messaging.inbound.unreadable import UnreadableEvents
from anninh_core.messaging.messengers import get_messenger
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import NotesWebhooks, Probed, SplitsRequests
from anninh_core.ports.storages.changes import ChangeSet, NewInbox, Outcome
from anninh_core.usecase.encryption.encryptor import DataKey, row_associated_data
from anninh_core.usecase.runner import MAX_TRIES, UseCaseRunner
from anninh_core.vocabulary.messages import Address, InboundMessage, WebhookRequest, Withdrawal

BODY_LIMIT = 512 * 1024
"""Largest webhook body in bytes. Platforms send links to media, never media."""

_log = logging.getLogger(__name__)


def inbox_scope(received_at: datetime) -> str:
    """Return the erasure scope that seals what comes in at a moment: one a day, in the district's time zone."""
    return f"inbox:{local_date(received_at)}"


class Accepted(Enum):
    """What became of an event. A probe is the platform's try whether anybody answers: nothing is stored."""

    STORED = "stored"
    """It is durable, and will be worked through."""
    SEEN_BEFORE = "seen before"
    """It came before; nothing was stored twice."""
    PROBE = "probe"
    """Nothing was stored."""


_ACCEPTED = {Outcome.COMMITTED: Accepted.STORED, Outcome.DUPLICATE: Accepted.SEEN_BEFORE}


@frozen
class _Event:
    """What is known of a genuine event before it is sealed.

    Attributes:
        address: the conversation that it belongs to, if any.
        is_said: whether somebody writes; of who only withdraws, and never wrote, nothing is kept.
        is_readable: whether its adapter can read it. If not, nobody knows its conversation, and it blocks none.
        is_fetched: whether the messenger has fetched it itself: nobody sends it again.
    """

    instance: str
    body: bytes
    dedupe: str
    address: Address | None = None
    is_said: bool = False
    is_readable: bool = True
    is_fetched: bool = False


class Intake:
    """Takes events in."""

    def __init__(
        self, runner: UseCaseRunner, conversations: Conversations, messengers: Mapping[str, Messenger]
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._conversations = conversations
        self._messengers = messengers
        # Checked once: an isinstance check against a protocol costs more than the rest of handling an event.
        self._probing = {name: messenger for name, messenger in messengers.items() if isinstance(messenger, Probed)}
        self._webhook_noting = {
            name: messenger for name, messenger in messengers.items() if isinstance(messenger, NotesWebhooks)
        }
        self._splitting = {name: each for name, each in messengers.items() if isinstance(each, SplitsRequests)}
        self._shared = find_shared_webhooks(messengers)
        self._unreadable = UnreadableEvents(runner.context)

    def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Verify and store an event. When this returns, it is durable, unless it was a probe.

        Raises:
            NotFound: no such messenger instance.
            TooLarge: the body is over `BODY_LIMIT`.
            BadSignature: it isn't the platform's, or one side has another secret.
            TooManyRequests: its adapter can't read it, and the cap of such events is reached for today.
        """
        (result,) = self.accept_all([(instance, request)])
        if isinstance(result, Exception):
            raise result
        return result

    def accept_all(self, events: Sequence[tuple[str, WebhookRequest]]) -> Sequence[Accepted | Exception]:
        """Verify requests and store the events of those that are genuine, together: far cheaper than a commit each.

        Args:
            events: each with the messenger instance that it came to.

        Returns:
            What became of each, once it is durable, or what `accept` would have raised for it.
        """
        checked = [self._check(instance, request) for instance, request in events]
        try:
            results = iter(self._store([event for entry in checked if isinstance(entry, tuple) for event in entry]))
            return [
                _combine([next(results) for _ in entry]) if isinstance(entry, tuple) else entry for entry in checked
            ]
        finally:
            del checked  # or an error and this frame would hold each other, and the body, until garbage is looked for

    def store_fetched(self, instance: str, bodies: Sequence[bytes]) -> int:
        """Store events that a messenger has fetched itself; what has come before isn't stored twice.

        Mostly nobody can fetch them again. So those that the messenger can't read are stored however many they are.

        Args:
            instance: whose events they are.
            bodies: as its `parse` takes them.

        Returns:
            How many are new.

        Raises:
            NotFound: no such messenger instance.
            StorageError: some may not be stored; give all of them once more.
        """
        events = [evolve(self._read(instance, WebhookRequest(body)), is_fetched=True) for body in bodies]
        results = self._store(events)
        for result in results:
            if isinstance(result, Exception):
                raise result
        return sum(result is Accepted.STORED for result in results)

    def _check(self, instance: str, request: WebhookRequest) -> tuple[_Event, ...] | Accepted | Exception:
        try:
            return self._verify(instance, request)
        except RecursionError:  # whichever parser the adapter verifies with
            return BadInput(
                "The webhook request for messenger {messenger!r} is nested too deeply to be an event.",
                messenger=instance,
            )
        except Exception as error:  # noqa: BLE001  it is this request's own; the others of its commit go on
            return error

    def _verify(self, instance: str, request: WebhookRequest) -> tuple[_Event, ...] | Accepted:
        messenger = self.messenger(instance)
        if len(request.body) > BODY_LIMIT:
            raise TooLarge(
                "The body has {count:,} bytes: at most {most:,} bytes are accepted.",
                limit=BODY_LIMIT,
                count=len(request.body),
                most=BODY_LIMIT,
            )
        if instance in self._shared:  # whose it is comes first: each of them may have a secret of its own
            instance = self._shared[instance].owner_of(request)
            messenger = self.messenger(instance)
        if not messenger.verify(request):
            if instance in self._probing and self._probing[instance].is_probe(request):
                return Accepted.PROBE
            raise BadSignature(
                "The webhook request for messenger {messenger!r} has no valid signature: check the secret on "
                "both sides.",
                messenger=instance,
            )
        self._note(instance, request)
        return tuple([self._read(instance, event) for event in self._split(instance, request)])

    def _note(self, instance: str, request: WebhookRequest) -> None:
        if instance in self._webhook_noting:
            try:
                self._webhook_noting[instance].note_webhook(request)
            except Exception as error:  # noqa: BLE001  what the adapter remembers is worth less than the event
                _log.warning("%s can't note a webhook: %s", instance, type(error).__name__)

    def _split(self, instance: str, request: WebhookRequest) -> Sequence[WebhookRequest]:
        """Return the events of a request; all of it as one if the adapter can't tell them apart."""
        if instance not in self._splitting:
            return [request]
        try:
            return [evolve(request, body=body) for body in self._splitting[instance].split(request.body)] or [request]
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, nothing of it must be lost
            _log.warning("%s can't split a request: %s", instance, type(error).__name__)
            return [request]

    def _read(self, instance: str, request: WebhookRequest) -> _Event:
        """Return a genuine event, whether or not its adapter can read it."""
        messenger = self.messenger(instance)
        dedupe = dedupe_key(messenger, request)
        if request.body.startswith(ACCUSING_PREFIX):
            raise BadInput(
                "The event for messenger {messenger!r} starts with the prefix of internal events, so nothing "
                "of it was stored.",
                messenger=instance,
            )
        try:
            return _build_event(instance, request.body, dedupe, parse_event(messenger, request.body))
        except Unreadable as unreadable:
            _log.warning("an event of %s can't be read, and is stored for a person: %s", instance, unreadable.error)
            return _Event(instance, request.body, dedupe, is_readable=False)

    def _store(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store events: first those that can be read, then the others, as far as the cap of the day goes."""
        readable = [number for number, event in enumerate(events) if event.is_readable]
        unreadable = [number for number, event in enumerate(events) if not event.is_readable]
        results = dict(zip(readable, self._store_readable([events[number] for number in readable]), strict=True))
        results |= zip(unreadable, self._store_unreadable([events[number] for number in unreadable]), strict=True)
        return [results[number] for number in range(len(events))]

    def _store_readable(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store events; if the storage fails, none is stored, and if one event is at fault, each is tried alone.

        One that the storage refuses as it was read is stored unread.
        """
        try:
            return self._store_all(events)
        except StorageError as error:
            return [error] * len(events)
        except Exception as error:  # noqa: BLE001  handed to those whose events were not kept
            if len(events) > 1:
                return [result for event in events for result in self._store_readable([event])]
            if isinstance(error, Conflict):
                return [error]
            _log.warning("an event of %s can't be stored as it was read: %s", events[0].instance, type(error).__name__)
        return self._store_unreadable([_as_unreadable(event) for event in events])

    def _store_unreadable(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store events that can't be read; those above the cap of the day are refused, but for what was fetched."""
        try:
            admitted = self._admit(events)
            results = dict(zip(admitted, self._store_all([events[number] for number in admitted]), strict=True))
            self._unreadable.add(
                Counter(events[number].instance for number in admitted if results[number] is Accepted.STORED)
            )
        except Exception as error:  # noqa: BLE001  handed to those whose events were not kept, or not counted
            return [error] * len(events)
        return [
            results[number] if number in results else self._unreadable.build_refusal(event.instance)
            for number, event in enumerate(events)
        ]

    def _admit(self, events: Sequence[_Event]) -> Sequence[int]:
        """Return which of some unreadable events the cap of the day has room for."""
        room = {instance: self._unreadable.room(instance) for instance in {event.instance for event in events}}
        keys: dict[str, set[str]] = {instance: set() for instance in room}
        admitted = []
        for number, event in enumerate(events):
            taken = keys[event.instance]
            if event.is_fetched or event.dedupe in taken or len(taken) < room[event.instance]:
                taken.add(event.dedupe)
                admitted.append(number)
        return admitted

    def _store_all(self, events: Sequence[_Event]) -> Sequence[Accepted]:
        """Store events in one commit, or in a next where another process has just met the same somebody new."""
        if not events:
            return []
        results: dict[int, Accepted] = {}
        for _ in range(MAX_TRIES):
            waiting = [number for number in range(len(events)) if number not in results]
            outcomes = self._runner.apply(self._build_change_sets([events[number] for number in waiting]))
            results |= {
                number: _ACCEPTED[outcome]
                for number, outcome in zip(waiting, outcomes, strict=True)
                if outcome is not Outcome.CONFLICT
            }
            if len(results) == len(events):
                return [results[number] for number in range(len(events))]
        raise Conflict(
            "The events conflicted with other changes {count} times in a row: send them again.", count=MAX_TRIES
        )

    def _build_change_sets(self, events: Sequence[_Event]) -> list[ChangeSet]:
        key = self._get_key()
        addresses = {event.address.key: event.address for event in events if event.address}
        assigned = assign_ids(
            self._context,
            addresses.values(),
            new={event.address.key for event in events if event.address and event.is_said},
        )
        new_keys: set[str] = set()
        change_sets = []
        for event in events:
            conversation = assigned[event.address.key] if event.address else AssignedId("")
            row = self._encrypt(event, key, conversation.id)
            new = conversation.new_key
            if new is None:
                change_sets.append(ChangeSet(inbox=(row,)))
            elif new.scope in new_keys:  # of somebody whose first event comes before: together, or both once more
                change_sets.append(ChangeSet(inbox=(row,), sealed_under=(new,)))
            else:
                change_sets.append(ChangeSet(inbox=(row,), keys=(new,)))
                new_keys.add(new.scope)
        return change_sets

    def messenger(self, instance: str) -> Messenger:
        """Return a configured messenger, or raise `NotFound`."""
        return get_messenger(self._messengers, instance)

    def build_row(self, instance: str, body: bytes, dedupe: str) -> NewInbox:
        """Seal an event into an inbox row. Of somebody new it isn't kept in order with what they write next.

        Raises:
            TooLarge: the body is over `BODY_LIMIT`.
            BadInput: the body isn't what this messenger sends.
        """
        if len(body) > BODY_LIMIT:
            raise TooLarge(
                "The body has {count:,} bytes: at most {most:,} bytes are accepted.",
                limit=BODY_LIMIT,
                count=len(body),
                most=BODY_LIMIT,
            )
        event = _build_event(instance, body, dedupe, self.messenger(instance).parse(body))
        conversation = self._conversations.id_of(event.address) if event.address else ""
        return self._encrypt(event, self._get_key(), conversation)

    def _get_key(self) -> DataKey:
        """Return today's key."""
        return self._runner.ensure_key(inbox_scope(self._context.clock.now()))

    def _encrypt(self, event: _Event, key: DataKey, conversation: str) -> NewInbox:
        context = self._context
        id = context.ids.new()
        return NewInbox(
            id=id,
            source=event.instance,
            dedupe=context.keys.blind(
                "event", f"{event.instance}\0{event.dedupe}"
            ),  # it may be a digest of somebody's words
            conversation=conversation,
            received_at=context.clock.now(),
            scope=key.scope,
            body=context.encryptor.encrypt(key, event.body, row_associated_data("inbox", id)),
        )


def _build_event(instance: str, body: bytes, dedupe: str, parts: Sequence[Event]) -> _Event:
    of_people = [part for part in parts if isinstance(part, InboundMessage | Withdrawal)]
    is_said = any(isinstance(part, InboundMessage) for part in of_people)
    return _Event(instance, body, dedupe, of_people[0].conversation if of_people else None, is_said)


def _as_unreadable(event: _Event) -> _Event:
    """Return an event without what its adapter made of it."""
    return evolve(event, dedupe=hash_body(event.body), address=None, is_said=False, is_readable=False)


def _combine(results: Sequence[Accepted | Exception]) -> Accepted | Exception:
    """Return what became of a request: the first failure, so that it is sent again, or whether anything was new."""
    failed = next((result for result in results if isinstance(result, Exception)), None)
    return failed or (Accepted.STORED if Accepted.STORED in results else Accepted.SEEN_BEFORE)
