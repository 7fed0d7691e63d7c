"""Intake of inbound events: each is verified, encrypted and stored durably before it is acknowledged.

An event that its adapter can't parse is stored as well, and ends on the failure desk.
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
from anninh_core.messaging.inbound.conversation_ids import AssignedId, assign_conversation_ids
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
from anninh_core.usecase.encryption.encryptor import DataKey, build_row_associated_data
from anninh_core.usecase.runner import MAX_TRIES, UseCaseRunner
from anninh_core.vocabulary.messages import Address, InboundMessage, WebhookRequest, Withdrawal

BODY_LIMIT = 512 * 1024
"""Largest webhook body in bytes. Platforms send links to media, never media."""

_log = logging.getLogger(__name__)


def inbox_scope(received_at: datetime) -> str:
    """Return the scope under which the events received at a moment are encrypted: one scope per day, in the district's
    time zone.
    """
    return f"inbox:{local_date(received_at)}"


class Accepted(Enum):
    """The result of accepting a webhook request. A probe is the platform's check that the webhook responds."""

    STORED = "stored"
    """The event is stored durably, and will be processed."""
    SEEN_BEFORE = "seen before"
    """The event was stored before; it wasn't stored twice."""
    PROBE = "probe"
    """The request was a probe; nothing was stored."""


_ACCEPTED = {Outcome.COMMITTED: Accepted.STORED, Outcome.DUPLICATE: Accepted.SEEN_BEFORE}


@frozen
class _Event:
    """A verified event before it is encrypted.

    Attributes:
        address: the conversation that it belongs to, if any.
        is_said: whether it contains a message; a person who only withdraws, and never wrote, gets no record.
        is_readable: whether its adapter can parse it. If not, its conversation is unknown, and it blocks none.
        is_fetched: whether the messenger polled it: the platform doesn't send it again.
    """

    instance: str
    body: bytes
    dedupe: str
    address: Address | None = None
    is_said: bool = False
    is_readable: bool = True
    is_fetched: bool = False


