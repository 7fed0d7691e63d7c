"""Writes and checks lock files with hashes: `python -m tools.supply_chain.lock write`, `… check` and `… newer`.

`pyproject.toml` has the supported versions of dependencies as lower bounds. The lock files in `requirements/` have the
versions with which CI tests the library and a release is built: one version of each package and the hashes of its
files, for every Python from 3.11 on and every machine. They name no index.

- `release.lock`: the library with all its extras, for production.
- `ci.lock`: additionally the dependencies of the tests and of building the wheel.
- `supply-chain.lock`: the programs that this folder starts.

`constraints.txt` has the versions of `ci.lock` without hashes: pip requires hashes for all packages or for none, and
the library itself has none. `newer` lists the packages that have newer versions; it changes nothing.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "requirements"
LOCKS: Mapping[str, tuple[str, ...]] = {
    "release.lock": ("pyproject.toml", "--extra", "all"),
    "ci.lock": ("pyproject.toml", "--extra", "dev", "--group", "build"),
    "supply-chain.lock": ("--group", "supply-chain"),
}
"""Lock file -> the sources from which uv compiles it."""
CONSTRAINTS = "constraints.txt"
CONSTRAINED_BY = "ci.lock"
"""The lock file from which the versions in the constraints are taken."""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")
_OPTIONS = ("--universal", "--python-version", PYTHONS[0], "--generate-hashes")
_QUIET = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
_PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


@dataclass(frozen=True)
class Pin:
    """One version of a package in a lock file.

    Attributes:
        marker: environments in which it is installed, "" for all.
        hashes: number of its files with a hash.
    """

    name: str
    version: Version
    marker: str
    hashes: int


def read_lock(text: str) -> list[Pin]:
    """Return the packages of a lock file.

    Raises:
        ValueError: a line is neither a version nor a hash, such as the address of an index.
    """
    pins: list[Pin] = []
    for number, line in enumerate(text.splitlines(), 1):
        if _HASH.fullmatch(line) and pins:
            last = pins.pop()
            pins.append(Pin(last.name, last.version, last.marker, last.hashes + 1))
        elif match := _PIN.fullmatch(line):
            name = canonicalize_name(match["name"])
            pins.append(Pin(name, Version(match["version"]), (match["marker"] or "").strip(), 0))
        else:
            raise ValueError(f"line {number} is neither a version nor a hash: {line!r}")
    return pins


def iter_requirements(lock: str, pyproject: Mapping[str, object]) -> Iterator[Requirement]:
    """Yield the requirements from which a lock file is compiled, with the project's own extras resolved."""
    project = pyproject["project"]
    groups = pyproject["dependency-groups"]
    assert isinstance(project, dict)
    assert isinstance(groups, dict)
    sources: list[str] = []
    options = LOCKS[lock]
    if options[0] == "pyproject.toml":
        sources += project["dependencies"]
    for kind, name in pairwise(options):
        sources += {"--extra": project["optional-dependencies"], "--group": groups}.get(kind, {}).get(name, [])
    while sources:
        requirement = Requirement(sources.pop(0))
        if requirement.name == project["name"]:
            sources += [
                dependency for extra in requirement.extras for dependency in project["optional-dependencies"][extra]
            ]
        else:
            yield requirement


def find_mismatches(lock: str, text: str, pyproject: Mapping[str, object]) -> list[str]:
    """Return a sentence for each mismatch between a lock file and the project, found without a package index."""
    pins = read_lock(text)
    problems = [f"{pin.name} {pin.version} has no hash" for pin in pins if not pin.hashes]
    for requirement in iter_requirements(lock, pyproject):
        versions = [pin.version for pin in pins if pin.name == canonicalize_name(requirement.name)]
        if not versions:
            problems.append(f"{requirement.name} is missing")
        problems += [
            f"{requirement} doesn't allow {version}" for version in versions if version not in requirement.specifier
        ]
    return problems


def format_constraints(pins: Iterable[Pin]) -> str:
    """Return the versions of a lock file in the format of pip's `--constraint`."""
    lines = [f"# The versions of {CONSTRAINED_BY}: python -m tools.supply_chain.lock write"]
    for pin in pins:
        line = f"{pin.name}=={pin.version}"
        lines.append(f"{line} ; {pin.marker}" if pin.marker else line)
    return "\n".join(lines) + "\n"


def list_differences(actual: set[str], expected: set[str]) -> list[str]:
    """Return a sentence for each line that is only in one of the two sets."""
    return [f"{line} {'is missing' if line in expected else 'is too much'}" for line in sorted(actual ^ expected)]


def find_constraint_mismatches(text: str, lock_text: str) -> list[str]:
    """Return a sentence for each line in which the constraints differ from their lock file, found without a package
    index.
    """
    return list_differences(set(text.splitlines()), set(format_constraints(read_lock(lock_text)).splitlines()))


