"""`anninh bundle`."""

import shutil
import zipfile
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP
from tests.cli.conftest import Run

from anninh_core.app import FILE_NAME, load_settings
from anninh_core.app.backup import bundle as bundling
from anninh_core.app.backup.passphrase import wrap

pytestmark = pytest.mark.slow  # These tests are slow, because they export and import whole stores.

WORDS = {"ANNINH_PASSPHRASE": "Đồng lúa chín vàng bên sông"}


@pytest.fixture(autouse=True)
def _make_passphrases_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the encryption by passphrases cheap; `keeping.test_passphrase` tests their real cost."""
    monkeypatch.setattr(bundling, "wrap", lambda copy, passphrase, _: wrap(copy, passphrase, CHEAP))


@pytest.fixture
def bundle_path(run: Run, tmp_path: Path) -> Path:
    """Path of a bundle of the folder."""
    path = tmp_path / "bundle.zip"
    result = run("bundle", "export", str(path), env=WORDS)
    assert result.exit_code == 0, result.output
    return path


def read_content_hash(output: str) -> str:
    """Return the content hash from a command's output."""
    return next(line.split()[1] for line in output.splitlines() if line.startswith("content"))


def test_bundle_moves_to_postgresql_and_back(run: Run, tmp_path: Path, postgres_url: str) -> None:
    """A store moved to PostgreSQL and back keeps its content hash, its journal and its tips."""
    path = tmp_path / "there.zip"
    back = tmp_path / "back.zip"
    first = run("bundle", "export", str(path), env=WORDS)
    there = run("bundle", "import", str(path), "--at", str(tmp_path / "pg"), "--storage", postgres_url, env=WORDS)
    assert there.exit_code == 0, there.output
    assert f"the content there now is\n{read_content_hash(first.stdout)}\n" in there.stdout
    second = run("bundle", "export", str(back), "--at", str(tmp_path / "pg"), env=WORDS)
    again = run("bundle", "import", str(back), "--at", str(tmp_path / "lite"), env=WORDS)
    assert f"the content there now is\n{read_content_hash(second.stdout)}\n" in again.stdout
    for place in ("pg", "lite"):
        assert run("audit", "verify", "--at", str(tmp_path / place)).exit_code == 0
        assert run("tips", "list", "--at", str(tmp_path / place)).stdout == run("tips", "list").stdout


def test_import_creates_private_folder(run: Run, bundle_path: Path, folder: Path, tmp_path: Path) -> None:
    """An import into a new folder creates settings, keys and data that only the owner can read, with the same
    profile.
    """
    result = run("bundle", "import", str(bundle_path), "--at", str(tmp_path / "new" / "deep"), env=WORDS)
    assert result.exit_code == 0, result.output
    new = load_settings(tmp_path / "new" / "deep")
    assert (new.profile, new.local_user) == (load_settings(folder).profile, load_settings(folder).local_user)
    for name in (FILE_NAME, "anninh.keys", "anninh.db"):
        assert (tmp_path / "new" / "deep" / name).stat().st_mode & 0o077 == 0


def test_wrong_passphrase_is_reported(run: Run, bundle_path: Path, tmp_path: Path) -> None:
    """A wrong passphrase is reported as such, and no folder is made."""
    result = run(
        "bundle", "import", str(bundle_path), "--at", str(tmp_path / "new"), env={"ANNINH_PASSPHRASE": "x" * 20}
    )
    assert result.exit_code == 1
    assert "passphrase" in result.stderr
    assert not (tmp_path / "new").exists()


def test_passphrase_from_a_file(run: Run, bundle_path: Path, tmp_path: Path) -> None:
    """A passphrase file counts by its first line, and an empty one is refused."""
    words = tmp_path / "words"
    words.write_text(WORDS["ANNINH_PASSPHRASE"] + "\n", encoding="utf-8")
    new = tmp_path / "new"
    assert run("bundle", "import", str(bundle_path), "--at", str(new), "--passphrase-file", str(words)).exit_code == 0
    words.write_text("")
    result = run("bundle", "export", str(tmp_path / "b.zip"), "--passphrase-file", str(words))
    assert (result.exit_code, (tmp_path / "b.zip").exists()) == (2, False)


def test_passphrase_is_prompted_for(run: Run, tmp_path: Path) -> None:
    """The passphrase is prompted for twice, and isn't echoed."""
    words = "mot hai ba bon nam"
    result = run("bundle", "export", str(tmp_path / "b.zip"), input=f"{words}\n{words}\n")
    assert result.exit_code == 0, result.output
    assert words not in result.output


