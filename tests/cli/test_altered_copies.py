"""`anninh backup verify`, `restore` and `bundle import` treat altered or old files safely."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP
from tests.app.backup.forging import Parts, forge_file, read_parts, strip_authentication, write_parts
from tests.cli.conftest import Run
from tests.support.released import read_description, unpack_release

from anninh_core.app import FILE_NAME
from anninh_core.app.backup import bundle as bundling
from anninh_core.app.backup.passphrase import wrap

pytestmark = pytest.mark.slow

WORDS = {"ANNINH_PASSPHRASE": "Đồng lúa chín vàng bên sông"}


@pytest.fixture(autouse=True)
def _use_cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "wrap", lambda copy, passphrase, _: wrap(copy, passphrase, CHEAP))


@pytest.fixture
def backup(run: Run, tmp_path: Path) -> Path:
    assert run("backup", str(tmp_path / "backup.zip")).exit_code == 0
    return tmp_path / "backup.zip"


@pytest.fixture
def bundle(run: Run, tmp_path: Path) -> Path:
    assert run("bundle", "export", str(tmp_path / "bundle.zip"), env=WORDS).exit_code == 0
    return tmp_path / "bundle.zip"


def remove_first_state(parts: Parts) -> None:
    parts["states"] = b"".join(parts["states"].splitlines(keepends=True)[1:])


def add_file(path: Path, name: str, text: str) -> None:
    """Add a file to a bundle, and mend the bundle's checksums."""
    forge_file(path, lambda parts: parts.update({f"files/{name}": text.encode()}))


def test_backup_is_authenticated_only_with_keys(
    run: Run, backup: Path, bundle: Path, folder: Path, tmp_path: Path
) -> None:
    """Without keys a file is reported as intact but unauthenticated; with the right keys it is authentic, with others
    it is refused.
    """
    for file in (backup, bundle):
        alone = run("backup", "verify", str(file))
        assert f"{file}: intact" in alone.stdout
        assert "NOT authenticated" in alone.stderr
        with_keys = run("backup", "verify", str(file), "--at", str(folder))
        assert (with_keys.exit_code, with_keys.stderr) == (0, "")
        assert "authentic: its writer had the keys" in with_keys.stdout
    assert "authentic: " in run("backup", "verify", str(bundle), env=WORDS).stdout
    wrong = run("backup", "verify", str(bundle), env={"ANNINH_PASSPHRASE": "x" * 20})
    assert (wrong.exit_code, "passphrase" in wrong.stderr) == (1, True)
    assert run("init", str(tmp_path / "other")).exit_code == 0
    others = run("backup", "verify", str(backup), "--at", str(tmp_path / "other"))
    assert (others.exit_code, "isn't authentic" in others.stderr) == (1, True)


