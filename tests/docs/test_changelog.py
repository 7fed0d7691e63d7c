"""The changelog's fragments have a kind, say something, and become a section that loses no word of those before."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

FOLDER = ROOT / "changelog.d"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
KINDS = {kind["directory"]: kind["name"] for kind in SETTINGS["type"]}


def fragments() -> list[Path]:
    return [path for path in sorted(FOLDER.iterdir()) if path.name not in SETTINGS["ignore"]]


def kind_of(path: Path) -> str:
    """Return what stands before the ending."""
    return path.name.split(".")[-2]


def towncrier(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "towncrier", "build", "--version", "9.9.9", "--date", "2099-01-02", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with the changelog, its fragments and the settings."""
    shutil.copytree(FOLDER, tmp_path / FOLDER.name)
    for name in ("CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_each_fragment_has_a_kind_and_says_something() -> None:
    """One point, without bullet or heading: the release makes those."""
    for path in fragments():
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".md", path.name
        assert kind_of(path) in KINDS, path.name
        assert text.strip(), path.name
        assert not text.startswith(("-", "*", "#", " ")), path.name


def test_the_draft_has_every_fragment() -> None:
    """`towncrier build --draft` shows each under the heading of its kind."""
    drawn = towncrier(ROOT, "--draft")

    assert drawn.returncode == 0, drawn.stderr
    assert drawn.stdout.startswith("## 9.9.9 (2099-01-02)\n")
    for path in fragments():
        _, _, section = drawn.stdout.partition(f"### {KINDS[kind_of(path)]}\n")
        assert path.read_text(encoding="utf-8").splitlines()[0] in section.partition("\n### ")[0]


def test_a_release_puts_its_section_above_all_before(copy: Path) -> None:
    """Nothing that stood there is lost, and the fragments are gone."""
    (copy / "changelog.d" / "night.removed.md").write_text("`fly()` is gone;\nwalk.\n", encoding="utf-8")
    before = (copy / "CHANGELOG.md").read_text(encoding="utf-8")
    marker = SETTINGS["start_string"]

    done = towncrier(copy, "--yes")

    assert done.returncode == 0, done.stderr
    after = (copy / "CHANGELOG.md").read_text(encoding="utf-8")
    head, _, rest = before.partition(marker)
    assert after.startswith(f"{head}{marker}\n## 9.9.9 (2099-01-02)\n")
    assert after.endswith(rest)
    assert "- `fly()` is gone;\n  walk.\n" in after.partition("\n### Removed\n")[2]
    assert [path.name for path in (copy / "changelog.d").iterdir()] == ["README.md"]


def test_an_unknown_kind_is_refused(copy: Path) -> None:
    """It would be left out of the release in silence."""
    (copy / "changelog.d" / "night.improved.md").write_text("Better.\n", encoding="utf-8")

    drawn = towncrier(copy, "--draft")

    assert drawn.returncode != 0
    assert "night.improved.md" in drawn.stdout + drawn.stderr


def test_the_guide_names_the_kinds() -> None:
    """The table in the folder's README is the list of the settings."""
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in guide.splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(KINDS)