def test_bundle_leaves_out_secrets(run: Run, folder: Path, tmp_path: Path) -> None:
    """Secret options of messengers are left out of a bundle, and both export and import report it."""
    settings = folder / FILE_NAME
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("options = { ", 'options = { secret = "much-too-secret", '), encoding="utf-8")
    path = tmp_path / "b.zip"
    assert "messengers.oa.options.secret" in run("bundle", "export", str(path), env=WORDS).stderr
    with zipfile.ZipFile(path) as file:
        assert b"much-too-secret" not in b"".join(file.read(name) for name in file.namelist())
    assert "secret was left out" in run("bundle", "import", str(path), "--at", str(tmp_path / "n"), env=WORDS).stderr


def test_bundle_contains_custom_profile(run: Run, folder: Path, tmp_path: Path) -> None:
    """A custom profile and the profile that it extends are in the bundle and in the new folder."""
    own = folder / "profiles"
    (own / "base").mkdir(parents=True)
    (own / "base" / "base.toml").write_text('extends = "hoa_lu_2021"\n', encoding="utf-8")
    (own / "office.toml").write_text(
        'extends = "base"\n[wording]\n"tip.receipt" = "Đã nhận {receipt}"\n', encoding="utf-8"
    )
    settings = folder / FILE_NAME
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"hoa_lu_2021"', '"profiles/office.toml"'), encoding="utf-8")
    path = tmp_path / "b.zip"
    new = tmp_path / "new"
    exported = run("bundle", "export", str(path), env=WORDS)
    assert exported.exit_code == 0, exported.output
    shutil.rmtree(own)
    imported = run("bundle", "import", str(path), "--at", str(new), env=WORDS)
    assert imported.exit_code == 0, imported.output
    paths = {file.relative_to(new).as_posix() for file in new.glob("profile/**/*.toml")}
    assert paths == {"profile/base/base.toml", "profile/office.toml"}
    assert run("tips", "list", "--at", str(new)).exit_code == 0


def test_bundle_path_cannot_leave_folder(run: Run, bundle_path: Path, tmp_path: Path) -> None:
    """A bundle with a profile path outside the folder is refused."""
    with zipfile.ZipFile(bundle_path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    manifest = parts.pop("manifest.json").replace(
        b'"parts": [',
        b'"parts": [{"name": "files/profile/../../out.toml",'
        b' "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 0, "count": 1},',
    )
    with zipfile.ZipFile(bundle_path, "w") as file:
        for name, data in {**parts, "files/profile/../../out.toml": b"", "manifest.json": manifest}.items():
            file.writestr(name, data)
    result = run("bundle", "import", str(bundle_path), "--at", str(tmp_path / "new"), env=WORDS)
    assert result.exit_code == 1
    assert "which isn't a valid name and could lead outside the folder" in result.stderr
    assert not (tmp_path / "out.toml").exists()
    assert not (tmp_path / "new").exists()


def test_import_needs_an_empty_store(run: Run, bundle_path: Path, folder: Path, tmp_path: Path) -> None:
    """`--storage` is refused for an existing folder, and a store that isn't empty is never overwritten."""
    result = run("bundle", "import", str(bundle_path), "--at", str(folder), "--storage", "sqlite:///x.db", env=WORDS)
    assert "--storage" in result.stderr
    result = run("bundle", "import", str(bundle_path), "--at", str(folder), env=WORDS)
    assert "isn't empty" in result.stderr
    assert run("audit", "verify").exit_code == 0


def test_import_works_after_damaged_bundle(run: Run, bundle_path: Path, tmp_path: Path) -> None:
    """An import of an intact bundle works after a failed import of a damaged one."""
    sound = bundle_path.read_bytes()
    words = ("bundle", "import", str(bundle_path), "--at", str(tmp_path / "new"), "--storage", "sqlite:///other.db")
    data = bytearray(sound)
    data[data.index(b"journal", data.index(b"journal_head") + 12) + 200] ^= 1
    bundle_path.write_bytes(bytes(data))
    assert f"Part 'journal' of {bundle_path} is damaged (" in run(*words, env=WORDS).stderr
    bundle_path.write_bytes(sound)
    result = run(*words, env=WORDS)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "other.db").exists()
