"""Writes a bill of materials (CycloneDX): `python -m tools.supply_chain.bill_of_materials PYTHON FILE`.

PYTHON is an interpreter with exactly the packages of `requirements/release.lock`. FILE is reproducible for the same
packages: it has no time and no path of this machine.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import canonicalize_name
from tools.supply_chain.lock import FOLDER, ROOT, read_lock

_ALWAYS_THERE = {"pip", "setuptools"}
"""Packages that every virtual environment has."""


def find_unlocked_packages(bill: Path, lock: str = "release.lock") -> list[str]:
    """Return the packages in a bill of materials that the lock file doesn't have in the same version."""
    pins = {f"{pin.name} {pin.version}" for pin in read_lock((FOLDER / lock).read_text(encoding="utf-8"))}
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    packages = {
        f"{name} {component['version']}"
        for component in components
        if (name := canonicalize_name(component["name"])) not in _ALWAYS_THERE
    }
    return sorted(packages - pins)


def main(arguments: Sequence[str]) -> int:
    """Write the bill of materials and compare it with the lock file; return 1 if they differ."""
    if len(arguments) != 2:
        sys.exit(str(__doc__))
    program = shutil.which("cyclonedx-py")
    if program is None:
        sys.exit("cyclonedx-py is missing: pip install --require-hashes --no-deps -r requirements/supply-chain.lock")
    python = arguments[0]
    file = Path(arguments[1])
    command = [program, "environment", python, "--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "library"]
    command += ["--output-reproducible", "--output-format", "JSON", "--output-file", str(file)]
    subprocess.run(command, check=True)
    not_locked = find_unlocked_packages(file)
    for name in not_locked:
        print(f"{name} isn't in requirements/release.lock")
    count = len(json.loads(file.read_text(encoding="utf-8"))["components"])
    print(f"{file.name}: {count} components")
    return 1 if not_locked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
