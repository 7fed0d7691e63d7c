"""`anninh storage upgrade`, `reindex` and `recount`."""

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run, opened

from anninh_core.domain.registry import KINDS
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.changes import Record
from anninh_storage.migrations import REVISIONS

RELEASED = Path(__file__).parents[1] / "storage" / "released" / "r0001" / "anninh.db.gz"
Operator = Callable[..., str]


def by_hand(folder: Path, *statements: str) -> None:
    """Change something behind the storage's back."""
    with sqlite3.connect(folder / "anninh.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def grow_old(folder: Path) -> bytes:
    """Put a database of the first revision in the folder and return it."""
    old = gzip.decompress(RELEASED.read_bytes())
    (folder / "anninh.db").write_bytes(old)
    return old


def test_a_dry_run_says_what_an_upgrade_does(run: Run, folder: Path) -> None:
    """Each step, what it reads and how many rows; and neither the file nor its folder changes."""
    old = grow_old(folder)
    before = sorted(folder.iterdir())
    said = run("storage", "upgrade", "--dry-run")
    assert said.exit_code == 0
    assert f"revision 0001, this version works with {REVISIONS[-1]}" in said.stdout
    assert "0002: The first row of a conversation" in said.stdout
    assert "  reads inbox: 16 rows" in said.stdout
    assert said.stdout.endswith("Nothing was changed.\n")
    assert ((folder / "anninh.db").read_bytes(), sorted(folder.iterdir())) == (old, before)


def test_a_dry_run_makes_nothing(run: Run, folder: Path) -> None:
    """Where there is no storage yet, none is made."""
    (folder / "anninh.db").unlink()
    said = run("storage", "upgrade", "--dry-run")
    assert "there is nothing yet" in said.stdout
    assert not (folder / "anninh.db").exists()


def test_an_upgrade_is_done_once(run: Run, folder: Path) -> None:
    """The second time there is nothing to do."""
    grow_old(folder)
    assert run("storage", "upgrade").stdout.endswith("It is up to date.\n")
    assert "There is nothing to do." in run("storage", "upgrade").stdout


def test_an_upgrade_by_the_way_can_be_forbidden(run: Run, folder: Path) -> None:
    """Then a command says how to do it, and changes nothing; what was upgraded opens as ever."""
    settings = folder / "anninh.toml"
    settings.write_text("auto_upgrade = false\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("units").exit_code == 0
    assert run("groups", "list").exit_code == 0
    old = grow_old(folder)
    said = run("groups", "list")
    assert said.exit_code == 1
    assert "run `anninh storage upgrade`" in said.stderr
    assert (folder / "anninh.db").read_bytes() == old


def test_a_newer_storage_is_refused(run: Run, folder: Path) -> None:
    """A dry run says so too."""
    by_hand(folder, "UPDATE alembic_version SET version_num = '9999'")
    for words in (("--dry-run",), ()):
        said = run("storage", "upgrade", *words)
        assert said.exit_code == 1
        assert "9999" in said.stderr


def test_what_is_sound_is_not_written_anew(run: Run, folder: Path, officer: Operator) -> None:
    """A reindex of what this version wrote says so of each kind; whoever may not operate is refused."""
    operator = officer("hoa-lu", "operator")
    with opened(folder) as (app, _):
        before = [dict(record.columns) for record in app.internals.context.storage.maintenance.scan(TIP.name)]
    said = run("storage", "reindex", "--as", operator)
    assert said.exit_code == 0
    assert {line.split()[2] for line in said.stdout.splitlines()[1:]} == {"0"}
    assert before == [dict(record.columns) for record in _tips(folder)]

    refused = run("storage", "reindex", "--kind", "tip", "--as", officer("hoa-lu", "tip_officer"))
    assert refused.exit_code == 1
    unknown = run("storage", "reindex", "--kind", "nobody", "--as", operator)
    assert unknown.exit_code == 2
    assert KINDS[0].name in unknown.stderr


def _tips(folder: Path) -> list[Record]:
    with opened(folder) as (app, _):
        return list(app.internals.context.storage.maintenance.scan(TIP.name))


def test_months_are_compared_with_days(run: Run, folder: Path, officer: Operator) -> None:
    """A dry run names what differs and ends with 1; a real one puts it right."""
    operator = officer("hoa-lu", "operator", "steering_chair")
    by_hand(folder, "UPDATE counters_month SET amount = amount + 5 WHERE indicator = 'tips_received'")
    said = run("storage", "recount", "--dry-run", "--as", operator)
    assert (said.exit_code, "sums differ." in said.stdout) == (1, True)
    assert run("storage", "recount", "--as", operator).stdout.endswith("sums were put right.\n")
    said = run("storage", "recount", "--deep", "--dry-run", "--as", operator)
    assert said.exit_code == 0
    assert said.stdout == "The counters say what the records say.\nEvery month and year is the sum of its days.\n"


def test_counters_are_compared_with_records(run: Run, folder: Path, officer: Operator) -> None:
    """What was counted wrong is named by its day, put right in days and months, and named no more."""
    operator = officer("hoa-lu", "operator", "steering_chair")
    by_hand(folder, "UPDATE counters_day SET amount = amount + 5 WHERE indicator = 'tips_received'")
    said = run("storage", "recount", "--deep", "--dry-run", "--as", operator)
    assert (said.exit_code, "of them are wrong." in said.stdout) == (1, True)
    assert "of them were put right." in run("storage", "recount", "--deep", "--as", operator).stdout
    assert run("storage", "recount", "--deep", "--dry-run", "--as", operator).exit_code == 0
