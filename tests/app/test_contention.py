"""Many writers change one record at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from anninh_core import open_app, system
from anninh_core.app.settings import Settings
from anninh_core.domain.tips.intake import Addition
from anninh_core.profile import load_profile
from anninh_core.testing.steps import run_step

CROWD = 48


def test_all_concurrent_writers_succeed(tmp_path: Path) -> None:
    """Every concurrent writer of a record succeeds, and no change is lost."""
    settings = Settings().resolve_paths(tmp_path)
    with open_app(load_profile("hoa_lu_2021"), settings) as app:
        unit = next(unit.id for unit in app.district.units.values() if app.district.levels[unit.level].counts)
        tips = app.internals.services.tips
        tip = run_step(tips.intake.receive, system("router"), "mất xe ở chợ", unit=unit, origin="one_to_one")
        ready = Barrier(CROWD)

        def write_once(_: int) -> None:
            ready.wait()
            run_step(tips.intake.add, system("router"), tip.id, Addition(text="thêm"))

        with ThreadPoolExecutor(CROWD) as crowd:
            list(crowd.map(write_once, range(CROWD)))
        record = app.internals.context.storage.records.get("tip", tip.id)
        assert record is not None
        assert record.version == CROWD + 1
