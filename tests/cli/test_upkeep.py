"""`anninh storage upgrade`, `reindex` and `recount` repair an old or inconsistent storage."""

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run, open_folder

from anninh_core.domain.registry import KINDS
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.changes import Record
from anninh_storage.migrations import REVISIONS

RELEASED = Path(__file__).parents[1] / "storage" / "released" / "r0001" / "anninh.db.gz"
Operator = Callable[..., str]


def execute_sql(folder: Path, *statements: str) -> None:
    """Run SQL statements on the database file, bypassing the storage."""
    with sqlite3.connect(folder / "anninh.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def install_first_revision(folder: Path) -> bytes:
    """Put a database of the first revision in the folder, and return its bytes."""
    old = gzip.decompress(RELEASED.read_bytes())
    (folder / "anninh.db").write_bytes(old)
    return old


def test_dry_run_lists_upgrade_steps(run: Run, folder: Path) -> None:
    """A dry run lists each step of an upgrade with the rows that it reads, and changes neither the file nor the
    folder.
    """
    old = install_first_revision(folder)
    before = sorted(folder.iterdir())
    result = run("storage", "upgrade", "--dry-run")
    assert result.exit_code == 0
    assert f"revision 0001, this version works with {REVISIONS[-1]}" in result.stdout
    assert "0002: Mark the first inbox row of each conversation" in result.stdout
    assert "  reads inbox: 16 rows" in result.stdout
    assert result.stdout.endswith("Nothing was changed.\n")
    assert ((folder / "anninh.db").read_bytes(), sorted(folder.iterdir())) == (old, before)


def test_a_dry_run_makes_nothing(run: Run, folder: Path) -> None:
    """A dry run without a storage creates none."""
    (folder / "anninh.db").unlink()
    result = run("storage", "upgrade", "--dry-run")
    assert "there is nothing yet" in result.stdout
    assert not (folder / "anninh.db").exists()


def test_second_upgrade_does_nothing(run: Run, folder: Path) -> None:
    """A second upgrade has nothing to do."""
    install_first_revision(folder)
    assert run("storage", "upgrade").stdout.endswith("It is up to date.\n")
    assert "There is nothing to do." in run("storage", "upgrade").stdout


def test_automatic_upgrade_can_be_disabled(run: Run, folder: Path) -> None:
    """With `auto_upgrade = false` a command on an old storage is refused, mentions `anninh storage upgrade`, and
    changes nothing.
    """
    settings = folder / "anninh.toml"
    settings.write_text("auto_upgrade = false\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("units").exit_code == 0
    assert run("groups", "list").exit_code == 0
    old = install_first_revision(folder)
    result = run("groups", "list")
    assert result.exit_code == 1
    assert "run `anninh storage upgrade`" in result.stderr
    assert (folder / "anninh.db").read_bytes() == old


def test_a_newer_storage_is_refused(run: Run, folder: Path) -> None:
    """An upgrade of a storage of a newer version is refused, also as a dry run."""
    execute_sql(folder, "UPDATE alembic_version SET version_num = '9999'")
    for words in (("--dry-run",), ()):
        result = run("storage", "upgrade", *words)
        assert result.exit_code == 1
        assert "9999" in result.stderr


def test_reindex_writes_only_outdated_records(run: Run, folder: Path, officer: Operator) -> None:
    """A reindex of up-to-date records writes nothing, and needs the operator's permission."""
    operator = officer("hoa-lu", "operator")
    with open_folder(folder) as (app, _):
        before = [dict(record.columns) for record in app.internals.context.storage.maintenance.scan(TIP.name)]
    result = run("storage", "reindex", "--as", operator)
    assert result.exit_code == 0
    assert {line.split()[2] for line in result.stdout.splitlines()[1:]} == {"0"}
    assert before == [dict(record.columns) for record in _read_tip_records(folder)]

    refused = run("storage", "reindex", "--kind", "tip", "--as", officer("hoa-lu", "tip_officer"))
    assert refused.exit_code == 1
    unknown = run("storage", "reindex", "--kind", "nobody", "--as", operator)
    assert unknown.exit_code == 2
    assert KINDS[0].name in unknown.stderr


def _read_tip_records(folder: Path) -> list[Record]:
    with open_folder(folder) as (app, _):
        return list(app.internals.context.storage.maintenance.scan(TIP.name))


def test_recount_corrects_months(run: Run, folder: Path, officer: Operator) -> None:
    """A dry run of `recount` reports months that differ from their days with exit code 1, and a real run corrects
    them.
    """
    operator = officer("hoa-lu", "operator", "steering_chair")
    execute_sql(folder, "UPDATE counters_month SET amount = amount + 5 WHERE indicator = 'tips_received'")
    result = run("storage", "recount", "--dry-run", "--as", operator)
    assert (result.exit_code, "sums differ." in result.stdout) == (1, True)
    assert run("storage", "recount", "--as", operator).stdout.endswith("sums were put right.\n")
    result = run("storage", "recount", "--deep", "--dry-run", "--as", operator)
    assert result.exit_code == 0
    assert result.stdout == "The counters say what the records say.\nEvery month and year is the sum of its days.\n"


def test_deep_recount_corrects_days(run: Run, folder: Path, officer: Operator) -> None:
    """`recount --deep` compares counters with the records, and corrects days and months."""
    operator = officer("hoa-lu", "operator", "steering_chair")
    execute_sql(folder, "UPDATE counters_day SET amount = amount + 5 WHERE indicator = 'tips_received'")
    result = run("storage", "recount", "--deep", "--dry-run", "--as", operator)
    assert (result.exit_code, "of them are wrong." in result.stdout) == (1, True)
    assert "of them were put right." in run("storage", "recount", "--deep", "--as", operator).stdout
    assert run("storage", "recount", "--deep", "--dry-run", "--as", operator).exit_code == 0
