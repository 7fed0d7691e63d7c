"""Ids: they sort as they were made, and show nobody when in the minute that was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import define

from anninh_core.kernel.clock import RandomIds

_MINUTE = timedelta(minutes=1)


@define
class _Clock:
    """A clock that is set by hand."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def _time_in(id: str) -> datetime:
    return datetime.fromtimestamp((UUID(id).int >> 80) / 1000, UTC)


def test_ids_of_one_process_sort_as_they_were_made() -> None:
    """Within a minute, and from one minute to the next."""
    clock = _Clock(datetime(2026, 11, 27, 2, 0, 59, 990_000, tzinfo=UTC))
    ids = RandomIds(clock)
    made = []
    for _ in range(300):
        made.append(ids.new())
        clock.moment += timedelta(milliseconds=1)
    assert made == sorted(made)


def test_an_id_shows_no_second() -> None:
    """Whoever writes in the first second of a minute has the same time in an id as who writes in the last one."""
    start = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    early = RandomIds(_Clock(start)).new()
    late = RandomIds(_Clock(start + _MINUTE - datetime.resolution)).new()
    assert _time_in(early) == _time_in(late) == start


def test_a_busy_minute_stays_a_minute() -> None:
    """However many are made in it, none shows a later one, and none is made twice."""
    clock = _Clock(datetime(2026, 11, 27, 2, 0, 30, tzinfo=UTC))
    ids = RandomIds(clock)
    made = [ids.new() for _ in range(61_000)]
    assert len({*made}) == len(made)
    assert max(map(_time_in, made)) < datetime(2026, 11, 27, 2, 1, tzinfo=UTC)


def test_threads_make_no_id_twice() -> None:
    """Those of several threads are all different, and each thread's own are in order."""
    ids = RandomIds(_Clock(datetime(2026, 11, 27, 2, 0, tzinfo=UTC)))
    with ThreadPoolExecutor(4) as pool:
        batches = [*pool.map(lambda _: [ids.new() for _ in range(500)], range(8))]
    made = [id for batch in batches for id in batch]
    assert len({*made}) == len(made)
    assert all(batch == sorted(batch) for batch in batches)
