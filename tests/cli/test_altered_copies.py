"""`anninh backup verify`, `restore` and `bundle import` on files that somebody altered, or that are old."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.backup.conftest import CHEAP
from tests.app.backup.forging import Parts, forge, read_parts, without_authentication, write_parts
from tests.cli.conftest import Run
from tests.support.released import expected, unpack

from anninh_core.app import FILE_NAME
from anninh_core.app.backup import bundle as bundling
from anninh_core.app.backup.passphrase import wrap

pytestmark = pytest.mark.slow

WORDS = {"ANNINH_PASSPHRASE": "Đồng lúa chín vàng bên sông"}


@pytest.fixture(autouse=True)
def _quick_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "wrap", lambda copy, passphrase, _: wrap(copy, passphrase, CHEAP))


@pytest.fixture
def backup(run: Run, tmp_path: Path) -> Path:
    assert run("backup", str(tmp_path / "backup.zip")).exit_code == 0
    return tmp_path / "backup.zip"


@pytest.fixture
def bundle(run: Run, tmp_path: Path) -> Path:
    assert run("bundle", "export", str(tmp_path / "bundle.zip"), env=WORDS).exit_code == 0
    return tmp_path / "bundle.zip"


def without_a_key(parts: Parts) -> None:
    parts["states"] = b"".join(parts["states"].splitlines(keepends=True)[1:])


def told(path: Path, name: str, text: str) -> None:
    """Put a file into a bundle."""
    forge(path, lambda parts: parts.update({f"files/{name}": text.encode()}))


def test_verified_with_and_without_keys(run: Run, backup: Path, bundle: Path, folder: Path, tmp_path: Path) -> None:
    """Without keys a file is intact, and it is said that nothing proves who wrote it; with them it is authentic."""
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


def test_an_altered_backup(run: Run, backup: Path, folder: Path, place: Path) -> None:
    """Every checksum mended, it still looks intact without keys; with them, and when it is restored, it is refused."""
    forge(backup, without_a_key)
    assert f"{backup}: intact" in run("backup", "verify", str(backup)).stdout
    for words in (("backup", "verify", str(backup), "--at", str(folder)), ("restore", str(backup), "--at", str(place))):
        done = run(*words)
        assert done.exit_code == 1
        assert "isn't authentic, because it was altered, or written with other keys" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_an_altered_bundle(run: Run, bundle: Path, tmp_path: Path) -> None:
    """It is refused before even its folder is made."""
    forge(bundle, without_a_key)
    done = run("bundle", "import", str(bundle), "--at", str(tmp_path / "new"), env=WORDS)
    assert (done.exit_code, "isn't authentic, because it was altered, or written with other keys" in done.stderr) == (
        1,
        True,
    )
    assert not (tmp_path / "new").exists()


def test_files_of_before(run: Run, backup: Path, bundle: Path, place: Path, tmp_path: Path) -> None:
    """Files of the format before are taken by whoever says so, and the sentence names the word."""
    for file in (backup, bundle):
        without_authentication(file)
        assert "can't be" in run("backup", "verify", str(file), env=WORDS).stderr
    refused = run("restore", str(backup), "--at", str(place))
    assert (refused.exit_code, "--unauthenticated" in refused.stderr) == (1, True)
    assert run("restore", str(backup), "--at", str(place), "--unauthenticated").exit_code == 0
    words = ("bundle", "import", str(bundle), "--at", str(tmp_path / "new"))
    assert "--unauthenticated" in run(*words, env=WORDS).stderr
    done = run(*words, "--unauthenticated", env=WORDS)
    assert done.exit_code == 0, done.output
    assert run("tips", "list", "--at", str(tmp_path / "new")).stdout == run("tips", "list").stdout


def test_the_bundle_of_a_release(run: Run, tmp_path: Path) -> None:
    """A real bundle of an old release, with its real passphrase, goes on in a new folder, in which people sign in."""
    file = unpack("r0007", tmp_path / "old") / "bundle.zip"
    env = {"ANNINH_PASSPHRASE": expected("r0007")["bundle"]["passphrase"]}
    words = ("bundle", "import", str(file), "--at", str(tmp_path / "new"))
    assert "--unauthenticated" in run(*words, env=env).stderr
    assert not (tmp_path / "new").exists()
    done = run(*words, "--unauthenticated", env=env)
    assert done.exit_code == 0, done.output
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
def test_settings_that_lead_out(run: Run, bundle: Path, tmp_path: Path, settings: str, sentence: str) -> None:
    """Nor do a bundle's own settings say where something is written, even where the bundle itself is believed."""
    told(bundle, FILE_NAME, settings)
    without_authentication(bundle)
    before = sorted(tmp_path.rglob("*"))
    done = run("bundle", "import", str(bundle), "--at", str(tmp_path / "new"), "--unauthenticated", env=WORDS)
    assert (done.exit_code, sentence in done.stderr) == (1, True), done.output
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
    """What is told of a file made to harm is one sentence, and no more."""
    forge(backup, lambda _: None)
    parts = read_parts(backup)
    tell(parts)
    write_parts(backup, parts)
    done = run("backup", "verify", str(backup))
    assert done.exit_code == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert len(done.stderr) < 400
