"""`anninh plugins` and `anninh profiles`."""

from pathlib import Path

from tests.cli.conftest import Read, Run


def test_plugins_are_told(run: Run) -> None:
    """What is loaded, from where, and what it offers; what the messengers can do, in honest words."""
    shown = run("plugins").stdout

    assert "embedded loaded anninh 0.1.0 storage: sqlite, postgresql; keys:" in " ".join(shown.split())
    assert "triage opinion" in shown
    assert "Messenger oa: the mock messenger 'oa'" in shown
    assert "receipts partial reports what a person has seen" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80


def test_what_isnt_loaded_is_told(run: Run, folder: Path) -> None:
    """With the way to load it."""
    settings = folder / "anninh.toml"
    text = settings.read_text(encoding="utf-8").replace(', "mock"', "").partition("[messengers.oa]")[0]
    settings.write_text(text, encoding="utf-8")

    assert "mock        not loaded  anninh 0.1.0  name it in `plugins`" in run("plugins").stdout


def test_programs_get_all_of_it(read: Read) -> None:
    """Hooks and modules too."""
    told = read("plugins")

    assert {"anninh_storages", "anninh_keys"} <= set(told["plugins"][0]["hooks"])
    assert told["messengers"]["oa"][0] == {"name": "send_person", "support": "full", "note": ""}


def test_a_missing_plugin_is_told(run: Run, folder: Path) -> None:
    """The set-up is wrong, and the sentence says where."""
    settings = folder / "anninh.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"mock"]', '"mokc"]'), encoding="utf-8")

    done = run("plugins")

    assert done.exit_code == 2
    assert "did you mean 'mock'?" in done.stderr


def test_expected_days_off_are_printed_or_written(run: Run, tmp_path: Path) -> None:
    """Lines for a calendar, with their source; a file that is there already isn't overwritten."""
    printed = run("profiles", "calendar", "2027")
    assert "2027-02-06,  # Tết Nguyên Đán" in printed.stdout
    assert 'provisional_source = "holidays ' in printed.stdout

    out = tmp_path / "days.toml"
    assert run("profiles", "calendar", "2027", "--out", str(out)).exit_code == 0
    assert out.read_text(encoding="utf-8") == printed.stdout
    assert "is there already" in run("profiles", "calendar", "2027", "--out", str(out)).stderr
    assert "year 66" in run("profiles", "calendar", "66").stderr


def test_profiles_are_listed(run: Run) -> None:
    """With the authority each is for, and without any folder."""
    done = run("profiles", env={"ANNINH_AT": "/nowhere"})

    assert done.exit_code == 0
    assert "Huyện Hoa Lư, tỉnh Ninh Bình" in done.stdout
