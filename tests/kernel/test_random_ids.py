"""Ids sort in the order of their creation, and don't reveal the second in which they were created."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from attrs import define

from anninh_core.kernel.clock import RandomIds

_MINUTE = timedelta(minutes=1)


@define
class _ManualClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def _time_of_id(id: str) -> datetime:
    return datetime.fromtimestamp((UUID(id).int >> 80) / 1000, UTC)


def test_ids_sort_by_creation() -> None:
    """Ids of one process sort in the order of their creation, within a minute and across minutes."""
    clock = _ManualClock(datetime(2026, 11, 27, 2, 0, 59, 990_000, tzinfo=UTC))
    ids = RandomIds(clock)
    created = []
    for _ in range(300):
        created.append(ids.new())
        clock.moment += timedelta(milliseconds=1)
    assert created == sorted(created)


def test_an_id_shows_no_second() -> None:
    """Ids from the first and the last moment of a minute contain the same time."""
    start = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    early = RandomIds(_ManualClock(start)).new()
    late = RandomIds(_ManualClock(start + _MINUTE - datetime.resolution)).new()
    assert _time_of_id(early) == _time_of_id(late) == start


def test_many_ids_stay_within_their_minute() -> None:
    """Many ids created in one minute are all different, and none contains a later minute."""
    clock = _ManualClock(datetime(2026, 11, 27, 2, 0, 30, tzinfo=UTC))
    ids = RandomIds(clock)
    created = [ids.new() for _ in range(61_000)]
    assert len({*created}) == len(created)
    assert max(map(_time_of_id, created)) < datetime(2026, 11, 27, 2, 1, tzinfo=UTC)


def test_threads_create_distinct_ids() -> None:
    """Ids of several threads are all different, and the ids of each thread are in order."""
    ids = RandomIds(_ManualClock(datetime(2026, 11, 27, 2, 0, tzinfo=UTC)))
    with ThreadPoolExecutor(4) as pool:
        batches = [*pool.map(lambda _: [ids.new() for _ in range(500)], range(8))]
    created = [id for batch in batches for id in batch]
    assert len({*created}) == len(created)
    assert all(batch == sorted(batch) for batch in batches)
