"""Intake: an event from outside is verified, encrypted and stored durably before it is acknowledged."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256

from attrs import frozen

from anninh_core.domain.conversations.service import Conversations
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, BadSignature, Conflict, NotFound, StorageError, TooLarge
from anninh_core.messaging.inbound.conversation_ids import AssignedId, assign_ids
from anninh_core.messaging.inbound.shared_webhook import find_shared_webhooks
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import NotesWebhooks, Probed
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
    """What is known of a sound event before it is sealed.

    Attributes:
        address: the conversation that it belongs to, if any.
        is_said: whether somebody writes; of who only withdraws, and never wrote, nothing is kept.
    """

    instance: str
    body: bytes
    dedupe: str
    address: Address | None
    is_said: bool = False


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
        self._shared = find_shared_webhooks(messengers)

    def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Verify and store an event. When this returns, it is durable, unless it was a probe.

        Raises:
            NotFound: no such messenger instance.
            TooLarge: the body is over `BODY_LIMIT`.
            BadSignature: it isn't the platform's, or one side has another secret.
            BadInput: the body isn't what this messenger sends.
        """
        (result,) = self.accept_all([(instance, request)])
        if isinstance(result, Exception):
            raise result
        return result

    def accept_all(self, events: Sequence[tuple[str, WebhookRequest]]) -> Sequence[Accepted | Exception]:
        """Verify events and store those that are sound in one commit, which is far cheaper than a commit each.

        Args:
            events: each with the messenger instance that it came to.

        Returns:
            What became of each, once it is durable, or what `accept` would have raised for it.
        """
        checked = [self._check(instance, request) for instance, request in events]
        try:
            results = iter(self._store([entry for entry in checked if isinstance(entry, _Event)]))
            return [next(results) if isinstance(entry, _Event) else entry for entry in checked]
        finally:
            del checked  # or an error and this frame would hold each other, and the body, until garbage is looked for

    def store_fetched(self, instance: str, bodies: Sequence[bytes]) -> int:
        """Store events that a messenger has fetched itself, in one commit; what has come before isn't stored twice.

        Mostly nobody can fetch them again. So one that the messenger doesn't understand is stored as well: it ends on
        the failure desk, where a person finds it.

        Args:
            instance: whose events they are.
            bodies: as its `parse` takes them.

        Returns:
            How many are new.

        Raises:
            NotFound: no such messenger instance.
            StorageError: some may not be stored; give all of them once more.
        """
        results = self._store([self._read_fetched(instance, body) for body in bodies])
        for result in results:
            if isinstance(result, Exception):
                raise result
        return sum(result is Accepted.STORED for result in results)

    def _read_fetched(self, instance: str, body: bytes) -> _Event:
        messenger = self.messenger(instance)
        try:
            return self._read(instance, body, messenger.dedupe_key(WebhookRequest(body)))
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the event must not be lost
            _log.warning("an event that %s fetched can't be understood: %s", instance, type(error).__name__)
            return _Event(instance, body, f"not understood\0{sha256(body).hexdigest()}", None)

    def _check(self, instance: str, request: WebhookRequest) -> _Event | Accepted | Exception:
        try:
            return self._verify(instance, request)
        except RecursionError:  # whichever parser the adapter uses
            return BadInput(f"a webhook for {instance!r} is nested too deeply to be an event")
        except Exception as error:  # noqa: BLE001  it is this event's own; the others of its commit go on
            return error

    def _verify(self, instance: str, request: WebhookRequest) -> _Event | Accepted:
        messenger = self.messenger(instance)
        if len(request.body) > BODY_LIMIT:
            raise TooLarge(
                f"a webhook body of {len(request.body)} bytes is over the limit of {BODY_LIMIT}", limit=BODY_LIMIT
            )
        if instance in self._shared:  # whose it is comes first: each of them may have a secret of its own
            instance = self._shared[instance].owner_of(request.body)
            messenger = self.messenger(instance)
        if not messenger.verify(request):
            if instance in self._probing and self._probing[instance].is_probe(request):
                return Accepted.PROBE
            raise BadSignature(f"a webhook for {instance!r} has no valid signature; check the secret on both sides")
        if instance in self._webhook_noting:
            self._webhook_noting[instance].note_webhook(request)
        return self._read(instance, request.body, messenger.dedupe_key(request))

    def _read(self, instance: str, body: bytes, dedupe: str) -> _Event:
        parts = [part for part in self.messenger(instance).parse(body) if isinstance(part, InboundMessage | Withdrawal)]
        is_said = any(isinstance(part, InboundMessage) for part in parts)
        return _Event(instance, body, dedupe, parts[0].conversation if parts else None, is_said)

    def _store(self, events: Sequence[_Event]) -> Sequence[Accepted | Exception]:
        """Store events; if the storage fails, none is stored, and if one event is at fault, each is tried alone."""
        if not events:
            return []
        try:
            return self._store_all(events)
        except Exception as error:  # noqa: BLE001  handed to those whose events were not kept
            if len(events) == 1 or isinstance(error, StorageError):
                return [error] * len(events)
            return [result for event in events for result in self._store([event])]

    def _store_all(self, events: Sequence[_Event]) -> list[Accepted | Exception]:
        """Store events in one commit, or in a next where another process has just met the same somebody new."""
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
        raise Conflict(f"events met other changes {MAX_TRIES} times in a row; send them again")

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
        try:
            return self._messengers[instance]
        except KeyError:
            configured = ", ".join(self._messengers) or "none"
            raise NotFound(
                f"there is no messenger {instance!r} in the settings; configured: {configured}",
                kind="messenger",
                id=instance,
            ) from None

    def build_row(self, instance: str, body: bytes, dedupe: str) -> NewInbox:
        """Seal an event into an inbox row. Of somebody new it isn't kept in order with what they write next.

        Raises:
            TooLarge: the body is over `BODY_LIMIT`.
            BadInput: the body isn't what this messenger sends.
        """
        if len(body) > BODY_LIMIT:
            raise TooLarge(f"an event of {len(body)} bytes is over the limit of {BODY_LIMIT}", limit=BODY_LIMIT)
        event = self._read(instance, body, dedupe)
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
