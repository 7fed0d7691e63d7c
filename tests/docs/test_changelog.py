"""Each fragment of the changelog has a kind and a text, and a release adds the fragments as a section and keeps all
earlier text.
"""

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


def list_fragments() -> list[Path]:
    return [path for path in sorted(FOLDER.iterdir()) if path.name not in SETTINGS["ignore"]]


def get_kind(path: Path) -> str:
    """Return the kind of a fragment, which is the part of its file's name before the extension."""
    return path.name.split(".")[-2]


def run_towncrier(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "towncrier", "build", "--version", "9.9.9", "--date", "2099-01-02", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def changelog_copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the changelog, its fragments and the settings."""
    shutil.copytree(FOLDER, tmp_path / FOLDER.name)
    for name in ("CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_fragments_have_kind_and_text() -> None:
    """Each fragment of the changelog has a known kind and a text without bullet or heading, which the release adds."""
    for path in list_fragments():
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".md", path.name
        assert get_kind(path) in KINDS, path.name
        assert text.strip(), path.name
        assert not text.startswith(("-", "*", "#", " ")), path.name


def test_the_draft_has_every_fragment() -> None:
    """`towncrier build --draft` shows each fragment under the heading of its kind."""
    result = run_towncrier(ROOT, "--draft")

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("## 9.9.9 (2099-01-02)\n")
    for path in list_fragments():
        _, _, section = result.stdout.partition(f"### {KINDS[get_kind(path)]}\n")
        assert path.read_text(encoding="utf-8").splitlines()[0] in section.partition("\n### ")[0]


def test_release_adds_its_section_on_top(changelog_copy: Path) -> None:
    """A release adds its section above the earlier text, which stays complete, and removes the fragments."""
    (changelog_copy / "changelog.d" / "night.removed.md").write_text("`fly()` is gone;\nwalk.\n", encoding="utf-8")
    before = (changelog_copy / "CHANGELOG.md").read_text(encoding="utf-8")
    marker = SETTINGS["start_string"]

    result = run_towncrier(changelog_copy, "--yes")

    assert result.returncode == 0, result.stderr
    after = (changelog_copy / "CHANGELOG.md").read_text(encoding="utf-8")
    head, _, rest = before.partition(marker)
    assert after.startswith(f"{head}{marker}\n## 9.9.9 (2099-01-02)\n")
    assert after.endswith(rest)
    assert "- `fly()` is gone;\n  walk.\n" in after.partition("\n### Removed\n")[2]
    assert [path.name for path in (changelog_copy / "changelog.d").iterdir()] == ["README.md"]


def test_an_unknown_kind_is_refused(changelog_copy: Path) -> None:
    """A fragment of an unknown kind is refused, because the release would leave it out silently."""
    (changelog_copy / "changelog.d" / "night.improved.md").write_text("Better.\n", encoding="utf-8")

    result = run_towncrier(changelog_copy, "--draft")

    assert result.returncode != 0
    assert "night.improved.md" in result.stdout + result.stderr


def test_the_guide_names_the_kinds() -> None:
    """The table in the README of the fragments' folder lists exactly the kinds that the settings define."""
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in guide.splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(KINDS)
