"""Passwords have to be long and uncommon, and are hashed one at a time."""

from threading import Event, Thread

import pytest
from argon2 import PasswordHasher as Argon2

from anninh_core.domain.accounts.credentials.passwords import (
    PasswordHasher,
    PasswordProfile,
    check_password,
    load_common_passwords,
)
from anninh_core.kernel.errors import BadInput, TooManyRequests

CHEAP = PasswordProfile(memory_kib=8, passes=1, lanes=1)
GOOD = "bốn con bò ăn cỏ"


@pytest.fixture
def hasher() -> PasswordHasher:
    return PasswordHasher(CHEAP)


@pytest.mark.parametrize(
    "password",
    [
        "ngắn quá 11",
        "x" * 129,
        "password123456",
        "PassWord123456",
        "MatKhau123456",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "abcdefghijklm",
        "nguyen.van.lan",
        "nguyen.van.lan2026",
        "NguyenVanLan!!!!",
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    """A password is refused if it is too short, too long, common, a series or the sign-in name, and the error doesn't
    repeat it.
    """
    with pytest.raises(BadInput) as error:
        check_password(password, "nguyen.van.lan")
    assert password not in str(error.value)


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "x1" * 30 + "yz", "một hai ba bốn"])
def test_long_passwords_are_accepted(password: str) -> None:
    """A long password is accepted even without a mixture of kinds of characters."""
    check_password(password, "lan")


@pytest.mark.parametrize(
    "password",
    [
        "nguyenthilan1985",
        "Nguyễn Thị Lan",
        "LAN.nguyen@1985!",
        "01021985 Lan Thi Nguyen",
        "lan hoa lu 1985",
        "PhuongHoaLu2025",
        "nguyenlan_hoalu",
        "conganninhbinh",
    ],
)
def test_passwords_made_of_names_are_refused(password: str) -> None:
    """A password that consists of words of the officer's own name and of the units, with digits and signs, is
    refused.
    """
    names = ["Nguyễn Thị Lan", "Phường Hoa Lư", "Công an tỉnh Ninh Bình"]
    with pytest.raises(BadInput, match="A password can't be made of your own name, your sign-in name or") as error:
        check_password(password, "lannt", names)
    assert password not in str(error.value)


@pytest.mark.parametrize("password", ["Lan trồng hoa cúc trắng", "hoa lư mùa nước nổi", "581920473625"])
def test_names_among_other_words_are_allowed(password: str) -> None:
    """A password that has names among other words is accepted, because it is refused only if it consists of names
    alone.
    """
    check_password(password, "lannt", ["Nguyễn Thị Lan", "Phường Hoa Lư"])


def test_common_passwords_are_long_enough() -> None:
    """The list of common passwords contains no password that would be refused anyway as too short."""
    assert len(load_common_passwords()) > 300
    assert all(len(password) >= 12 and password == password.casefold() for password in load_common_passwords())


def test_hash_verifies_only_its_password(hasher: PasswordHasher) -> None:
    """A hash verifies its password in any Unicode form and no other password, and two hashes of one password differ."""
    hash = hasher.hash(GOOD)
    assert hash != hasher.hash(GOOD)
    assert GOOD not in hash
    decomposed = "bo\u0302\u0301n con bo\u0300 a\u0306n co\u0309"
    assert hasher.verify(hash, GOOD)
    assert hasher.verify(hash, decomposed)
    assert not hasher.verify(hash, GOOD + " ")


def test_empty_hash_verifies_nothing(hasher: PasswordHasher) -> None:
    """The empty hash of an unknown account verifies no password, not even an empty one."""
    for password in ("", GOOD, "x" * 500):
        assert not hasher.verify("", password)


def test_unknown_name_costs_one_verification(hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign-in with an unknown name verifies a hash of the same costs too, so that timing reveals nothing."""
    hash = hasher.hash(GOOD)
    verified = []
    real = Argon2.verify

    def record_verification(self: Argon2, hash: str, password: str) -> bool:
        verified.append(hash)
        return real(self, hash, password)

    monkeypatch.setattr(Argon2, "verify", record_verification)
    hasher.verify(hash, "wrong")
    hasher.verify("", "wrong")
    assert [hash_text.rpartition("$")[0].rpartition("$")[0] for hash_text in verified] == [
        "$argon2id$v=19$m=8,t=1,p=1"
    ] * 2


def test_a_hash_of_other_costs_is_outdated(hasher: PasswordHasher) -> None:
    """A password's hash of other costs is outdated but still verifies; a hash of the present costs isn't outdated."""
    old = PasswordHasher(PasswordProfile(memory_kib=16, passes=1)).hash(GOOD)
    assert hasher.is_outdated(old)
    assert hasher.verify(old, GOOD)
    assert not hasher.is_outdated(hasher.hash(GOOD))


def test_the_default_costs_are_those_of_owasp() -> None:
    """The default costs of hashing a password are OWASP's: 19 MiB, two passes, one lane."""
    assert PasswordHasher().hash(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_hashing_is_serial_with_a_bounded_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """One password is hashed at a time and two wait; a fourth is refused with a delay, and leaves nothing in the
    queue.
    """
    hasher = PasswordHasher(CHEAP, places=2)
    inside = Event()
    go = Event()
    running = []
    real = Argon2.hash

    def hash_slowly(self: Argon2, password: str) -> str:
        running.append(password)
        assert len(running) == 1
        inside.set()
        assert go.wait(10)
        running.pop()
        return real(self, password)

    monkeypatch.setattr(Argon2, "hash", hash_slowly)
    hashes: list[str] = []
    threads = [Thread(target=lambda: hashes.append(hasher.hash(GOOD))) for _ in range(3)]
    threads[0].start()
    assert inside.wait(10)
    for thread in threads[1:]:
        thread.start()
    while hasher.free_places:  # Wait until the others have taken their places in the queue.
        go.wait(0.001)
    with pytest.raises(TooManyRequests) as full:
        hasher.hash(GOOD)
    assert full.value.after.total_seconds() > 0
    go.set()
    for thread in threads:
        thread.join(10)
    assert len(hashes) == 3
    assert hasher.hash(GOOD)


def test_waiting_for_a_turn_times_out() -> None:
    """A password that waits too long for its turn to be hashed is refused with an error."""
    hasher = PasswordHasher(CHEAP, patience=0.0)
    with hasher._take_turn(reserved=False), pytest.raises(TooManyRequests):  # noqa: SLF001  somebody who doesn't end
        hasher.hash(GOOD)
    assert hasher.hash(GOOD)
