"""How many large bodies may be in memory at the same time; by a clock that the test turns."""

import pytest
from starlette.exceptions import HTTPException
from tests.support.seconds import TurnedSeconds

from anninh_core.web.bodies.places import SMALL_BODY, BodyPlaces

LARGE = SMALL_BODY + 1


@pytest.fixture
def clock() -> TurnedSeconds:
    return TurnedSeconds()


def test_small_bodies_need_no_place(clock: TurnedSeconds) -> None:
    """Small bodies go in however many large ones there are."""
    places = BodyPlaces(1, clock)
    with places.enter() as large, places.enter() as small:
        large.require(LARGE)
        small.require(SMALL_BODY)
        small.complete()
        assert places.free == 0


def test_a_place_is_given_back(clock: TurnedSeconds) -> None:
    """It is free again once the body was answered, however that ended."""
    places = BodyPlaces(1, clock)
    for is_whole in (True, False):
        with places.enter() as place:
            place.require(LARGE)
            assert places.free == 0
            if is_whole:
                place.complete()
        assert places.free == 1


def test_large_body_without_place_gets_503(clock: TurnedSeconds) -> None:
    """Where the others have only begun, a further large body is answered 503, and when to come again."""
    places = BodyPlaces(1, clock)
    with places.enter() as first, places.enter() as second:
        first.require(LARGE)
        with pytest.raises(HTTPException) as refused:
            second.require(LARGE)
        assert refused.value.status_code == 503
        assert refused.value.headers is not None
        assert "Retry-After" in refused.value.headers
        assert not first.is_lost


def test_whoever_stalls_loses_the_place(clock: TurnedSeconds) -> None:
    """A body that has had its turn and isn't there gives its place to the next; reading it ends at once."""
    places = BodyPlaces(1, clock)
    ended = list[str]()
    with places.enter() as stalled, places.enter() as honest:
        stalled.when_lost(lambda: ended.append("reading"))
        stalled.require(LARGE)
        clock.now = 1
        honest.require(LARGE)
        assert (stalled.is_lost, ended, honest.is_lost) == (True, ["reading"], False)
        with pytest.raises(HTTPException):
            stalled.complete()


def test_a_whole_body_keeps_its_place(clock: TurnedSeconds) -> None:
    """What is there and waits for its answer isn't given up."""
    places = BodyPlaces(1, clock)
    with places.enter() as whole, places.enter() as late:
        whole.require(LARGE)
        whole.complete()
        clock.now = 60
        with pytest.raises(HTTPException):
            late.require(LARGE)
        assert not whole.is_lost
