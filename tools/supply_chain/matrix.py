"""Runs the default tests with the lowest versions that pyproject.toml allows, with the newest, and with the constrained
ones.

`python -m tools.supply_chain.matrix [--only lowest|newest|constrained] [--python 3.11] [--logs FOLDER]`

Each run has a clone of the last commit and an environment of its own, installed from wheels alone. Without `--python`
the oldest supported Python on this machine and the newest are used. A run that passed for this commit isn't repeated
while its log is in FOLDER. The clone and the environment of a failed run are kept, so that single tests can be repeated
in them. Needs uv and a package index.

The lowest versions are those of everything that pyproject.toml names, including the tools of the extra `dev`: a wrong
bound there can be raised at no cost to users. Indirect dependencies have the newest version allowed.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version
from tools.supply_chain.bounds import RESOLUTIONS, build_clean_environment, get_program_folder
from tools.supply_chain.lock import CONSTRAINTS, FOLDER, PYTHONS, ROOT, find_uv, read_lock

VERSIONS: Mapping[str, tuple[str, ...]] = {
    "constrained": ("--constraint", f"{FOLDER.name}/{CONSTRAINTS}"),
    "newest": ("--resolution", RESOLUTIONS["newest"]),
    "lowest": ("--resolution", RESOLUTIONS["lowest"]),
}
"""Name of a set of versions -> the options with which uv chooses it."""
_PASSED = "exit status 0"


class PreparationFailed(Exception):
    """The versions for a run of the tests can't be chosen or installed."""


@dataclass(frozen=True)
class MatrixRun:
    """A run of the default tests with one Python and one set of versions.

    Attributes:
        python: path of the interpreter.
        number: version of the interpreter, such as 3.11.7.
        versions: a key of `VERSIONS`.
        commit: tested commit.
        arguments: arguments of pytest.
        folder: folder of the clone, the environment and the log.
    """

    python: str
    number: str
    versions: str
    commit: str
    arguments: Sequence[str]
    folder: Path

    @property
    def title(self) -> str:
        """First line of the run's log; a log with another first line is ignored."""
        return (
            f"Python {self.number}, {self.versions} versions, commit {self.commit}, pytest {shlex.join(self.arguments)}"
        )

    @property
    def log(self) -> Path:
        """Path of the log, which has the title, the output of pytest, and the exit status."""
        return self.folder / "tests.txt"

    @property
    def clone(self) -> Path:
        """Path of the clone that is tested."""
        return self.folder / "clone"

    @property
    def environment(self) -> Path:
        """Path of the virtual environment for the run."""
        return self.folder / "venv"


