"""Lock files with hashes: `python -m tools.supply_chain.lock write` and `… check`.

`pyproject.toml` says what the library works with, by lower bounds. The lock files in `requirements/` say with what CI
tests it and a release is built: one version of each package and the hashes of its files, for every Python from 3.11 on
and every machine. They name no index.

- `release.lock`: the library with all its extras, for who runs it.
- `ci.lock`: what the tests need besides, and what builds the wheel.
- `supply-chain.lock`: the programs that this folder starts.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
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
"""What each is compiled from."""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")
_OPTIONS = ("--universal", "--python-version", PYTHONS[0], "--generate-hashes")
_QUIET = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
_PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


@dataclass(frozen=True)
class Pin:
    """One package of a lock file.

    Attributes:
        marker: where it is installed, "" for everywhere.
        hashes: how many files of it are known.
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
        elif found := _PIN.fullmatch(line):
            name = canonicalize_name(found["name"])
            pins.append(Pin(name, Version(found["version"]), (found["marker"] or "").strip(), 0))
        else:
            raise ValueError(f"line {number} is neither a version nor a hash: {line!r}")
    return pins


def wanted(lock: str, pyproject: Mapping[str, object]) -> Iterator[Requirement]:
    """Yield what a lock file is compiled from, our own extras resolved."""
    project, groups = pyproject["project"], pyproject["dependency-groups"]
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
            sources += [one for extra in requirement.extras for one in project["optional-dependencies"][extra]]
        else:
            yield requirement


def misfits(lock: str, text: str, pyproject: Mapping[str, object]) -> list[str]:
    """Return a sentence for each way in which a lock file doesn't fit the project; it needs no index."""
    pins = read_lock(text)
    found = [f"{pin.name} {pin.version} has no hash" for pin in pins if not pin.hashes]
    for requirement in wanted(lock, pyproject):
        versions = [pin.version for pin in pins if pin.name == canonicalize_name(requirement.name)]
        if not versions:
            found.append(f"{requirement.name} is missing")
        found += [f"{requirement} doesn't allow {one}" for one in versions if one not in requirement.specifier]
    return found


def read_pyproject() -> Mapping[str, object]:
    """Return the project's own file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def write(lock: str, target: Path, *, upgrade: Sequence[str] = ()) -> None:
    """Compile a lock file; versions that stand in the target stay, where they still fit."""
    command = [find_uv(), "pip", "compile", *LOCKS[lock], *_OPTIONS, *_QUIET, *upgrade, "--output-file", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def stale(lock: str) -> list[str]:
    """Return what would be pinned otherwise today with the same versions where they fit; needs an index."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(shutil.copy(FOLDER / lock, folder))
        write(lock, target)
        before, after = (
            {(pin.name, str(pin.version), pin.marker) for pin in read_lock(path.read_text(encoding="utf-8"))}
            for path in (FOLDER / lock, target)
        )
    return [
        f"{' '.join(one).strip()} {'is missing' if one in after else 'is too much'}" for one in sorted(before ^ after)
    ]


def not_installable(lock: str) -> Iterator[str]:
    """Yield the Pythons and machines on which a lock file can't be installed from wheels alone; needs an index."""
    for python in PYTHONS:
        for machine in MACHINES:
            with tempfile.TemporaryDirectory() as folder:
                command = [find_uv(), "pip", "install", "--dry-run", "--require-hashes", "--only-binary", ":all:"]
                command += ["--python-version", python, "--python-platform", machine, "--target", folder]
                done = subprocess.run(
                    [*command, "--requirements", str(FOLDER / lock)],
                    cwd=ROOT,
                    check=False,
                    capture_output=True,
                    text=True,
                )
            if done.returncode:
                yield f"can't be installed by Python {python} on {machine}: {' '.join(done.stderr.split())[:300]}"


def find_uv() -> str:
    """Return where uv is; without it the program ends and says how it is installed."""
    found = shutil.which("uv")
    if found is None:
        sys.exit("uv is missing: pip install --require-hashes -r requirements/supply-chain.lock")
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the lock files, or check them."""
    parser = argparse.ArgumentParser(prog="python -m tools.supply_chain.lock", description=__doc__)
    parser.add_argument("act", choices=["write", "check"])
    parser.add_argument("--upgrade", action="store_true", help="write: take the newest versions that fit")
    options = parser.parse_args(arguments)
    if options.act == "write":
        for lock in LOCKS:
            write(lock, FOLDER / lock, upgrade=["--upgrade"] if options.upgrade else [])
    problems = [
        f"requirements/{lock}: {sentence}"
        for lock in LOCKS
        for sentence in misfits(lock, (FOLDER / lock).read_text(encoding="utf-8"), read_pyproject())
        or [*stale(lock), *not_installable(lock)]
    ]
    for sentence in problems:
        print(sentence)
    print("The lock files don't fit: python -m tools.supply_chain.lock write" if problems else "The lock files fit.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
