"""Tickets: what a program shows again at the end of a sign-in that takes two steps. Each counts once, for minutes.

Nothing is stored when one is drawn, so that nobody fills the storage by beginning; all that belongs to a try is derived
from its ticket by our keys. That one was shown is remembered until it would have run out.
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
"""How long a person has for the second step."""

_BYTES = 32
_BUCKET_LETTERS = 3
_LETTERS = 32
_MOST = 200
"""Tickets of one bucket that are remembered at the same time: with all 4,096 of them a flood of 80,000 a minute."""
_TRIES = 20
_PAUSE = timedelta(seconds=30)
_DECODER = msgspec.json.Decoder(dict[str, datetime])


@frozen
class Ticket:
    """A try of signing in.

    Attributes:
        text: as its program has it.
    """

    text: str = field(repr=False)
    began_at: datetime

    @property
    def until(self) -> datetime:
        """It holds before this moment."""
        return self.began_at + LIFE

    def derive(self, keys: Keys, what: str) -> bytes:
        """Return 32 bytes of this try that nobody knows who has only others of them."""
        return sha256(keys.blind(f"sign-in ticket {what}", self.text).encode()).digest()


class SignInTickets:
    """Draws tickets, and takes each once.

    Args:
        state: where it is remembered that one was shown.
        keys: by which they are told from made-up ones.
    """

    def __init__(self, state: EncryptedState, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    def draw(self, purpose: str, at: datetime) -> Ticket:
        """Return a new ticket, good for one purpose."""
        seconds = int(at.timestamp())
        body = f"{secrets.token_urlsafe(_BYTES)}.{seconds}"
        return Ticket(f"{body}.{self._sign(purpose, body)}", datetime.fromtimestamp(seconds, UTC))

    def read(self, purpose: str, text: str, at: datetime) -> Ticket:
        """Return a ticket that somebody shows; that it was shown is remembered by `spend`.

        Raises:
            NotSignedIn: it is made up, for another purpose, or has run out.
        """
        body, _, signature = text.rpartition(".")
        expected = self._sign(purpose, body) if text.isascii() else ""
        if not expected or not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()):
            raise NotSignedIn("The ticket is invalid or for another purpose: begin again.")
        ticket = Ticket(text, datetime.fromtimestamp(int(body.rpartition(".")[2]), UTC))
        if at >= ticket.until:
            raise NotSignedIn("The ticket has expired: begin again.")
        return ticket

    def spend(self, ticket: Ticket, at: datetime) -> None:
        """Take a ticket.

        Raises:
            NotSignedIn: it was taken before.
            TooManyRequests: too many are taken at this moment.
        """
        hash = self._keys.blind("spent sign-in ticket", ticket.text)[:_LETTERS]
        name = f"spent.{hash[:_BUCKET_LETTERS]}"
        for _ in range(_TRIES):
            stored = self._state.get(name)
            spent = {known: until for known, until in _decode(stored).items() if at < until}
            if hash in spent:
                raise NotSignedIn("The ticket was used already: begin again.")
            if len(spent) >= _MOST:
                raise TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _PAUSE)
            if self._state.put(name, msgspec.json.encode({**spent, hash: ticket.until}), stored.version):
                return
        raise TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _PAUSE)

    def _sign(self, purpose: str, body: str) -> str:
        return self._keys.blind(f"sign-in ticket for {purpose}", body)


def _decode(stored: Remembered) -> Mapping[str, datetime]:
    return _DECODER.decode(stored.value) if stored.value else {}
