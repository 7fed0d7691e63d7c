"""`anninh plugins` and `anninh profiles`."""

from pathlib import Path

from tests.cli.conftest import Read, Run


def test_plugins_are_listed(run: Run) -> None:
    """Plugins are listed with package and features, and messengers with their capabilities and limits, on 80
    columns.
    """
    output = run("plugins").stdout

    assert "embedded loaded anninh 0.1.0 storage: sqlite, postgresql; keys:" in " ".join(output.split())
    assert "triage opinion" in output
    assert "Messenger oa: the mock messenger 'oa'" in output
    assert "receipts partial reports what a person has seen" in " ".join(output.split())
    assert max(map(len, output.splitlines())) <= 80


def test_unloaded_plugin_is_listed(run: Run, folder: Path) -> None:
    """A plugin that isn't loaded is listed with the way to load it."""
    settings = folder / "anninh.toml"
    text = settings.read_text(encoding="utf-8").replace(', "mock"', "").partition("[messengers.oa]")[0]
    settings.write_text(text, encoding="utf-8")

    assert "mock        not loaded  anninh 0.1.0  name it in `plugins`" in run("plugins").stdout


def test_plugins_json_has_hooks(read: Read) -> None:
    """JSON has the hooks of plugins and the capabilities of messengers."""
    result = read("plugins")

    assert {"anninh_storages", "anninh_keys"} <= set(result["plugins"][0]["hooks"])
    assert result["messengers"]["oa"][0] == {"name": "send_person", "support": "full", "note": ""}


def test_unknown_plugin_is_setup_error(run: Run, folder: Path) -> None:
    """An unknown plugin in the settings is a setup error with a suggestion."""
    settings = folder / "anninh.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"mock"]', '"mokc"]'), encoding="utf-8")

    result = run("plugins")

    assert result.exit_code == 2
    assert "did you mean 'mock'?" in result.stderr


def test_expected_holidays_are_printed_or_written(run: Run, tmp_path: Path) -> None:
    """Expected public holidays are printed or written as profile lines with their source, and an existing file isn't
    overwritten.
    """
    printed = run("profiles", "calendar", "2027")
    assert "2027-02-06,  # Tết Nguyên Đán" in printed.stdout
    assert 'provisional_source = "holidays ' in printed.stdout

    out = tmp_path / "days.toml"
    assert run("profiles", "calendar", "2027", "--out", str(out)).exit_code == 0
    assert out.read_text(encoding="utf-8") == printed.stdout
    assert "is there already" in run("profiles", "calendar", "2027", "--out", str(out)).stderr
    assert "year 66" in run("profiles", "calendar", "66").stderr


def test_profiles_are_listed(run: Run) -> None:
    """Profiles are listed with their authority, without a folder."""
    result = run("profiles", env={"ANNINH_AT": "/nowhere"})

    assert result.exit_code == 0
    assert "Huyện Hoa Lư, tỉnh Ninh Bình" in result.stdout
