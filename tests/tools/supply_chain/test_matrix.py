"""The script that tests with other versions counts only complete successful runs as passed."""

import subprocess
from pathlib import Path

import pytest
from packaging.version import Version
from tools.supply_chain import matrix
from tools.supply_chain.matrix import MatrixRun, get_closing_line, has_passed, list_changes

PASSED = "=== 3 passed, 1 skipped in 2.50s ==="
UV = """#!/bin/sh
# Does for these tests what uv does, without an index: one version, and an environment whose Python is a script.
last() { for word in "$@"; do :; done; echo "$word"; }
case "$1 $2" in
  "python find") if [ "$(last "$@")" = 3.11 ]; then echo "FOLDER/python"; else exit 2; fi ;;
  "pip compile")
    case "$*" in
      *--no-deps*) version=1.0 ;;
      *only-binary*) version=1.2 ;;
      *) version=1.1 ;;
    esac
    echo "attrs==$version" > "$(last "$@")" ;;
  "venv --quiet") mkdir -p "$(last "$@")/bin"; cp "FOLDER/python" "$(last "$@")/bin/python" ;;
  "pip install") exit INSTALL ;;
esac
"""
PYTHON = """#!/bin/sh
if [ "$1" = -c ]; then echo 3.11.7; exit 0; fi
echo run >> "FOLDER/runs"
echo "=== CLOSING ==="
exit STATUS
"""


def make_run(folder: Path, *, commit: str = "abc", arguments: tuple[str, ...] = ("-n", "2")) -> MatrixRun:
    return MatrixRun("/usr/bin/python3.11", "3.11.7", "lowest", commit, arguments, folder)


def test_a_complete_log_without_a_failure_has_passed(tmp_path: Path) -> None:
    """A complete log of a successful run counts as passed."""
    run = make_run(tmp_path)
    run.log.write_text(f"{run.title}\n{PASSED}\n\nexit status 0\n", encoding="utf-8")
    assert has_passed(run)


@pytest.mark.parametrize("end", ["", f"{PASSED}\n", f"{PASSED}\n\nexit status 1\n", "\nexit status 0 of 3 failed\n"])
def test_other_logs_have_not_passed(tmp_path: Path, end: str) -> None:
    """An incomplete log or the log of a failure doesn't count as passed."""
    run = make_run(tmp_path)
    assert not has_passed(run)
    run.log.touch()
    assert not has_passed(run)
    run.log.write_text(f"{run.title}\n{end}", encoding="utf-8")
    assert not has_passed(run)


def test_log_of_another_run_does_not_count(tmp_path: Path) -> None:
    """A log of another commit or of other tests doesn't count as passed."""
    run = make_run(tmp_path)
    run.log.write_text(f"{run.title}\n{PASSED}\n\nexit status 0\n", encoding="utf-8")
    assert not has_passed(make_run(tmp_path, commit="def"))
    assert not has_passed(make_run(tmp_path, arguments=("tests/operations",)))


def test_closing_line_is_pytests() -> None:
    """The closing line is pytest's summary, without title, exit status and decoration."""
    assert get_closing_line(f"title\n...\n{PASSED}\n\nexit status 0\n") == "3 passed, 1 skipped in 2.50s"
    assert get_closing_line("title\n\nexit status 4\n") == "pytest printed nothing"


def test_changed_versions_are_named() -> None:
    """A package with another version or without one is named as changed."""
    before = {"attrs": Version("25.1"), "lxml": Version("5.3"), "idna": Version("3")}
    after = {"attrs": Version("25.1"), "lxml": Version("6.0"), "six": Version("1")}
    assert list_changes(before, after) == ["lxml 5.3 → 6.0", "idna 3 → nothing"]


class Office:
    """A small repository, and scripts that replace uv and Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.root.mkdir()
        self.git("init", "--quiet")
        person = ("-c", "user.name=x", "-c", "user.email=x@example.invalid", "-c", "commit.gpgsign=false")
        self.git(*person, "commit", "--quiet", "--allow-empty", "--message", "x")
        self.write(status=0, closing="3 passed in 1.00s")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True)

    def write(self, *, status: int, closing: str, install: int = 0) -> None:
        """Set the results of the next test run and the next installation."""
        python = PYTHON.replace("STATUS", str(status)).replace("CLOSING", closing)
        for name, script in (("uv", UV.replace("INSTALL", str(install))), ("python", python)):
            path = self.folder / name
            path.write_text(script.replace("FOLDER", str(self.folder)), encoding="utf-8")
            path.chmod(0o755)

    def count_runs(self) -> int:
        path = self.folder / "runs"
        return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0

    def main(self, *arguments: str) -> int:
        return matrix.main(["--logs", str(self.folder / "logs"), *arguments])


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    repository = Office(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(matrix, "ROOT", repository.root)
    return repository


def test_each_choice_of_versions_is_run_and_printed(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Each choice of versions is run, and printed with Python, versions, missing wheels, raised lower bounds and
    pytest's closing line.
    """
    assert office.main() == 0
    output = capsys.readouterr().out
    assert office.count_runs() == 3
    assert "Python 3.12 isn't installed here or doesn't start." in output
    for versions in ("constrained", "newest", "lowest"):
        assert f"=== Python 3.11.7, {versions} versions, commit " in output
    assert output.count("versions: attrs 1.2") == 3
    assert output.count("no wheel for this Python: attrs 1.1 → 1.2") == 3
    assert output.count("above the bound: attrs 1.0 → 1.2") == 1
    assert output.count("3 passed in 1.00s") == 3
    assert output.endswith("All runs passed.\n")


def test_passed_runs_are_not_repeated(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Only failed runs are repeated, until they pass, and their clone and environment are kept until then."""
    office.write(status=1, closing="1 failed in 1.00s")
    assert office.main("--only", "lowest") == 1
    assert "Failed:\nPython 3.11.7, lowest versions" in capsys.readouterr().out
    assert (office.folder / "logs/3.11.7-lowest/clone").exists()
    office.write(status=0, closing="3 passed in 1.00s")
    assert office.main("--only", "lowest", "--only", "newest") == 0
    assert not (office.folder / "logs/3.11.7-lowest/clone").exists()
    assert office.main("--only", "lowest", "--only", "newest") == 0
    assert capsys.readouterr().out.count("passed before: 3 passed in 1.00s") == 2
    assert office.count_runs() == 3


def test_failed_installation_is_reported(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A failed installation is reported, and the other runs continue."""
    office.write(status=0, closing="3 passed in 1.00s", install=3)
    assert office.main("--python", "3.11", "--only", "newest", "--only", "lowest") == 1
    assert capsys.readouterr().out.count(" failed: ") == 2
    assert office.count_runs() == 0
