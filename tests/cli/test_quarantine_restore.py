"""`anninh quarantine restore` restores a damaged record from a backup."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Read, Run


def test_damaged_record_is_restored_from_backup(run: Run, read: Read, folder: Path) -> None:
    """A damaged record is restored from a backup; an undamaged or unknown one is refused with one sentence."""
    backup = str(folder / "night.backup")
    assert run("backup", backup).exit_code == 0
    tips = read("tips", "list")
    about = f"tip:{tips[0]['id']}"
    with closing(sqlite3.connect(folder / "anninh.db")) as database, database:
        database.execute("UPDATE r_tip SET body = ? WHERE id = ?", (b"x" * 80, tips[0]["id"]))
    assert len(read("tips", "list")) == len(tips) - 1
    result = run("quarantine", "restore", backup, about)

    assert result.stdout == f"{about}: version {tips[0]['version']} is put back\n"
    assert read("tips", "list") == tips
    again = run("quarantine", "restore", backup, about)
    assert again.exit_code == 1
    assert "isn't damaged" in again.stderr
    unknown = run("quarantine", "restore", backup, "ffffff")
    assert unknown.exit_code == 1
    assert "0 quarantined items have an id that ends with 'ffffff', but there must be exactly one" in unknown.stderr