def test_altered_backup_is_refused(run: Run, backup: Path, folder: Path, folder_without_data: Path) -> None:
    """An altered backup with mended checksums looks intact without keys, and is refused with keys and by a restore."""
    forge_file(backup, remove_first_state)
    assert f"{backup}: intact" in run("backup", "verify", str(backup)).stdout
    for words in (
        ("backup", "verify", str(backup), "--at", str(folder)),
        ("restore", str(backup), "--at", str(folder_without_data)),
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert "isn't authentic, because it was altered, or written with other keys" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


def test_altered_bundle_is_refused(run: Run, bundle: Path, tmp_path: Path) -> None:
    """An altered bundle is refused before the new folder is made."""
    forge_file(bundle, remove_first_state)
    result = run("bundle", "import", str(bundle), "--at", str(tmp_path / "new"), env=WORDS)
    assert (
        result.exit_code,
        "isn't authentic, because it was altered, or written with other keys" in result.stderr,
    ) == (
        1,
        True,
    )
    assert not (tmp_path / "new").exists()


def test_earlier_format_needs_unauthenticated(
    run: Run, backup: Path, bundle: Path, folder_without_data: Path, tmp_path: Path
) -> None:
    """Files of the earlier format are restored only with `--unauthenticated`, which the error mentions."""
    for file in (backup, bundle):
        strip_authentication(file)
        assert "can't be" in run("backup", "verify", str(file), env=WORDS).stderr
    refused = run("restore", str(backup), "--at", str(folder_without_data))
    assert (refused.exit_code, "--unauthenticated" in refused.stderr) == (1, True)
    assert run("restore", str(backup), "--at", str(folder_without_data), "--unauthenticated").exit_code == 0
    words = ("bundle", "import", str(bundle), "--at", str(tmp_path / "new"))
    assert "--unauthenticated" in run(*words, env=WORDS).stderr
    result = run(*words, "--unauthenticated", env=WORDS)
    assert result.exit_code == 0, result.output
    assert run("tips", "list", "--at", str(tmp_path / "new")).stdout == run("tips", "list").stdout


def test_bundle_of_old_release_is_imported(run: Run, tmp_path: Path) -> None:
    """A bundle of an old release is imported with its passphrase into a new folder, in which officers must sign in."""
    file = unpack_release("r0007", tmp_path / "old") / "bundle.zip"
    env = {"ANNINH_PASSPHRASE": read_description("r0007")["bundle"]["passphrase"]}
    words = ("bundle", "import", str(file), "--at", str(tmp_path / "new"))
    assert "--unauthenticated" in run(*words, env=env).stderr
    assert not (tmp_path / "new").exists()
    result = run(*words, "--unauthenticated", env=env)
    assert result.exit_code == 0, result.output
    officer = (file.parent / "officer.txt").read_text(encoding="utf-8").strip()
    assert "anninh login" in run("audit", "verify", "--at", str(tmp_path / "new"), "--as", officer).stderr
    settings = tmp_path / "new" / "anninh.toml"
    settings.write_text("unsafe_local_users = true\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("audit", "verify", "--at", str(tmp_path / "new"), "--as", officer).exit_code == 0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            'profile = "hoa_lu_2021"\nkeys = "../../anninh.keys"\n',
            "has the setting `keys`, which no bundle contains, so the bundle was tampered with",
        ),
        (
            'profile = "hoa_lu_2021"\nstorage = "sqlite:////tmp/x.db"\n',
            "has the setting `storage`, which no bundle contains",
        ),
        ('profile = "hoa_lu_2021"\nblobs = "/tmp/blobs"\n', "has the setting `blobs`, which no bundle contains"),
        ("", "has no anninh.toml"),
        ("= [", "is damaged"),
    ],
)
def test_bundle_settings_cannot_write_elsewhere(
    run: Run, bundle: Path, tmp_path: Path, settings: str, sentence: str
) -> None:
    """A bundle with settings that write outside the new folder is refused, even with `--unauthenticated`."""
    add_file(bundle, FILE_NAME, settings)
    strip_authentication(bundle)
    before = sorted(tmp_path.rglob("*"))
    result = run("bundle", "import", str(bundle), "--at", str(tmp_path / "new"), "--unauthenticated", env=WORDS)
    assert (result.exit_code, sentence in result.stderr) == (1, True), result.output
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "tell",
    [
        lambda parts: parts.update({"manifest.json": b"[" * 100_000}),
        lambda parts: parts.update({"manifest.json": json.dumps({"format": 3, "x": "y" * 9_000_000}).encode()}),
        lambda parts: parts.update({"PART/../../x": b"x"}),
    ],
    ids=["nested", "9MB", "out"],
)
def test_hostile_file_gives_one_sentence(run: Run, backup: Path, tell: Callable[[Parts], None]) -> None:
    """A hostile file leads to an error of one short sentence."""
    forge_file(backup, lambda _: None)
    parts = read_parts(backup)
    tell(parts)
    write_parts(backup, parts)
    result = run("backup", "verify", str(backup))
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert len(result.stderr) < 400
