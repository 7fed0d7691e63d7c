"""Start times of the library and of its command line.

Ours: importing the library's top module; `anninh tips list` in a folder with a few tips, interpreter start included.
Floor: the interpreter importing one well-known library: httpx, and SQLAlchemy.
Files are in the page cache and compiled: a new process, not a cold disk.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from anninh_core import system
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from benchmarks.measure import (
    CannotRun,
    Effort,
    Goal,
    Result,
    build_comparison,
    build_milliseconds_round,
    measure_pairs,
)
from benchmarks.town import PROFILE, get_database_path, list_tip_texts, open_town

TITLE = "importing the library, and `anninh tips list` in a new process"
IMPORT = Goal(most=1.0)
LIST = Goal(most=1.5)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the import of the library, and the start of a command."""
    rounds = effort.choose(9, 25)
    command = _prepare_listing(effort.folder)
    compiled = effort.folder / "compiled"
    imported = measure_pairs(
        _build_start_round(compiled, "-c", "from anninh_core import open_app"),
        _build_start_round(compiled, "-c", "import httpx"),
        rounds,
    )
    listed = measure_pairs(
        _build_start_round(compiled, *command), _build_start_round(compiled, "-c", "import sqlalchemy"), rounds
    )
    return [
        build_comparison("from anninh_core import open_app / import httpx", "ms", imported, goal=IMPORT),
        build_comparison("anninh tips list / import sqlalchemy", "ms", listed, goal=LIST),
    ]


def _prepare_listing(folder: Path) -> tuple[str, ...]:
    """Prepare a folder with tips and return the command that lists them."""
    with open_town(folder) as app:
        root = app.district.root
        officer = UnsafeLocalUsers(app).appoint("Officer", root, "tip_officer")
        for text in list_tip_texts()[:10]:
            run_step(
                app.internals.services.tips.intake.receive,
                system("router"),
                text,
                unit=root,
                origin="entry",
            )
    settings = f'profile = "{PROFILE}"\nstorage = "sqlite:///{get_database_path(folder).name}"\n'
    settings += f'unsafe_local_users = true\nlocal_user = "{officer.id}"\n'
    (folder / "anninh.toml").write_text(settings, encoding="utf-8")
    return "-m", "anninh_core.cli", "tips", "list", "--at", str(folder)


def _build_start_round(compiled: Path, *arguments: str) -> Callable[[], float]:
    """Return a function that measures one run of the interpreter; compiled files are kept for the next run."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(compiled)

    def run_interpreter() -> None:
        process = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False, env=environment
        )
        if process.returncode:
            raise CannotRun(f"{' '.join(arguments[:3])} failed: {process.stderr.strip()[-200:]}")

    run_interpreter()
    return build_milliseconds_round(run_interpreter)
