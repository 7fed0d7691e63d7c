"""Run the default tests with the lowest versions that pyproject.toml allows, the newest, and the constrained ones.

`python -m tools.supply_chain.matrix [--only lowest|newest|constrained] [--python 3.11] [--logs FOLDER]`

Each run has a clone of the last commit and an environment of its own, installed from wheels alone. Without `--python`
the oldest supported Python on this machine and the newest are used. A run that passed for this commit isn't repeated
while its log is in FOLDER. The clone and the environment of a failed run are kept, so that single tests can be repeated
in them. Needs uv and a package index.

Lowest are the versions of everything that pyproject.toml names, including the tools of the extra `dev`: a wrong bound
there can be raised at no cost to users. Indirect dependencies have the newest version allowed.
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
from tools.supply_chain.bounds import RESOLUTIONS, clean_environment, programs
from tools.supply_chain.lock import CONSTRAINTS, FOLDER, PYTHONS, ROOT, find_uv, read_lock

VERSIONS: Mapping[str, tuple[str, ...]] = {
    "constrained": ("--constraint", f"{FOLDER.name}/{CONSTRAINTS}"),
    "newest": ("--resolution", RESOLUTIONS["newest"]),
    "lowest": ("--resolution", RESOLUTIONS["lowest"]),
}
"""Set of versions -> uv's options to choose it."""
_PASSED = "exit status 0"


class PreparationFailed(Exception):
    """The versions can't be chosen or installed."""


@dataclass(frozen=True)
class Run:
    """The default tests with one Python and one set of versions.

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
        """First line of the log; a log with another first line is ignored."""
        return (
            f"Python {self.number}, {self.versions} versions, commit {self.commit}, pytest {shlex.join(self.arguments)}"
        )

    @property
    def log(self) -> Path:
        """The log: title, output of pytest, and exit status."""
        return self.folder / "tests.txt"

    @property
    def clone(self) -> Path:
        """The tested tree."""
        return self.folder / "clone"

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.folder / "venv"


def call(command: Sequence[str], folder: Path) -> str:
    """Return the output of a command.

    Raises:
        PreparationFailed: it ended with an error.
    """
    result = subprocess.run(
        command, cwd=folder, env=clean_environment(), check=False, capture_output=True, text=True, encoding="utf-8"
    )
    if result.returncode:
        raise PreparationFailed(f"{shlex.join(command)} failed: {result.stderr.strip()[-2_000:]}")
    return result.stdout.strip()


def find_python(request: str) -> str:
    """Return the path of an interpreter on this machine for a version or a path.

    Raises:
        PreparationFailed: there is no such interpreter.
    """
    return call([find_uv(), "python", "find", "--no-python-downloads", "--system", request], ROOT)


def find_oldest_and_newest() -> list[str]:
    """Return the oldest supported interpreter on this machine and the newest, once if they are the same."""
    interpreters: list[str] = []
    for version in PYTHONS:
        try:
            interpreters.append(find_python(version))
        except PreparationFailed:
            print(f"Python {version} isn't installed here or doesn't start.")
    if not interpreters:
        sys.exit(f"No Python of {', '.join(PYTHONS)} is here; name one by --python.")
    return list(dict.fromkeys([interpreters[0], interpreters[-1]]))


def choose(run: Run, target: str, *options: str) -> dict[str, Version]:
    """Choose the versions to install, write them into a file of the run's folder, and return them.

    Raises:
        PreparationFailed: no versions fit each other.
    """
    command = [find_uv(), "pip", "compile", "pyproject.toml", "--extra", "dev", "--python", run.python]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    path = run.folder / target
    call([*command, *VERSIONS[run.versions], *options, "--output-file", str(path)], run.clone)
    return {pin.name: pin.version for pin in read_lock(path.read_text(encoding="utf-8"))}


def changed(before: Mapping[str, Version], after: Mapping[str, Version]) -> list[str]:
    """Return a line for each version that another choice changes."""
    return [
        f"{name} {version} → {after.get(name, 'nothing')}"
        for name, version in before.items()
        if after.get(name) != version
    ]


def prepare(run: Run) -> None:
    """Clone the tree, print and install the versions.

    Raises:
        PreparationFailed: the versions can't be chosen or installed.
    """
    call(["git", "clone", "--quiet", str(ROOT), str(run.clone)], run.folder)
    installed = choose(run, "versions.txt", "--only-binary", ":all:")
    print_wrapped("versions", [f"{name} {version}" for name, version in installed.items()])
    print_wrapped("no wheel for this Python", changed(choose(run, "versions-with-sources.txt"), installed))
    if run.versions == "lowest":
        # Versions that a requirement allows by its own bound, apart from the other requirements.
        print_wrapped("above the bound", changed(choose(run, "bounds.txt", "--no-deps"), installed))
    call([find_uv(), "venv", "--quiet", "--python", run.python, str(run.environment)], run.folder)
    command = [find_uv(), "pip", "install", "--quiet", "--python", str(programs(run.environment) / "python")]
    command += ["--no-deps", "--requirements", str(run.folder / "versions.txt"), "--editable", "."]
    call(command, run.clone)  # the library itself is built; the versions above have wheels


def print_wrapped(heading: str, words: Sequence[str]) -> None:
    """Print a non-empty list under a heading."""
    if words:
        print(textwrap.fill(f"{heading}: {', '.join(words)}", 120, subsequent_indent="  ", break_on_hyphens=False))


def run_tests(run: Run) -> bool:
    """Run pytest with its output in the log, and return whether it passed."""
    variables = clean_environment() | {"VIRTUAL_ENV": str(run.environment)}
    variables["PATH"] = f"{programs(run.environment)}{os.pathsep}{variables['PATH']}"
    with run.log.open("w", encoding="utf-8") as log:
        log.write(f"{run.title}\n")
        log.flush()
        status = subprocess.run(
            [programs(run.environment) / "python", "-m", "pytest", *run.arguments],
            cwd=run.clone,
            env=variables,
            check=False,
            stdout=log,
            stderr=subprocess.STDOUT,
        ).returncode
        log.write(f"\nexit status {status}\n")
    return status == 0


def closing_line(log: str) -> str:
    """Return the last line of pytest's output, without the signs around it."""
    lines = [line for line in log.splitlines()[1:] if line.strip() and not line.startswith("exit status ")]
    return lines[-1].strip("= ") if lines else "pytest printed nothing"


