"""A new plugin project is complete, and passes mypy, ruff and its own tests unchanged."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.support.type_check import check_types

import anninh_core
from anninh_core.kernel.errors import BadInput
from anninh_core.testing.authoring.projects import KINDS, write_project

SOURCE = Path(anninh_core.__file__).parents[1]
ERASED = """
from base64 import b64encode
from pathlib import Path
from anninh_core.ports import ChangeSet, NewKey
from anninh_water_watch import WaterWatchStorage

def is_in_file():
    return b64encode(b"wrapped key of a case") in Path("erased.db").read_bytes()

storage = WaterWatchStorage("water_watch:///erased.db")
storage.prepare([])
storage.commit([ChangeSet(keys=(NewKey(scope="case:1", epoch="e1", wrapped=b"wrapped key of a case"),))])
print(is_in_file())
storage.keyring.destroy("case:1")
print(is_in_file())
again = WaterWatchStorage("water_watch:///erased.db")
again.prepare([])
print(again.keyring.get("case:1"))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_project_is_complete(kind: str, tmp_path: Path) -> None:
    """The files of a new project can be read and name the plugin but no placeholder, and its test subclasses a kit."""
    paths = write_project(kind, "water_watch", tmp_path / "new")
    assert [path.name for path in paths] == [
        *("README.md", "anninh_water_watch.py", "pyproject.toml", "test_anninh_water_watch.py")
    ]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    assert not [name for name, text in texts.items() if re.search(r"@\w+@", text)]
    project = tomllib.loads(texts["pyproject.toml"])["project"]
    assert project["entry-points"]["anninh"] == {"water_watch": "anninh_water_watch"}
    tests = ast.parse(texts["test_anninh_water_watch.py"])
    bases = {ast.unparse(base) for node in tests.body if isinstance(node, ast.ClassDef) for base in node.bases}
    assert "PluginConformance" in bases
    assert len(bases) > 1


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        ("courier", "x1", "Kind 'courier' has no template: choose one of collector, "),
        *(
            ("opinion", name, f"{name!r} isn't a valid plugin name: use 2 to 31 lower-case letters")
            for name in ("Water", "class", "opinions")
        ),
    ],
)
def test_invalid_names_are_refused(kind: str, name: str, sentence: str, tmp_path: Path) -> None:
    """An unknown kind, a name that can't be imported, or a built-in plugin's name is refused, and nothing is
    written.
    """
    with pytest.raises(BadInput, match=sentence):
        write_project(kind, name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A project isn't written into a folder that isn't empty."""
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(BadInput, match="isn't empty, and nothing was written: name another folder"):
        write_project("opinion", "water", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.slow
@pytest.mark.xdist_group("mypy")
def test_projects_pass_mypy_and_ruff(tmp_path: Path) -> None:
    """Each project and its tests pass mypy strict and ruff, for short and long names."""
    for kind in KINDS:
        for name in ("ro", "a_rather_long_name_of_plugin"):
            write_project(kind, f"{name}_{kind[0]}", tmp_path / f"{kind}_{name}")
    rules = ["ruff", "check", "--extend-select", "B,I,UP", "."]
    commands = [(["ruff", "format", "--check", "."], tmp_path), *((rules, folder) for folder in tmp_path.iterdir())]
    for command, folder in commands:
        result = _run_command(command, folder, dict(os.environ))
        assert result.returncode == 0, result.stdout + result.stderr
    output = check_types(tmp_path.glob("*/*.py"), tmp_path)
    assert output.startswith("Success"), output


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_project_passes_its_own_tests(kind: str, tmp_path: Path) -> None:
    """A new project passes every rule of its kits that isn't skipped."""
    folder = tmp_path / "new"
    write_project(kind, "water_watch", folder)
    command = ["pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'its'}"]
    result = _run_command(command, folder, _install_plugin(folder, tmp_path / "site"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\b\d+ passed", result.stdout)


@pytest.mark.slow
def test_office_runs_on_plugin_storage(tmp_path: Path) -> None:
    """An office with a plugin's storage finds its records, and a destroyed key is gone from the storage's file."""
    write_project("storage", "water_watch", tmp_path / "new")
    environment = _install_plugin(tmp_path / "new", tmp_path / "site")
    office = str(tmp_path / "office")
    making = ["init", office, "--trial", "--plugin", "water_watch", "--storage", "water_watch:///kept.db"]
    outputs = {}
    for command in ([*making, "--officer", "Lan"], ["officers", "list"], ["doctor"]):
        options = [] if command[0] == "init" else ["--at", office]
        result = _run_command(["anninh_core.cli", *command, *options], tmp_path, environment)
        assert result.returncode == 0, result.stdout + result.stderr
        outputs[command[0]] = result.stdout
    assert "Lan" in outputs["officers"]

    (tmp_path / "erased.py").write_text(ERASED, encoding="utf-8")
    result = _run_command(["erased"], tmp_path, environment)
    assert result.stdout.split() == ["True", "False", "None"], result.stderr


def _run_command(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _install_plugin(folder: Path, site: Path) -> dict[str, str]:
    """Write the plugin's metadata as an installer does, and return an environment that finds the plugin."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = (f"{point} = {module}\n" for point, module in project["entry-points"]["anninh"].items())
    (info / "entry_points.txt").write_text("[anninh]\n" + "".join(points))
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    paths = os.pathsep.join([str(folder), str(site), str(SOURCE)])
    return {**others, "PYTHONPATH": paths}
