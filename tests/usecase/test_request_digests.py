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
    """Wednesday, 1 September 2021, 8 o'clock in Vietnam."""
    return FixedClock(datetime(2021, 9, 1, 8, 0, tzinfo=VIETNAM))


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app."""
    with memory_app(clock=clock) as app:
        yield app


@pytest.fixture
def digests(app: App) -> RequestDigests:
    """Those of `app`."""
    return RequestDigests(app.internals.runner)


def test_the_same_words_are_known_again(digests: RequestDigests) -> None:
    """And others told from them; of another request nothing is known."""
    digests.remember("a", WORDS, "")

    assert digests.compare("a", WORDS) is True
    assert digests.compare("a", WORDS + b" ") is False
    assert digests.compare("b", WORDS) is None


def test_a_day_later_nothing_is_known(digests: RequestDigests, clock: FixedClock) -> None:
    """Neither before nor after it was cleared away; what is younger stays, to the last moment of its day."""
    digests.remember("a", WORDS, "")
    clock.advance(timedelta(hours=24) - MOMENT)
    digests.remember("b", WORDS, "")
    assert digests.compare("a", WORDS) is True
    assert digests.forget_old() == 0
    clock.advance(MOMENT)

    assert digests.compare("a", WORDS) is None
    assert digests.forget_old() == 1
    assert digests.forget_old() == 0
    assert digests.compare("b", WORDS) is True
    clock.advance(timedelta(days=3))
    assert digests.compare("b", WORDS) is None


@pytest.mark.parametrize("later", [timedelta(hours=24), timedelta(hours=30)])
def test_new_requests_take_the_place_of_old_ones(digests: RequestDigests, clock: FixedClock, later: timedelta) -> None:
    """Where requests come in, nothing old is left for anybody to clear away."""
    for number in range(100):
        digests.remember(str(number), WORDS, "")
    clock.advance(later)
    for number in range(100):
        digests.remember(str(number), WORDS, "")

    assert digests.forget_old() == 0


def test_what_is_old_is_cleared_away_beside_what_is_not(digests: RequestDigests, clock: FixedClock) -> None:
    """And counted: neither more goes than was old, nor less."""
    for number in range(40):
        digests.remember(f"old {number}", WORDS, "")
    clock.advance(timedelta(hours=12))
    for number in range(60):
        digests.remember(f"new {number}", WORDS, "")
    clock.advance(timedelta(hours=12))

    assert digests.forget_old() == 40
    assert [number for number in range(60) if not digests.compare(f"new {number}", WORDS)] == []


def test_it_dies_with_the_case(digests: RequestDigests, app: App) -> None:
    """Once the key of what it was about is destroyed, nobody can open the digest, and later requests stand it."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    tip = app.tips.record_walk_in(officer, "Có trộm xe máy", unit="hoa-lu")
    scope = f"tip:{tip.id}"
    digests.remember("a", WORDS, scope)
    assert digests.compare("a", WORDS) is True

    app.internals.context.storage.keyring.destroy(scope)
    app.internals.context.encryptor.forget(scope)

    assert digests.compare("a", WORDS) is None
    digests.remember("b", WORDS, "")
    assert digests.compare("b", WORDS) is True


def test_many_requests_fill_no_memory(digests: RequestDigests, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than are kept, the oldest are forgotten first."""
    monkeypatch.setattr("anninh_core.usecase.named_values.request_digests._PER_BUCKET", 2)
    for number in range(100):
        digests.remember(str(number), WORDS, "")

    known = [number for number in range(100) if digests.compare(str(number), WORDS)]
    assert 2 * 16 < len(known) <= 3 * 16
    assert 99 in known
    assert 0 not in known
