"""`anninh plugin check` and `anninh new plugin`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Run

TESTS = """
import pytest
from anninh_core.testing.kits import OpinionsConformance

class TestMine(OpinionsConformance):
    @pytest.fixture
    def plugin(self):
        return "opinions"

    @pytest.fixture
    def texts(self):
        return ["zzz"]

    @pytest.mark.xfail(reason="it knows no such words")
    def test_speaks(self, plugins, district, texts):
        assert False
"""
STORAGE = """
import pytest
from anninh_core.testing.kits import StorageConformance
from anninh_core.testing.memory import MemoryStorage

class WithoutStates(MemoryStorage):
    def __init__(self):
        super().__init__()
        del self.states

class TestMine(StorageConformance):
    @pytest.fixture
    def storage_factory(self):
        return WithoutStates
"""


def test_a_project_is_begun(run: Run, tmp_path: Path) -> None:
    """It tells which files it wrote, and how to go on; a program gets the same."""
    done = run("new", "plugin", "opinion", "water", "--at", str(tmp_path / "one"))
    assert done.exit_code == 0, done.stderr
    assert "anninh_water.py" in done.stdout
    assert "anninh plugin check water --tests" in done.stdout

    told = json.loads(run("new", "plugin", "opinion", "water", "--at", str(tmp_path / "two"), "--json").stdout)
    assert told["plugin"] == "water"
    assert {"file": "test_anninh_water.py"} in told["files"]
    assert "isn't empty" in run("new", "plugin", "opinion", "water", "--at", str(tmp_path / "two")).stderr


def test_what_is_not_installed_is_told(run: Run) -> None:
    """With the names that are."""
    done = run("plugin", "check", "opinionz")
    assert done.exit_code == 2
    assert "Plugin 'opinionz' isn't installed: install its package first. Installed plugins: assisted, " in done.stderr


@pytest.mark.slow
def test_card_shows_what_holds(run: Run) -> None:
    """Each kit with its counts, what was skipped and why, and which kit needs the author's tests; in Vietnamese too."""
    done = run("plugin", "check", "mock")
    assert done.exit_code == 0, done.stdout
    assert "PluginConformance" in done.stdout
    assert "MessengerConformance was not run: it needs your tests" in done.stdout
    assert "MessengerConformance chưa chạy" in run("--lang", "vi", "plugin", "check", "mock").stdout


@pytest.mark.slow
def test_own_tests_count(run: Run, tmp_path: Path) -> None:
    """A kit that is proved in the author's tests is run there and nowhere else; what is excused keeps its reason."""
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    done = run("plugin", "check", "opinions", "--tests", str(tmp_path), "--json")
    told = json.loads(done.stdout)
    cases = {rule["case"] for rule in told["rules"] if rule["kit"] == "OpinionsConformance"}
    assert cases == {"TestMine"}
    (excused,) = [rule for rule in told["rules"] if rule["outcome"] == "excused"]
    assert excused["reasons"] == ["it knows no such words"]


@pytest.mark.slow
def test_own_tests_may_be_strict(tmp_path: Path) -> None:
    """Tests to which every warning is an error are run in a program as they are by pytest alone."""
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nfilterwarnings = ["error"]', encoding="utf-8")
    command = [sys.executable, "-m", "anninh_core.cli", "plugin", "check", "opinions", "--tests", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OpinionsConformance" in done.stdout


@pytest.mark.slow
def test_a_failing_rule_ends_with_1(run: Run, tmp_path: Path) -> None:
    """It is told by its number, what it demands, how it failed, and how to run it alone."""
    (tmp_path / "test_mine.py").write_text(TESTS.partition("    @pytest.mark.xfail")[0], encoding="utf-8")
    done = run("plugin", "check", "opinions", "--tests", str(tmp_path))
    assert done.exit_code == 1
    assert "O-02 failed in TestMine: By each of its hooks it has something to say" in done.stdout
    assert "give the fixture `texts` words to which it does" in done.stdout
    assert f"alone: pytest {tmp_path} -k 'TestMine and test_speaks'" in done.stdout


@pytest.mark.slow
def test_tests_without_a_kit_are_refused(run: Run, tmp_path: Path) -> None:
    """A folder in which nothing is proved is no proof."""
    (tmp_path / "test_mine.py").write_text("def test_nothing(): pass", encoding="utf-8")
    assert (
        f"No test in {tmp_path} subclasses a kit" in run("plugin", "check", "opinions", "--tests", str(tmp_path)).stderr
    )


@pytest.mark.slow
def test_rules_are_chosen(run: Run, tmp_path: Path) -> None:
    """By their numbers, or by the step of writing a storage; how far the storage is stands below."""
    (tmp_path / "test_mine.py").write_text(STORAGE, encoding="utf-8")
    mine = ("plugin", "check", "embedded", "--tests", str(tmp_path))
    done = run(*mine, "--rules", "S-01 S-120..S-122 P-02")
    assert done.exit_code == 1, done.stdout + done.stderr
    assert "S-122 failed in TestMine" in done.stdout
    assert "step of writing a storage" in done.stdout
    assert "was not run" not in done.stdout
    assert run(*mine, "--step", "1").exit_code == 0
    assert "names no rules of a kit" in run(*mine, "--rules", "P-01,S1").stderr
    assert (
        "None of these rules belongs to a kit that was run: give --tests"
        in run("plugin", "check", "embedded", "--rules", "S-01").stderr
    )
