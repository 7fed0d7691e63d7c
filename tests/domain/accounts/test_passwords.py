"""Passwords are long, not the common ones, and hashed one at a time."""

from threading import Event, Thread

import pytest
from argon2 import PasswordHasher as Argon2

from anninh_core.domain.accounts.credentials.passwords import (
    PasswordHasher,
    PasswordProfile,
    check_password,
    common_passwords,
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
def test_what_is_guessed_first_is_no_password(password: str) -> None:
    """Too short, too long, common, a series, or the name; the sentence doesn't repeat it."""
    with pytest.raises(BadInput) as refused:
        check_password(password, "nguyen.van.lan")
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "x1" * 30 + "yz", "một hai ba bốn"])
def test_length_is_what_counts(password: str) -> None:
    """No mixture of signs is asked for."""
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
def test_names_that_strangers_know_are_no_password(password: str) -> None:
    """Words of one's own name and of the units, in any order, with figures and signs: the sentence says which."""
    names = ["Nguyễn Thị Lan", "Phường Hoa Lư", "Công an tỉnh Ninh Bình"]
    with pytest.raises(BadInput, match="A password can't be made of your own name, your sign-in name or") as refused:
        check_password(password, "lannt", names)
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["Lan trồng hoa cúc trắng", "hoa lư mùa nước nổi", "581920473625"])
def test_a_name_among_other_words_is_no_matter(password: str) -> None:
    """Only what is made of nothing but names is refused."""
    check_password(password, "lannt", ["Nguyễn Thị Lan", "Phường Hoa Lư"])


def test_the_list_of_common_ones_says_where_it_is_from() -> None:
    """All of it could be chosen by its length: what is too short anyway needs no line."""
    assert len(common_passwords()) > 300
    assert all(len(one) >= 12 and one == one.casefold() for one in common_passwords())


def test_a_hash_knows_its_password_and_no_other(hasher: PasswordHasher) -> None:
    """However a keyboard writes its marks, and never twice the same."""
    hash = hasher.hash(GOOD)
    assert hash != hasher.hash(GOOD)
    assert GOOD not in hash
    decomposed = "bo\u0302\u0301n con bo\u0300 a\u0306n co\u0309"
    assert hasher.verify(hash, GOOD)
    assert hasher.verify(hash, decomposed)
    assert not hasher.verify(hash, GOOD + " ")


def test_nobody_has_no_password(hasher: PasswordHasher) -> None:
    """The hash of nobody fits nothing, not even nothing."""
    for password in ("", GOOD, "x" * 500):
        assert not hasher.verify("", password)


def test_an_unknown_name_costs_as_much(hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """For nobody's password one hash is verified too, of the same costs."""
    hash = hasher.hash(GOOD)
    verified = []
    real = Argon2.verify

    def note(self: Argon2, hash: str, password: str) -> bool:
        verified.append(hash)
        return real(self, hash, password)

    monkeypatch.setattr(Argon2, "verify", note)
    hasher.verify(hash, "wrong")
    hasher.verify("", "wrong")
    assert [one.rpartition("$")[0].rpartition("$")[0] for one in verified] == ["$argon2id$v=19$m=8,t=1,p=1"] * 2


def test_a_hash_of_other_costs_is_outdated(hasher: PasswordHasher) -> None:
    """Its password is hashed anew at the next sign-in; one of today's costs stays."""
    old = PasswordHasher(PasswordProfile(memory_kib=16, passes=1)).hash(GOOD)
    assert hasher.is_outdated(old)
    assert hasher.verify(old, GOOD)
    assert not hasher.is_outdated(hasher.hash(GOOD))


def test_the_default_costs_are_those_of_owasp() -> None:
    """19 MiB, two passes, one lane."""
    assert PasswordHasher().hash(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_one_is_hashed_at_a_time_and_a_full_queue_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two wait for their turn; the fourth is told to come again, and nothing of it is left."""
    hasher = PasswordHasher(CHEAP, places=2)
    inside = Event()
    go = Event()
    running = []
    real = Argon2.hash

    def slow(self: Argon2, password: str) -> str:
        running.append(password)
        assert len(running) == 1
        inside.set()
        assert go.wait(10)
        running.pop()
        return real(self, password)

    monkeypatch.setattr(Argon2, "hash", slow)
    done: list[str] = []
    threads = [Thread(target=lambda: done.append(hasher.hash(GOOD))) for _ in range(3)]
    threads[0].start()
    assert inside.wait(10)
    for thread in threads[1:]:
        thread.start()
    while hasher.free_places:  # the others are on their way to their places
        go.wait(0.001)
    with pytest.raises(TooManyRequests) as full:
        hasher.hash(GOOD)
    assert full.value.after.total_seconds() > 0
    go.set()
    for thread in threads:
        thread.join(10)
    assert len(done) == 3
    assert hasher.hash(GOOD)


def test_who_waits_too_long_is_told() -> None:
    """A turn that never comes isn't waited for for ever."""
    hasher = PasswordHasher(CHEAP, patience=0.0)
    with hasher._take_turn(reserved=False), pytest.raises(TooManyRequests):  # noqa: SLF001  somebody who doesn't end
        hasher.hash(GOOD)
    assert hasher.hash(GOOD)
