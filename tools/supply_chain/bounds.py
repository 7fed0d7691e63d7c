"""Tests both ends of the version ranges in pyproject.toml: installs the wheel with the lowest and with the newest
versions, and uses it.

`python -m tools.supply_chain.bounds [--each] [PYTHON…]` tests the wheel without extras and with all, and with `--each`
also with each extra alone. Needs uv and a package index. Indirect dependencies have the newest version allowed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from tools.supply_chain.lock import ROOT, find_uv

SMOKE = Path(__file__).with_name("smoke.py")


RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
"""End of the version ranges -> uv's name for it."""


def iter_extras(*, each: bool) -> Iterator[str]:
    """Yield the extras to install together, one after the other: none, each alone if `each`, and all."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield ""
    if each:
        yield from (name for name in project["optional-dependencies"] if name not in ("all", "dev", "mutation"))
    yield "all"


def get_program_folder(environment: Path) -> Path:
    """Return the folder of the programs in a virtual environment."""
    return environment / ("Scripts" if os.name == "nt" else "bin")


def build_clean_environment() -> dict[str, str]:
    """Return the environment variables without `PYTHONPATH`, which would import other modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def find_error(wheel: Path, python: str, end: str, extra: str) -> str:
    """Install and use the wheel with the versions at one end of the ranges, and return the error, or "" if it works."""
    folder = wheel.parent / f"{Path(python).name}-{end}-{extra or 'bare'}"  # The office's files are in this folder too.
    folder.mkdir()
    interpreter = get_program_folder(folder / "venv") / "python"
    requirement = f"{wheel}[{extra}]" if extra else str(wheel)
    for command in (
        [find_uv(), "venv", "--quiet", "--python", python, "venv"],
        [
            find_uv(),
            "pip",
            "install",
            "--quiet",
            "--python",
            str(interpreter),
            "--resolution",
            RESOLUTIONS[end],
            requirement,
        ],
        [str(interpreter), str(SMOKE), *([extra] if extra else [])],
    ):
        result = subprocess.run(
            command, cwd=folder, env=build_clean_environment(), check=False, capture_output=True, text=True
        )
        if result.returncode:
            return result.stderr.strip()[-2_000:]
    return ""


def main(arguments: Sequence[str]) -> int:
    """Test every combination with every interpreter, and print the result of each."""
    parser = argparse.ArgumentParser(prog="python -m tools.supply_chain.bounds", description=__doc__)
    parser.add_argument("pythons", nargs="*", default=[sys.executable], metavar="PYTHON")
    parser.add_argument("--each", action="store_true", help="each extra alone, too")
    options = parser.parse_args(arguments)
    status = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([find_uv(), "build", "--quiet", "--wheel", "--out-dir", name, str(ROOT)], check=True)
        (wheel,) = folder.glob("*.whl")
        for python in options.pythons:
            for end, extra in product(RESOLUTIONS, iter_extras(each=options.each)):
                fault = find_error(wheel, python, end, extra)
                print(f"{python}, {end}, {extra or 'bare'}: {fault or 'works'}", flush=True)
                status |= bool(fault)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
