"""In-memory adapter services."""

from datetime import timedelta

from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.services import MemoryState, memory_services

MINUTE = timedelta(minutes=1)


def test_put_compares_the_version(anninh_clock: FixedClock) -> None:
    """A value is stored only over the version that its writer has read."""
    state = MemoryState(anninh_clock)
    assert state.get("token") == Remembered(0, b"")
    assert state.put("token", b"a", expected=0)
    assert not state.put("token", b"b", expected=0)
    assert state.put("token", b"c", expected=1)
    assert state.get("token") == Remembered(2, b"c")


def test_one_holder_at_a_time(anninh_clock: FixedClock) -> None:
    """A lease excludes others until its release or expiry, and each holder gets a higher token."""
    state = MemoryState(anninh_clock)
    with state.lease("refresh", MINUTE) as first:
        assert first is not None
        with state.lease("refresh", MINUTE) as second:
            assert second is None
        with state.lease("other", MINUTE) as other:
            assert other is not None
    with state.lease("refresh", MINUTE) as third:
        assert third is not None
        assert third.token > first.token


def test_fence_keeps_a_late_writer_out(anninh_clock: FixedClock) -> None:
    """A writer that lost its lease can't write, even before the next holder has written."""
    state = MemoryState(anninh_clock)
    with state.lease("refresh", MINUTE) as late:
        assert state.put("token", b"a", expected=0, fence=late)
        anninh_clock.advance(MINUTE)
        assert not state.put("token", b"b", expected=1, fence=late)
        with state.lease("refresh", MINUTE) as new:
            assert not state.put("token", b"b", expected=1, fence=late)
            assert state.put("token", b"c", expected=1, fence=new)
    assert not state.put("token", b"d", expected=2, fence=late)


def test_late_release_keeps_the_next_lease(anninh_clock: FixedClock) -> None:
    """The late release of an expired lease doesn't end the next holder's lease."""
    state = MemoryState(anninh_clock)
    with state.lease("refresh", MINUTE):
        anninh_clock.advance(MINUTE)
        second = state.lease("refresh", MINUTE)
        assert second.__enter__() is not None
    with state.lease("refresh", MINUTE) as third:
        assert third is None


def test_services_have_defaults() -> None:
    """Without arguments the services use the machine's clock and keep everything in memory."""
    services = memory_services()
    assert services.clock.now().utcoffset() == timedelta(0)
    assert services.blobs.get(services.blobs.put(b"x")) == b"x"
    assert services.ids.new() != services.ids.new()