def run_command(command: Sequence[str], folder: Path) -> str:
    """Run a command in a folder, and return its output.

    Raises:
        PreparationFailed: it ended with an error.
    """
    result = subprocess.run(
        command,
        cwd=folder,
        env=build_clean_environment(),
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if result.returncode:
        raise PreparationFailed(f"{shlex.join(command)} failed: {result.stderr.strip()[-2_000:]}")
    return result.stdout.strip()


def find_python(request: str) -> str:
    """Return the path of the interpreter on this machine that a version or path names.

    Raises:
        PreparationFailed: there is no such interpreter.
    """
    return run_command([find_uv(), "python", "find", "--no-python-downloads", "--system", request], ROOT)


def find_oldest_and_newest() -> list[str]:
    """Return the oldest and the newest supported interpreters on this machine, or only one if they are the same."""
    interpreters: list[str] = []
    for version in PYTHONS:
        try:
            interpreters.append(find_python(version))
        except PreparationFailed:
            print(f"Python {version} isn't installed here or doesn't start.")
    if not interpreters:
        sys.exit(f"No Python of {', '.join(PYTHONS)} is here; name one by --python.")
    return list(dict.fromkeys([interpreters[0], interpreters[-1]]))


def choose_versions(run: MatrixRun, target: str, *options: str) -> dict[str, Version]:
    """Choose the versions to install, write them into a file of the run's folder, and return them.

    Raises:
        PreparationFailed: no versions fit each other.
    """
    command = [find_uv(), "pip", "compile", "pyproject.toml", "--extra", "dev", "--python", run.python]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    path = run.folder / target
    run_command([*command, *VERSIONS[run.versions], *options, "--output-file", str(path)], run.clone)
    return {pin.name: pin.version for pin in read_lock(path.read_text(encoding="utf-8"))}


def list_changes(before: Mapping[str, Version], after: Mapping[str, Version]) -> list[str]:
    """Return a line for each version in `before` that is different in `after`."""
    return [
        f"{name} {version} → {after.get(name, 'nothing')}"
        for name, version in before.items()
        if after.get(name) != version
    ]


def prepare_run(run: MatrixRun) -> None:
    """Clone the tree, choose and print the versions, and install them.

    Raises:
        PreparationFailed: the versions can't be chosen or installed.
    """
    run_command(["git", "clone", "--quiet", str(ROOT), str(run.clone)], run.folder)
    installed = choose_versions(run, "versions.txt", "--only-binary", ":all:")
    print_wrapped("versions", [f"{name} {version}" for name, version in installed.items()])
    print_wrapped(
        "no wheel for this Python", list_changes(choose_versions(run, "versions-with-sources.txt"), installed)
    )
    if run.versions == "lowest":
        # These versions are allowed by each requirement's own bound, apart from the other requirements.
        print_wrapped("above the bound", list_changes(choose_versions(run, "bounds.txt", "--no-deps"), installed))
    run_command([find_uv(), "venv", "--quiet", "--python", run.python, str(run.environment)], run.folder)
    command = [find_uv(), "pip", "install", "--quiet", "--python", str(get_program_folder(run.environment) / "python")]
    command += ["--no-deps", "--requirements", str(run.folder / "versions.txt"), "--editable", "."]
    run_command(
        command, run.clone
    )  # The library itself is built here, while all other packages are installed from wheels.


def print_wrapped(heading: str, words: Sequence[str]) -> None:
    """Print a heading and a list, wrapped into lines, unless the list is empty."""
    if words:
        print(textwrap.fill(f"{heading}: {', '.join(words)}", 120, subsequent_indent="  ", break_on_hyphens=False))


def run_tests(run: MatrixRun) -> bool:
    """Run pytest with its output in the run's log, and return whether it passed."""
    variables = build_clean_environment() | {"VIRTUAL_ENV": str(run.environment)}
    variables["PATH"] = f"{get_program_folder(run.environment)}{os.pathsep}{variables['PATH']}"
    with run.log.open("w", encoding="utf-8") as log:
        log.write(f"{run.title}\n")
        log.flush()
        status = subprocess.run(
            [get_program_folder(run.environment) / "python", "-m", "pytest", *run.arguments],
            cwd=run.clone,
            env=variables,
            check=False,
            stdout=log,
            stderr=subprocess.STDOUT,
        ).returncode
        log.write(f"\nexit status {status}\n")
    return status == 0


def get_closing_line(log: str) -> str:
    """Return the last line of pytest's output in the log, without the signs around it."""
    lines = [line for line in log.splitlines()[1:] if line.strip() and not line.startswith("exit status ")]
    return lines[-1].strip("= ") if lines else "pytest printed nothing"


def has_passed(run: MatrixRun) -> bool:
    """Return whether the log in the folder belongs to this run, is complete, and has no failure."""
    if not run.log.exists():
        return False
    lines = run.log.read_text(encoding="utf-8").splitlines()
    return lines[:1] == [run.title] and lines[-1] == _PASSED


def carry_out_run(run: MatrixRun) -> bool:
    """Prepare a run and carry it out, unless it has passed before, and return whether it has passed."""
    print(f"\n=== {run.title}", flush=True)
    if has_passed(run):
        print(f"passed before: {get_closing_line(run.log.read_text(encoding='utf-8'))}")
        return True
    shutil.rmtree(run.folder, ignore_errors=True)
    run.folder.mkdir(parents=True)
    try:
        prepare_run(run)
    except PreparationFailed as failure:
        print(failure)
        return False
    print(f"log: {run.log}", flush=True)
    passed = run_tests(run)
    print(get_closing_line(run.log.read_text(encoding="utf-8")), flush=True)
    if passed:
        shutil.rmtree(run.clone)
        shutil.rmtree(run.environment)
    return passed


def main(arguments: Sequence[str]) -> int:
    """Carry out the runs one after the other, list those that failed, and return 1 if any failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.supply_chain.matrix", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(VERSIONS), help="these versions; may be repeated")
    parser.add_argument("--python", action="append", help="a version or a path; may be repeated")
    parser.add_argument("--logs", type=Path, help="a folder for logs and what failed; a new one is made without it")
    parser.add_argument("tests", nargs="*", default=["-n", "2"], help="arguments of pytest after --, instead of -n 2")
    options = parser.parse_args(arguments)
    logs = (options.logs or Path(tempfile.mkdtemp(prefix="anninh-matrix-"))).absolute()
    if run_command(["git", "status", "--porcelain"], ROOT):
        print("Changes that aren't committed are left out.")
    commit = run_command(["git", "rev-parse", "HEAD"], ROOT)
    interpreters = [find_python(request) for request in options.python or ()] or find_oldest_and_newest()
    failed: list[str] = []
    for python in interpreters:
        number = run_command([python, "-c", "import platform; print(platform.python_version())"], ROOT)
        for versions in options.only or VERSIONS:
            run = MatrixRun(python, number, versions, commit, options.tests, logs / f"{number}-{versions}")
            if not carry_out_run(run):
                failed.append(f"{run.title}: {run.folder}")
    print("\n" + ("\n".join(["Failed:", *failed]) if failed else "All runs passed."))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
