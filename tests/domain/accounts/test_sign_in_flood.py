"""In a flood of sign-ins from changing addresses, the account's owner can sign in from a known place, and only
there.
"""

from collections.abc import Iterator
from itertools import count
from threading import Event, Thread

import pytest
from argon2 import PasswordHasher as Argon2
from attrs import evolve
from tests.support.sign_in import PASSWORD, enrol

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passwords import PasswordHasher, PasswordProfile
from anninh_core.domain.accounts.rules import NOWHERE, Client
from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.testing import UnsafeLocalUsers

CHEAP = PasswordProfile(memory_kib=8, passes=1, lanes=1)
HOME = Client(address="198.51.100.7")
WRONG = "bốn con bò ăn rơm"


@pytest.fixture
def app(anninh_app: App) -> App:
    """Return an app whose officer `lan` has signed in from the address `HOME`."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    enrol(anninh_app, officer.id, "lan")
    anninh_app.accounts.sign_in("lan", PASSWORD, client=HOME)
    return anninh_app


def iter_strangers() -> Iterator[Client]:
    """Yield clients of strangers, each with a different address."""
    for number in count():
        yield Client(address=f"203.0.{number // 250}.{number % 250}")


def can_sign_in(app: App, client: Client) -> bool:
    """Return whether the owner of the account `lan` can sign in from `client`."""
    try:
        app.accounts.sign_in("lan", PASSWORD, client=client)
    except TooManyRequests:
        return False
    return True


def test_flood_doesnt_lock_out_known_places(app: App) -> None:
    """After hundreds of guesses of password and code from elsewhere, all nine of the owner's sign-ins at home
    succeed.
    """
    for client in [client for client, _ in zip(iter_strangers(), range(300), strict=False)]:
        with pytest.raises((NotSignedIn, TooManyRequests)):
            app.accounts.sign_in("lan", WRONG, client=client)
        with pytest.raises((NotSignedIn, TooManyRequests)):
            app.accounts.sign_in_by_chat_code("lan", "ABCD2345", client=client)
    assert [can_sign_in(app, HOME) for _ in range(9)] == [True] * 9
    assert not can_sign_in(app, Client(address="203.0.113.200"))
    app.accounts.request_chat_code("lan", client=HOME)


def test_other_names_dont_slow_the_owner(app: App) -> None:
    """A client at the owner's address that tries other names is slowed down, and the owner isn't."""
    slowed = 0
    for number in range(40):
        try:
            app.accounts.sign_in(f"nobody{number}", WRONG, client=HOME)
        except NotSignedIn:
            continue
        except TooManyRequests:
            slowed += 1
    assert slowed > 0
    assert can_sign_in(app, HOME)


@pytest.mark.parametrize(
    "client", [evolve(HOME, is_shared=True), Client(address=NOWHERE), Client()], ids=["shared", "nowhere", "none"]
)
def test_shared_addresses_are_never_known(app: App, client: Client) -> None:
    """A shared or missing address never becomes a known place, even after sign-ins of the owner."""
    app.accounts.sign_in("lan", PASSWORD, client=client)
    assert app.accounts.knows_place("lan", HOME)
    assert not app.accounts.knows_place("lan", client)
    assert not app.accounts.knows_place("nobody", HOME)


def test_machines_own_user_is_at_known_place(app: App) -> None:
    """A flood of sign-ins over the network doesn't lock out an owner who signs in at the machine's own keyboard."""
    for client in [client for client, _ in zip(iter_strangers(), range(20), strict=False)]:
        with pytest.raises((NotSignedIn, TooManyRequests)):
            app.accounts.sign_in("lan", WRONG, client=client)
    assert not can_sign_in(app, Client())
    assert can_sign_in(app, Client(system_user="lan"))


def test_known_places_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the queue is full of strangers, the password of a sign-in from a known place is hashed next."""
    hasher = PasswordHasher(CHEAP, places=8)
    inside = Event()
    go = Event()
    order: list[str] = []
    real = Argon2.hash

    def hash_slowly(self: Argon2, password: str) -> str:
        order.append(password)
        inside.set()
        assert go.wait(10)
        return real(self, password)

    monkeypatch.setattr(Argon2, "hash", hash_slowly)
    strangers = [Thread(target=hasher.hash, args=("stranger",)) for _ in range(9)]
    for thread in strangers:
        thread.start()
    assert inside.wait(10)
    while hasher.free_places:  # Wait until the strangers have taken their places in the queue.
        go.wait(0.001)
    with pytest.raises(TooManyRequests):
        hasher.hash("stranger")
    owner = Thread(target=hasher.hash, args=("owner",), kwargs={"reserved": True})
    owner.start()
    while not hasher.reserved_count:
        go.wait(0.001)
    go.set()
    for thread in (owner, *strangers):
        thread.join(10)
    assert order.index("owner") == 1