class Intake:
    """Verifies, encrypts and stores inbound events."""

    def __init__(
        self, runner: UseCaseRunner, conversations: Conversations, messengers: Mapping[str, Messenger]
    ) -> None:
        self._runner = runner
        self._context = runner.context
        self._conversations = conversations
        self._messengers = messengers
        # These checks are done once: an isinstance check against a protocol costs more than all other handling of an
        # event.
        self._probing = {name: messenger for name, messenger in messengers.items() if isinstance(messenger, Probed)}
        self._webhook_noting = {
            name: messenger for name, messenger in messengers.items() if isinstance(messenger, NotesWebhooks)
        }
        self._splitting = {name: each for name, each in messengers.items() if isinstance(each, SplitsRequests)}
        self._shared = find_shared_webhooks(messengers)
        self._unreadable = UnreadableEvents(runner.context)

    def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Verify and store an event. When this returns, the event is durable, unless it was a probe.

        Raises:
            NotFound: no such messenger instance.
            TooLarge: the body is over `BODY_LIMIT`.
            BadSignature: the request isn't the platform's, or the two sides have different secrets.
            TooManyRequests: its adapter can't parse it, and today's cap on such events is reached.
        """
        (result,) = self.accept_all([(instance, request)])
        if isinstance(result, Exception):
            raise result
        return result

    def accept_all(self, events: Sequence[tuple[str, WebhookRequest]]) -> Sequence[Accepted | Exception]:
        """Verify requests and store the genuine ones' events in one commit, far cheaper than a commit each.

        Args:
            events: each with the messenger instance that received it.

        Returns:
            The result for each request, once its events are durable, or the exception that `accept` would have raised.
        """
        checked = [self._check_request(instance, request) for instance, request in events]
        try:
            results = iter(
                self._store_events([event for entry in checked if isinstance(entry, tuple) for event in entry])
            )
            return [
                _combine_results([next(results) for _ in entry]) if isinstance(entry, tuple) else entry
                for entry in checked
            ]
        finally:
            # Without this, an exception and this frame would reference each other, and keep the body in memory until
            # garbage collection.
            del checked

    def store_fetched(self, instance: str, bodies: Sequence[bytes]) -> int:
        """Store events that a messenger polled; events stored before aren't stored twice.

        Most platforms don't deliver them again, so unparsable ones are stored without a cap.

        Args:
            instance: messenger instance that polled them.
            bodies: in the format that its `parse` takes.

        Returns:
            Number of new events.

        Raises:
            NotFound: no such messenger instance.
            StorageError: some may not be stored; call again with all of them.
        """
        events = [evolve(self._read_event(instance, WebhookRequest(body)), is_fetched=True) for body in bodies]
        results = self._store_events(events)
        for result in results:
            if isinstance(result, Exception):
                raise result
        return sum(result is Accepted.STORED for result in results)

    def _check_request(self, instance: str, request: WebhookRequest) -> tuple[_Event, ...] | Accepted | Exception:
        try:
            return self._verify_request(instance, request)
        except RecursionError:  # Any parser that the adapter verifies with may raise this error.
            return BadInput(
                "The webhook request for messenger {messenger!r} is nested too deeply to be an event.",
                messenger=instance,
            )
        except Exception as error:  # noqa: BLE001  it is this request's own; the others of its commit go on
            return error

    def _verify_request(self, instance: str, request: WebhookRequest) -> tuple[_Event, ...] | Accepted:
        messenger = self.messenger(instance)
        if len(request.body) > BODY_LIMIT:
            raise TooLarge(
                "The body has {count:,} bytes: at most {most:,} bytes are accepted.",
                limit=BODY_LIMIT,
                count=len(request.body),
                most=BODY_LIMIT,
            )
        # The owner is determined first: each instance that shares the webhook may have its own secret.
        if instance in self._shared:
            instance = self._shared[instance].find_owner(request)
            messenger = self.messenger(instance)
        if not messenger.verify(request):
            if instance in self._probing and self._probing[instance].is_probe(request):
                return Accepted.PROBE
            raise BadSignature(
                "The webhook request for messenger {messenger!r} has no valid signature: check the secret on "
                "both sides.",
                messenger=instance,
            )
        self._note_webhook(instance, request)
        return tuple([self._read_event(instance, event) for event in self._split_request(instance, request)])

    def _note_webhook(self, instance: str, request: WebhookRequest) -> None:
        if instance in self._webhook_noting:
            try:
                self._webhook_noting[instance].note_webhook(request)
            except Exception as error:  # noqa: BLE001  what the adapter remembers is worth less than the event
                _log.warning("%s can't note a webhook: %s", instance, type(error).__name__)

    def _split_request(self, instance: str, request: WebhookRequest) -> Sequence[WebhookRequest]:
        """Return the events of a request, or the whole request as one event if the adapter can't split it."""
        if instance not in self._splitting:
            return [request]
        try:
            return [evolve(request, body=body) for body in self._splitting[instance].split(request.body)] or [request]
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, nothing of it must be lost
            _log.warning("%s can't split a request: %s", instance, type(error).__name__)
            return [request]

    def _read_event(self, instance: str, request: WebhookRequest) -> _Event:
        """Return a verified event, parsed if its adapter can parse it."""
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

    def _store_events(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store the events that were parsed, then the others up to today's cap."""
        readable = [number for number, event in enumerate(events) if event.is_readable]
        unreadable = [number for number, event in enumerate(events) if not event.is_readable]
        results = dict(zip(readable, self._store_readable([events[number] for number in readable]), strict=True))
        results |= zip(unreadable, self._store_unreadable([events[number] for number in unreadable]), strict=True)
        return [results[number] for number in range(len(events))]

    def _store_readable(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store events in one commit; if the storage fails, none is stored; if one event is at fault, each is stored
        separately.

        An event that can't be stored as parsed is stored as unreadable.
        """
        try:
            return self._store_in_one_commit(events)
        except StorageError as error:
            return [error] * len(events)
        except Exception as error:  # noqa: BLE001  handed to those whose events were not kept
            if len(events) > 1:
                return [result for event in events for result in self._store_readable([event])]
            if isinstance(error, Conflict):
                return [error]
            _log.warning("an event of %s can't be stored as it was read: %s", events[0].instance, type(error).__name__)
        return self._store_unreadable([_drop_parsed_values(event) for event in events])

    def _store_unreadable(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store events that no adapter could parse; refuse those above today's cap, except polled ones."""
        try:
            admitted = self._select_under_cap(events)
            results = dict(
                zip(admitted, self._store_in_one_commit([events[number] for number in admitted]), strict=True)
            )
            self._unreadable.add(
                Counter(events[number].instance for number in admitted if results[number] is Accepted.STORED)
            )
        except Exception as error:  # noqa: BLE001  handed to those whose events were not kept, or not counted
            return [error] * len(events)
        return [
            results[number] if number in results else self._unreadable.build_refusal(event.instance)
            for number, event in enumerate(events)
        ]

    def _select_under_cap(self, events: Sequence[_Event]) -> Sequence[int]:
        """Return the indexes of the unparsable events that fit under today's cap."""
        room = {
            instance: self._unreadable.count_remaining(instance) for instance in {event.instance for event in events}
        }
        keys: dict[str, set[str]] = {instance: set() for instance in room}
        admitted = []
        for number, event in enumerate(events):
            taken = keys[event.instance]
            if event.is_fetched or event.dedupe in taken or len(taken) < room[event.instance]:
                taken.add(event.dedupe)
                admitted.append(number)
        return admitted

    def _store_in_one_commit(self, events: Sequence[_Event]) -> Sequence[Accepted]:
        """Store events in one commit; retry if another process has just stored a key for the same new person."""
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
        assigned = assign_conversation_ids(
            self._context,
            addresses.values(),
            new={event.address.key for event in events if event.address and event.is_said},
        )
        new_keys: set[str] = set()
        change_sets = []
        for event in events:
            conversation = assigned[event.address.key] if event.address else AssignedId("")
            row = self._encrypt_event(event, key, conversation.id)
            new = conversation.new_key
            if new is None:
                change_sets.append(ChangeSet(inbox=(row,)))
            # This new person has an earlier event in the batch: both events commit together, or both are retried.
            elif new.scope in new_keys:
                change_sets.append(ChangeSet(inbox=(row,), sealed_under=(new,)))
            else:
                change_sets.append(ChangeSet(inbox=(row,), keys=(new,)))
                new_keys.add(new.scope)
        return change_sets

    def messenger(self, instance: str) -> Messenger:
        """Return the configured messenger with this instance name, or raise `NotFound`."""
        return get_messenger(self._messengers, instance)

    def build_row(self, instance: str, body: bytes, dedupe: str) -> NewInbox:
        """Encrypt an event into a new inbox row. The first event of a new person isn't kept in order with the person's
        next events.

        Raises:
            TooLarge: the body is over `BODY_LIMIT`.
            BadInput: the body isn't in this messenger's format.
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
        return self._encrypt_event(event, self._get_key(), conversation)

    def _get_key(self) -> DataKey:
        """Return the data key under which today's inbox rows are encrypted."""
        return self._runner.ensure_key(inbox_scope(self._context.clock.now()))

    def _encrypt_event(self, event: _Event, key: DataKey, conversation: str) -> NewInbox:
        context = self._context
        id = context.ids.new()
        return NewInbox(
            id=id,
            source=event.instance,
            dedupe=context.keys.blind(
                "event", f"{event.instance}\0{event.dedupe}"
            ),  # The dedupe key may be a digest of a person's words, so that it is hashed with a secret key.
            conversation=conversation,
            received_at=context.clock.now(),
            scope=key.scope,
            body=context.encryptor.encrypt(key, event.body, build_row_associated_data("inbox", id)),
        )


def _build_event(instance: str, body: bytes, dedupe: str, parts: Sequence[Event]) -> _Event:
    of_people = [part for part in parts if isinstance(part, InboundMessage | Withdrawal)]
    is_said = any(isinstance(part, InboundMessage) for part in of_people)
    return _Event(instance, body, dedupe, of_people[0].conversation if of_people else None, is_said)


def _drop_parsed_values(event: _Event) -> _Event:
    """Return an event without the values that its adapter parsed."""
    return evolve(event, dedupe=hash_body(event.body), address=None, is_said=False, is_readable=False)


def _combine_results(results: Sequence[Accepted | Exception]) -> Accepted | Exception:
    """Return the result of a request from those of its events: the first failure, so that the platform sends the
    request again, or else whether any event was new.
    """
    failed = next((result for result in results if isinstance(result, Exception)), None)
    return failed or (Accepted.STORED if Accepted.STORED in results else Accepted.SEEN_BEFORE)
