"""A ticket for a sign-in in two steps can be used once, even under concurrency, and isn't stored."""

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
    return anninh_app.internals.services.accounts.tickets


def test_ticket_counts_once_under_concurrency(tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """Of several simultaneous uses of one sign-in ticket exactly one succeeds."""
    now = anninh_clock.now()
    ticket = tickets.draw_ticket("test", now)

    def spend_ticket(_: int) -> bool:
        try:
            tickets.spend(tickets.read("test", ticket.text, now), now)
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(spend_ticket, range(8))) == 1


def test_drawing_a_ticket_stores_nothing(anninh_app: App, tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """Drawing sign-in tickets changes neither the journal nor the stored states."""
    before = anninh_app.internals.context.storage.journal.head()
    drawn = {tickets.draw_ticket("test", anninh_clock.now()).text for _ in range(50)}
    assert len(drawn) == 50
    assert anninh_app.internals.context.storage.journal.head() == before


def test_ticket_is_for_one_purpose_and_time(tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """A sign-in ticket is valid only for its purpose and within its lifetime."""
    now = anninh_clock.now()
    ticket = tickets.draw_ticket("test", now)
    assert tickets.read("test", ticket.text, now + LIFE - timedelta(seconds=1)) == ticket
    for purpose, at in (("tes", now), ("test 1", now), ("test", now + LIFE)):
        with pytest.raises(NotSignedIn):
            tickets.read(purpose, ticket.text, at)


def test_derived_secrets_differ_and_repeat(anninh_app: App, tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """Each secret derived from a ticket differs from all others, and is the same each time."""
    keys = anninh_app.internals.context.keys
    first = tickets.draw_ticket("test", anninh_clock.now())
    second = tickets.draw_ticket("test", anninh_clock.now())
    derived = [ticket.derive(keys, what) for ticket in (first, second) for what in ("state", "nonce", "verifier")]
    assert len(set(derived)) == 6
    assert derived[0] == Ticket(first.text, first.began_at).derive(keys, "state")
    assert first.text not in repr(first)


def test_a_flood_is_bounded(tickets: SignInTickets, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bucket of used tickets has a bounded size, and has room again after its tickets expire."""
    monkeypatch.setattr(module, "_MOST", 2)
    monkeypatch.setattr(module, "_BUCKET_LETTERS", 0)
    for _ in range(2):
        tickets.spend(tickets.draw_ticket("test", anninh_clock.now()), anninh_clock.now())
    with pytest.raises(TooManyRequests):
        tickets.spend(tickets.draw_ticket("test", anninh_clock.now()), anninh_clock.now())
    anninh_clock.advance(LIFE)
    tickets.spend(tickets.draw_ticket("test", anninh_clock.now()), anninh_clock.now())


def test_forged_ticket_is_refused(tickets: SignInTickets, anninh_clock: FixedClock) -> None:
    """A ticket is signed with the office's keys, so that any altered ticket is refused."""
    text = tickets.draw_ticket("test", anninh_clock.now()).text
    body, _, signature = text.rpartition(".")
    for forged in (f"{body}.{'0' * len(signature)}", f"{body}.", signature, text.upper()):
        with pytest.raises(NotSignedIn):
            tickets.read("test", forged, anninh_clock.now())
