"""The number of large request bodies in memory at the same time is limited; the clock of these tests is set by hand."""

import pytest
from starlette.exceptions import HTTPException
from tests.support.seconds import FixedSeconds

from anninh_core.web.bodies.places import SMALL_BODY, BodyPlaces

LARGE = SMALL_BODY + 1


@pytest.fixture
def clock() -> FixedSeconds:
    return FixedSeconds()


def test_small_bodies_need_no_place(clock: FixedSeconds) -> None:
    """Small request bodies are accepted however many large ones are being read."""
    places = BodyPlaces(1, clock)
    with places.enter() as large, places.enter() as small:
        large.take_if_large(LARGE)
        small.take_if_large(SMALL_BODY)
        small.complete()
        assert places.free == 0


def test_place_is_free_after_the_response(clock: FixedSeconds) -> None:
    """The place of a large body is free again after the response, whether the body was completely read or not."""
    places = BodyPlaces(1, clock)
    for is_whole in (True, False):
        with places.enter() as place:
            place.take_if_large(LARGE)
            assert places.free == 0
            if is_whole:
                place.complete()
        assert places.free == 1


def test_large_body_without_place_gets_503(clock: FixedSeconds) -> None:
    """While other large bodies have only begun to arrive and occupy all places, a further one gets 503 with a
    `Retry-After`.
    """
    places = BodyPlaces(1, clock)
    with places.enter() as first, places.enter() as second:
        first.take_if_large(LARGE)
        with pytest.raises(HTTPException) as refused:
            second.take_if_large(LARGE)
        assert refused.value.status_code == 503
        assert refused.value.headers is not None
        assert "Retry-After" in refused.value.headers
        assert not first.is_lost


def test_stalled_body_loses_its_place(clock: FixedSeconds) -> None:
    """A large body that stalls loses its place to the next one, and the server stops reading it at once."""
    places = BodyPlaces(1, clock)
    ended = list[str]()
    with places.enter() as stalled, places.enter() as honest:
        stalled.set_loss_handler(lambda: ended.append("reading"))
        stalled.take_if_large(LARGE)
        clock.now = 1
        honest.take_if_large(LARGE)
        assert (stalled.is_lost, ended, honest.is_lost) == (True, ["reading"], False)
        with pytest.raises(HTTPException):
            stalled.complete()


def test_complete_body_keeps_its_place(clock: FixedSeconds) -> None:
    """A large body that was received completely keeps its place until its response."""
    places = BodyPlaces(1, clock)
    with places.enter() as whole, places.enter() as late:
        whole.take_if_large(LARGE)
        whole.complete()
        clock.now = 60
        with pytest.raises(HTTPException):
            late.take_if_large(LARGE)
        assert not whole.is_lost
