"""Tickets of sign-ins in two steps: each counts once, whoever shows it at the same moment, and none is stored."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from anninh_core.app import App
from anninh_core.domain.accounts.credentials import tickets as module
from anninh_core.domain.accounts.credentials.tickets import LIFE, SignInTickets, Ticket
from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.testing import FixedClock


@pytest.fixture
def tickets(anninh_app: App) -> SignInTickets:
    """Those of an app."""
    return anninh_app.internals.services.accounts.tickets


def test_one_counts_once_in_many_hands(tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """Of many who show it at once one gets through."""
    now = anninh_clock.now()
    ticket = tickets.draw("test", now)

    def spend(_: int) -> bool:
        try:
            tickets.spend(tickets.read("test", ticket.text, now), now)
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(spend, range(8))) == 1


def test_beginning_stores_nothing(anninh_app: App, tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """However many are drawn, journal and states are as before."""
    before = anninh_app.internals.context.storage.journal.head()
    drawn = {tickets.draw("test", anninh_clock.now()).text for _ in range(50)}
    assert len(drawn) == 50
    assert anninh_app.internals.context.storage.journal.head() == before


def test_one_is_good_for_its_purpose(tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """Not for another, and not a moment too long."""
    now = anninh_clock.now()
    ticket = tickets.draw("test", now)
    assert tickets.read("test", ticket.text, now + LIFE - timedelta(seconds=1)) == ticket
    for purpose, at in (("tes", now), ("test 1", now), ("test", now + LIFE)):
        with pytest.raises(NotSignedIn):
            tickets.read(purpose, ticket.text, at)


def test_what_is_derived_tells_nothing_else(anninh_app: App, tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """Every secret of a try is another one, and the same whenever it is asked for."""
    keys = anninh_app.internals.context.keys
    one = tickets.draw("test", anninh_clock.now())
    two = tickets.draw("test", anninh_clock.now())
    derived = [ticket.derive(keys, what) for ticket in (one, two) for what in ("state", "nonce", "verifier")]
    assert len(set(derived)) == 6
    assert derived[0] == Ticket(one.text, one.began_at).derive(keys, "state")
    assert one.text not in repr(one)


def test_a_flood_is_bounded(tickets: SignInTickets, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of a bucket has an end; once they have run out there is room again."""
    monkeypatch.setattr(module, "_MOST", 2)
    monkeypatch.setattr(module, "_BUCKET_LETTERS", 0)
    for _ in range(2):
        tickets.spend(tickets.draw("test", anninh_clock.now()), anninh_clock.now())
    with pytest.raises(TooManyRequests):
        tickets.spend(tickets.draw("test", anninh_clock.now()), anninh_clock.now())
    anninh_clock.advance(LIFE)
    tickets.spend(tickets.draw("test", anninh_clock.now()), anninh_clock.now())


def test_a_made_up_one_is_refused(tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """It is signed by the office's own keys, every letter of it."""
    text = tickets.draw("test", anninh_clock.now()).text
    body, _, signature = text.rpartition(".")
    for forged in (f"{body}.{'0' * len(signature)}", f"{body}.", signature, text.upper()):
        with pytest.raises(NotSignedIn):
            tickets.read("test", forged, anninh_clock.now())