def read_pyproject() -> Mapping[str, object]:
    """Return the project's `pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def compile_lock(lock: str, target: Path, *, upgrade: Sequence[str] = ()) -> None:
    """Compile a lock file; versions in the target are kept if they still fit."""
    command = [find_uv(), "pip", "compile", *LOCKS[lock], *_OPTIONS, *_QUIET, *upgrade, "--output-file", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def find_stale_lines(lock: str) -> list[str]:
    """Compile a lock file again, keeping versions that still fit, and return the differences; needs a package index."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(shutil.copy(FOLDER / lock, folder))
        compile_lock(lock, target)
        before, after = (
            {f"{pin.name} {pin.version} {pin.marker}".strip() for pin in read_lock(path.read_text(encoding="utf-8"))}
            for path in (FOLDER / lock, target)
        )
    return list_differences(before, after)


def versions_by_name(pins: Iterable[Pin]) -> dict[str, list[Version]]:
    """Return package -> its versions, the lowest first; a package has several if its marker decides between them."""
    versions: dict[str, list[Version]] = {}
    for pin in sorted(pins, key=lambda pin: pin.version):
        versions.setdefault(pin.name, []).append(pin.version)
    return versions


def describe_upgrades(locked: Iterable[Pin], newest: Iterable[Pin]) -> dict[str, str]:
    """Return package -> a line of text, for each locked package that has other versions among the newest that fit."""
    newest_versions = versions_by_name(newest)
    return {
        name: f"{name}: {', '.join(map(str, versions))}, newest {', '.join(map(str, newest_versions[name]))}"
        for name, versions in versions_by_name(locked).items()
        if newest_versions.get(name, versions) != versions
    }


def find_newer_packages() -> list[str]:
    """Return a line for each package that has a newer version than in the lock files; needs a package index.

    Raises:
        CalledProcessError: uv failed; it has printed the reason.
    """
    lines: dict[str, str] = {}
    for lock in LOCKS:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(shutil.copy(FOLDER / lock, folder))
            compile_lock(lock, target, upgrade=["--upgrade"])
            locked, newest = (read_lock(path.read_text(encoding="utf-8")) for path in (FOLDER / lock, target))
        lines |= describe_upgrades(locked, newest)
    return [lines[name] for name in sorted(lines)]


def find_uninstallable(lock: str) -> Iterator[str]:
    """Yield a sentence for each Python version and machine on which a lock file can't be installed from wheels alone;
    needs a package index.
    """
    for python in PYTHONS:
        for machine in MACHINES:
            with tempfile.TemporaryDirectory() as folder:
                command = [find_uv(), "pip", "install", "--dry-run", "--require-hashes", "--only-binary", ":all:"]
                command += ["--python-version", python, "--python-platform", machine, "--target", folder]
                result = subprocess.run(
                    [*command, "--requirements", str(FOLDER / lock)],
                    cwd=ROOT,
                    check=False,
                    capture_output=True,
                    text=True,
                )
            if result.returncode:
                yield f"can't be installed by Python {python} on {machine}: {' '.join(result.stderr.split())[:300]}"


def find_uv() -> str:
    """Return the path of uv; if uv is missing, end the program with the command that installs it."""
    path = shutil.which("uv")
    if path is None:
        sys.exit("uv is missing: pip install --require-hashes --no-deps -r requirements/supply-chain.lock")
    return path


def print_newer() -> None:
    """Print the packages that are newer than in the lock files, or that no package index can be reached; neither is an
    error.
    """
    try:
        lines = find_newer_packages()
    except subprocess.CalledProcessError:
        print("What is newer than the lock files is NOT KNOWN: uv reached no package index, or ended as it says above.")
        return
    for line in lines:
        print(line)
    print(f"{len(lines)} packages have newer versions that fit: python -m tools.supply_chain.lock write --upgrade")


def main(arguments: Sequence[str]) -> int:
    """Write the lock files, check them, or list newer versions; return 1 if the lock files don't fit."""
    parser = argparse.ArgumentParser(prog="python -m tools.supply_chain.lock", description=__doc__)
    parser.add_argument("act", choices=["write", "check", "newer"])
    parser.add_argument("--upgrade", action="store_true", help="write: take the newest versions that fit")
    options = parser.parse_args(arguments)
    if options.act == "newer":
        print_newer()
        return 0
    if options.act == "write":
        for lock in LOCKS:
            compile_lock(lock, FOLDER / lock, upgrade=["--upgrade"] if options.upgrade else [])
        text = format_constraints(read_lock((FOLDER / CONSTRAINED_BY).read_text(encoding="utf-8")))
        (FOLDER / CONSTRAINTS).write_text(text, encoding="utf-8")
    problems = [
        f"requirements/{lock}: {sentence}"
        for lock in LOCKS
        for sentence in find_mismatches(lock, (FOLDER / lock).read_text(encoding="utf-8"), read_pyproject())
        or [*find_stale_lines(lock), *find_uninstallable(lock)]
    ]
    problems += [
        f"requirements/{CONSTRAINTS}: {sentence}"
        for sentence in find_constraint_mismatches(
            (FOLDER / CONSTRAINTS).read_text(encoding="utf-8"),
            (FOLDER / CONSTRAINED_BY).read_text(encoding="utf-8"),
        )
    ]
    for sentence in problems:
        print(sentence)
    print("The lock files don't fit: python -m tools.supply_chain.lock write" if problems else "The lock files fit.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
