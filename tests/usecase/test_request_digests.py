from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase.named_values.request_digests import RequestDigests

WORDS = b'{"text":"Co trom"}'
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock at Wednesday, 1 September 2021, 8 o'clock in Vietnam."""
    return FixedClock(datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=clock) as app:
        yield app


@pytest.fixture
def digests(app: App) -> RequestDigests:
    return RequestDigests(app.internals.runner)


def test_same_body_is_recognised(digests: RequestDigests) -> None:
    """A repeated request body is recognised as the same, another body as different, and an unknown request gives
    None.
    """
    digests.store_digest("a", WORDS, "")

    assert digests.compare("a", WORDS) is True
    assert digests.compare("a", WORDS + b" ") is False
    assert digests.compare("b", WORDS) is None


def test_digest_expires_after_a_day(digests: RequestDigests, clock: FixedClock) -> None:
    """The digest of a request body expires after exactly 24 hours, whether or not it was removed yet."""
    digests.store_digest("a", WORDS, "")
    clock.advance(timedelta(hours=24) - MOMENT)
    digests.store_digest("b", WORDS, "")
    assert digests.compare("a", WORDS) is True
    assert digests.remove_old() == 0
    clock.advance(MOMENT)

    assert digests.compare("a", WORDS) is None
    assert digests.remove_old() == 1
    assert digests.remove_old() == 0
    assert digests.compare("b", WORDS) is True
    clock.advance(timedelta(days=3))
    assert digests.compare("b", WORDS) is None


@pytest.mark.parametrize("later", [timedelta(hours=24), timedelta(hours=30)])
def test_new_requests_replace_expired_digests(digests: RequestDigests, clock: FixedClock, later: timedelta) -> None:
    """New requests replace expired digests of request bodies, so that none is left to remove."""
    for number in range(100):
        digests.store_digest(str(number), WORDS, "")
    clock.advance(later)
    for number in range(100):
        digests.store_digest(str(number), WORDS, "")

    assert digests.remove_old() == 0


def test_only_expired_digests_are_removed(digests: RequestDigests, clock: FixedClock) -> None:
    """Exactly the expired digests of request bodies are removed, and their number is returned."""
    for number in range(40):
        digests.store_digest(f"old {number}", WORDS, "")
    clock.advance(timedelta(hours=12))
    for number in range(60):
        digests.store_digest(f"new {number}", WORDS, "")
    clock.advance(timedelta(hours=12))

    assert digests.remove_old() == 40
    assert [number for number in range(60) if not digests.compare(f"new {number}", WORDS)] == []


def test_digest_is_purged_with_its_case(digests: RequestDigests, app: App) -> None:
    """After the key of a case is destroyed, the digests of its request bodies are unreadable, and later requests still
    work.
    """
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    tip = app.tips.record_walk_in(officer, "Có trộm xe máy", unit="hoa-lu")
    scope = f"tip:{tip.id}"
    digests.store_digest("a", WORDS, scope)
    assert digests.compare("a", WORDS) is True

    app.internals.context.storage.keyring.destroy(scope)
    app.internals.context.encryptor.forget(scope)

    assert digests.compare("a", WORDS) is None
    digests.store_digest("b", WORDS, "")
    assert digests.compare("b", WORDS) is True


def test_number_of_digests_is_limited(digests: RequestDigests, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of stored digests of request bodies is limited, and the oldest are dropped first."""
    monkeypatch.setattr("anninh_core.usecase.named_values.request_digests._PER_BUCKET", 2)
    for number in range(100):
        digests.store_digest(str(number), WORDS, "")

    remembered = [number for number in range(100) if digests.compare(str(number), WORDS)]
    assert 2 * 16 < len(remembered) <= 3 * 16
    assert 99 in remembered
    assert 0 not in remembered