def has_passed(run: Run) -> bool:
    """Return whether the log belongs to this run, is complete, and has no failure."""
    if not run.log.exists():
        return False
    lines = run.log.read_text(encoding="utf-8").splitlines()
    return lines[:1] == [run.title] and lines[-1] == _PASSED


def carry_out(run: Run) -> bool:
    """Prepare and carry out a run unless it passed before, and return whether it passed."""
    print(f"\n=== {run.title}", flush=True)
    if has_passed(run):
        print(f"passed before: {closing_line(run.log.read_text(encoding='utf-8'))}")
        return True
    shutil.rmtree(run.folder, ignore_errors=True)
    run.folder.mkdir(parents=True)
    try:
        prepare(run)
    except PreparationFailed as failure:
        print(failure)
        return False
    print(f"log: {run.log}", flush=True)
    passed = run_tests(run)
    print(closing_line(run.log.read_text(encoding="utf-8")), flush=True)
    if passed:
        shutil.rmtree(run.clone)
        shutil.rmtree(run.environment)
    return passed


def main(arguments: Sequence[str]) -> int:
    """Carry out the runs in sequence, and list those that failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.supply_chain.matrix", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(VERSIONS), help="these versions; may be repeated")
    parser.add_argument("--python", action="append", help="a version or a path; may be repeated")
    parser.add_argument("--logs", type=Path, help="a folder for logs and what failed; a new one is made without it")
    parser.add_argument("tests", nargs="*", default=["-n", "2"], help="arguments of pytest after --, instead of -n 2")
    options = parser.parse_args(arguments)
    logs = (options.logs or Path(tempfile.mkdtemp(prefix="anninh-matrix-"))).absolute()
    if call(["git", "status", "--porcelain"], ROOT):
        print("Changes that aren't committed are left out.")
    commit = call(["git", "rev-parse", "HEAD"], ROOT)
    interpreters = [find_python(request) for request in options.python or ()] or find_oldest_and_newest()
    failed: list[str] = []
    for python in interpreters:
        number = call([python, "-c", "import platform; print(platform.python_version())"], ROOT)
        for versions in options.only or VERSIONS:
            run = Run(python, number, versions, commit, options.tests, logs / f"{number}-{versions}")
            if not carry_out(run):
                failed.append(f"{run.title}: {run.folder}")
    print("\n" + ("\n".join(["Failed:", *failed]) if failed else "All runs passed."))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
