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


def test_new_plugin_prints_its_files(run: Run, tmp_path: Path) -> None:
    """`new plugin` prints the written files and the next command, for people and as JSON, and needs an empty folder."""
    result = run("new", "plugin", "opinion", "water", "--at", str(tmp_path / "one"))
    assert result.exit_code == 0, result.stderr
    assert "anninh_water.py" in result.stdout
    assert "anninh plugin check water --tests" in result.stdout

    project = json.loads(run("new", "plugin", "opinion", "water", "--at", str(tmp_path / "two"), "--json").stdout)
    assert project["plugin"] == "water"
    assert {"file": "test_anninh_water.py"} in project["files"]
    assert "isn't empty" in run("new", "plugin", "opinion", "water", "--at", str(tmp_path / "two")).stderr


def test_uninstalled_plugin_is_refused(run: Run) -> None:
    """A plugin that isn't installed is refused, and the error lists the installed ones."""
    result = run("plugin", "check", "opinionz")
    assert result.exit_code == 2
    assert (
        "Plugin 'opinionz' isn't installed: install its package first. Installed plugins: assisted, " in result.stderr
    )


@pytest.mark.slow
def test_plugin_report_shows_kits(run: Run) -> None:
    """The report shows each kit with its counts, and which kits need the author's tests, in English and Vietnamese."""
    result = run("plugin", "check", "mock")
    assert result.exit_code == 0, result.stdout
    assert "PluginConformance" in result.stdout
    assert "MessengerConformance was not run: it needs your tests" in result.stdout
    assert "MessengerConformance chưa chạy" in run("--lang", "vi", "plugin", "check", "mock").stdout


@pytest.mark.slow
def test_author_tests_replace_the_kit(run: Run, tmp_path: Path) -> None:
    """A kit in the author's tests runs only there, and an expected failure keeps its reason."""
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    result = run("plugin", "check", "opinions", "--tests", str(tmp_path), "--json")
    report = json.loads(result.stdout)
    cases = {rule["case"] for rule in report["rules"] if rule["kit"] == "OpinionsConformance"}
    assert cases == {"TestMine"}
    (excused,) = [rule for rule in report["rules"] if rule["outcome"] == "excused"]
    assert excused["reasons"] == ["it knows no such words"]


@pytest.mark.slow
def test_strict_author_tests_run(tmp_path: Path) -> None:
    """Author's tests with `filterwarnings = error` run as they do under pytest alone."""
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nfilterwarnings = ["error"]', encoding="utf-8")
    command = [sys.executable, "-m", "anninh_core.cli", "plugin", "check", "opinions", "--tests", str(tmp_path)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "OpinionsConformance" in result.stdout


@pytest.mark.slow
def test_failed_rule_is_reported(run: Run, tmp_path: Path) -> None:
    """A failed rule ends with exit code 1, and is shown with its number, requirement, failure and the command to run it
    alone.
    """
    (tmp_path / "test_mine.py").write_text(TESTS.partition("    @pytest.mark.xfail")[0], encoding="utf-8")
    result = run("plugin", "check", "opinions", "--tests", str(tmp_path))
    assert result.exit_code == 1
    rule = "O-02 failed in TestMine: Each hook of the plugin gives an opinion on at least one of the texts"
    assert rule in result.stdout
    assert "give the fixture `texts` words to which it does" in result.stdout
    assert f"alone: pytest {tmp_path} -k 'TestMine and test_speaks'" in result.stdout


@pytest.mark.slow
def test_tests_without_a_kit_are_refused(run: Run, tmp_path: Path) -> None:
    """A folder of tests without a kit is refused, because it proves nothing."""
    (tmp_path / "test_mine.py").write_text("def test_nothing(): pass", encoding="utf-8")
    assert (
        f"No test in {tmp_path} subclasses a kit" in run("plugin", "check", "opinions", "--tests", str(tmp_path)).stderr
    )


@pytest.mark.slow
def test_rules_are_chosen_by_number_or_step(run: Run, tmp_path: Path) -> None:
    """Rules are chosen by number or by the step of writing a storage, and the report shows the storage's current
    step.
    """
    (tmp_path / "test_mine.py").write_text(STORAGE, encoding="utf-8")
    mine = ("plugin", "check", "embedded", "--tests", str(tmp_path))
    result = run(*mine, "--rules", "S-01 S-120..S-122 P-02")
    assert result.exit_code == 1, result.stdout + result.stderr
    assert "S-122 failed in TestMine" in result.stdout
    assert "step of writing a storage" in result.stdout
    assert "was not run" not in result.stdout
    assert run(*mine, "--step", "1").exit_code == 0
    assert "names no rules of a kit" in run(*mine, "--rules", "P-01,S1").stderr
    assert (
        "None of these rules belongs to a kit that was run: give --tests"
        in run("plugin", "check", "embedded", "--rules", "S-01").stderr
    )
