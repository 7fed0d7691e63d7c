"""A project to begin a plugin with is whole, and passes mypy, ruff and its own tests as it is written."""

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


@pytest.mark.parametrize("kind", KINDS)
def test_project_is_whole(kind: str, tmp_path: Path) -> None:
    """Its files can be read, name the plugin and no placeholder, and its test subclasses a kit."""
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
    ("kind", "name"), [("courier", "x1"), ("opinion", "Water"), ("opinion", "class"), ("opinion", "opinions")]
)
def test_unfit_names_are_refused(kind: str, name: str, tmp_path: Path) -> None:
    """A kind that there isn't, a name that can't be imported, and one of ours: nothing is written."""
    with pytest.raises(BadInput, match=r"there is no template for|can't be the name"):
        write_project(kind, name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder with something in it stays as it is."""
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(BadInput, match="isn't empty; nothing was written"):
        write_project("opinion", "water", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.slow
@pytest.mark.xdist_group("mypy")
def test_projects_are_well_written(tmp_path: Path) -> None:
    """Each passes mypy strict and ruff, its tests too, whatever the length of its name."""
    for kind in KINDS:
        for name in ("ro", "a_rather_long_name_of_plugin"):
            write_project(kind, f"{name}_{kind[0]}", tmp_path / f"{kind}_{name}")
    rules = ["ruff", "check", "--extend-select", "B,I,UP", "."]
    commands = [(["ruff", "format", "--check", "."], tmp_path), *((rules, folder) for folder in tmp_path.iterdir())]
    for command, folder in commands:
        done = _run(command, folder, dict(os.environ))
        assert done.returncode == 0, done.stdout + done.stderr
    told = check_types(tmp_path.glob("*/*.py"), tmp_path)
    assert told.startswith("Success"), told


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_project_passes_its_own_tests(kind: str, tmp_path: Path) -> None:
    """An author begins with every rule of the kits that isn't skipped."""
    folder = tmp_path / "new"
    write_project(kind, "water_watch", folder)
    command = ["pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'its'}"]
    done = _run(command, folder, _installed(folder, tmp_path / "site"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b\d+ passed", done.stdout)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _installed(folder: Path, site: Path) -> dict[str, str]:
    """Do what an installer does, and return an environment in which the plugin is found."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = (f"{point} = {module}\n" for point, module in project["entry-points"]["anninh"].items())
    (info / "entry_points.txt").write_text("[anninh]\n" + "".join(points))
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    paths = os.pathsep.join([str(folder), str(site), str(SOURCE)])
    return {**others, "PYTHONPATH": paths}
