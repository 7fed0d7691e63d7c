"""The door: an event from outside is verified, sealed and stored durably before anybody is told that it arrived."""

from collections.abc import Mapping
from enum import Enum

from anninh_core.dispatch.housekeeping import inbox_scope
from anninh_core.kernel.errors import NotFound, Refused, TooLarge
from anninh_core.ports.changes import ChangeSet, NewInbox, Outcome
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.vocabulary.messages import InboundMessage, WebhookRequest
from anninh_core.work.desk import Desk
from anninh_core.work.sealing import row_binding

BODY_LIMIT = 512 * 1024
"""Largest webhook body in bytes. Platforms send links to media, never media."""


class Accepted(Enum):
    """What became of an event."""

    STORED = "stored"
    SEEN_BEFORE = "seen before"


class Intake:
    """Takes events in."""

    def __init__(self, desk: Desk, conversations: Conversations, messengers: Mapping[str, Messenger]) -> None:
        self._desk = desk
        self._conversations = conversations
        self._messengers = messengers

    def accept(self, instance: str, request: WebhookRequest) -> Accepted:
        """Verify and store an event. When this returns, it is durable.

        Raises:
            NotFound: no such messenger instance.
            TooLarge: the body is over `BODY_LIMIT`.
            Refused: the signature doesn't fit.
            BadInput: the body isn't what this messenger sends.
        """
        messenger = self.messenger(instance)
        if len(request.body) > BODY_LIMIT:
            raise TooLarge(f"a webhook body of {len(request.body)} bytes is over the limit of {BODY_LIMIT}")
        if not messenger.verify(request):
            raise Refused(f"a webhook for {instance!r} has no valid signature; check the secret on both sides")
        row = self.row(instance, request.body, messenger.dedupe_key(request))
        (outcome,) = self._desk.storage.commit([ChangeSet(inbox=(row,))])
        return Accepted.STORED if outcome is Outcome.COMMITTED else Accepted.SEEN_BEFORE

    def messenger(self, instance: str) -> Messenger:
        """Return a configured messenger, or raise `NotFound`."""
        try:
            return self._messengers[instance]
        except KeyError:
            known = ", ".join(self._messengers) or "none"
            raise NotFound(f"there is no messenger {instance!r} in the settings; configured: {known}") from None

    def row(self, instance: str, body: bytes, dedupe: str) -> NewInbox:
        """Seal an event into an inbox row.

        Raises:
            TooLarge: the body is over `BODY_LIMIT`.
            BadInput: the body isn't what this messenger sends.
        """
        if len(body) > BODY_LIMIT:
            raise TooLarge(f"an event of {len(body)} bytes is over the limit of {BODY_LIMIT}")
        desk = self._desk
        said = [part for part in self.messenger(instance).parse(body) if isinstance(part, InboundMessage)]
        id, now = desk.ids.new(), desk.clock.now()
        key = desk.stored_key(inbox_scope(now))
        return NewInbox(
            id=id,
            source=instance,
            dedupe=desk.keys.blind("event", f"{instance}\0{dedupe}"),  # it may be a digest of somebody's words
            conversation=self._conversations.id_of(said[0].conversation) if said else "",
            received_at=now,
            scope=key.scope,
            body=desk.sealer.seal(key, body, row_binding("inbox", id)),
        )
