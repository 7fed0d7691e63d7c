"""Tickets of sign-ins with two steps: a client returns its ticket with the second step. Each ticket counts once, for
ten minutes.

Drawing a ticket stores nothing, so that no one can fill the storage by beginning sign-ins; all values of an attempt are
derived from its ticket with our keys. A used ticket is remembered until it would have expired.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
from attrs import field, frozen

from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.ports.keys import Keys
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.named_values.adapter_state import EncryptedState

LIFE = timedelta(minutes=10)
"""Time limit for the second step of a sign-in."""

_BYTES = 32
_BUCKET_LETTERS = 3
_LETTERS = 32
_MOST = 200
"""Maximal number of used tickets remembered in one bucket: with all 4,096 buckets, a flood of 80,000 a minute."""
_TRIES = 20
_PAUSE = timedelta(seconds=30)
_DECODER = msgspec.json.Decoder(dict[str, datetime])


@frozen
class Ticket:
    """Ticket of one sign-in attempt.

    Attributes:
        text: as the client holds it.
    """

    text: str = field(repr=False)
    began_at: datetime

    @property
    def until(self) -> datetime:
        """End of the ticket's validity, exclusive."""
        return self.began_at + LIFE

    def derive(self, keys: Keys, purpose: str) -> bytes:
        """Return 32 bytes for a purpose of this attempt, which can't be computed from the attempt's bytes for other
        purposes.
        """
        return sha256(keys.blind(f"sign-in ticket {purpose}", self.text).encode()).digest()


class SignInTickets:
    """Draws tickets, and accepts each once.

    Args:
        state: storage of the used tickets.
        keys: keys that sign tickets.
    """

    def __init__(self, state: EncryptedState, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    def draw_ticket(self, purpose: str, at: datetime) -> Ticket:
        """Return a new ticket for one purpose."""
        seconds = int(at.timestamp())
        body = f"{secrets.token_urlsafe(_BYTES)}.{seconds}"
        return Ticket(f"{body}.{self._sign_ticket(purpose, body)}", datetime.fromtimestamp(seconds, UTC))

    def read(self, purpose: str, text: str, at: datetime) -> Ticket:
        """Return the ticket with a given text after checking its signature and age; `spend_ticket` remembers its use.

        Raises:
            NotSignedIn: the ticket is forged, for another purpose, or expired.
        """
        body, _, signature = text.rpartition(".")
        expected = self._sign_ticket(purpose, body) if text.isascii() else ""
        if not expected or not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()):
            raise NotSignedIn("The ticket is invalid or for another purpose: begin again.")
        ticket = Ticket(text, datetime.fromtimestamp(int(body.rpartition(".")[2]), UTC))
        if at >= ticket.until:
            raise NotSignedIn("The ticket has expired: begin again.")
        return ticket

    def spend(self, ticket: Ticket, at: datetime) -> None:
        """Remember a ticket as used.

        Raises:
            NotSignedIn: it was used before.
            TooManyRequests: too many tickets are used at this moment.
        """
        hash = self._keys.blind("spent sign-in ticket", ticket.text)[:_LETTERS]
        name = f"spent.{hash[:_BUCKET_LETTERS]}"
        for _ in range(_TRIES):
            stored = self._state.get(name)
            spent = {spent_hash: until for spent_hash, until in _decode_used_tickets(stored).items() if at < until}
            if hash in spent:
                raise NotSignedIn("The ticket was used already: begin again.")
            if len(spent) >= _MOST:
                raise TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _PAUSE)
            if self._state.put(name, msgspec.json.encode({**spent, hash: ticket.until}), stored.version):
                return
        raise TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _PAUSE)

    def _sign_ticket(self, purpose: str, body: str) -> str:
        return self._keys.blind(f"sign-in ticket for {purpose}", body)


def _decode_used_tickets(stored: Remembered) -> Mapping[str, datetime]:
    return _DECODER.decode(stored.value) if stored.value else {}
