"""A bill of materials (CycloneDX): `python -m tools.supply_chain.bill_of_materials PYTHON FILE`.

PYTHON is an interpreter with what `requirements/release.lock` names and nothing else. FILE is the same for the same
packages: it holds no time and no path of this machine.
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
"""What a virtual environment brings along."""


def differing(bill: Path, lock: str = "release.lock") -> list[str]:
    """Return the packages that a bill has and the lock file hasn't, in this version."""
    pins = {f"{pin.name} {pin.version}" for pin in read_lock((FOLDER / lock).read_text(encoding="utf-8"))}
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    found = {
        f"{name} {one['version']}"
        for one in components
        if (name := canonicalize_name(one["name"])) not in _ALWAYS_THERE
    }
    return sorted(found - pins)


def main(arguments: Sequence[str]) -> int:
    """Write the bill, and compare it with the lock file."""
    if len(arguments) != 2:
        sys.exit(str(__doc__))
    program = shutil.which("cyclonedx-py")
    if program is None:
        sys.exit("cyclonedx-py is missing: pip install --require-hashes -r requirements/supply-chain.lock")
    python = arguments[0]
    file = Path(arguments[1])
    command = [program, "environment", python, "--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "library"]
    command += ["--output-reproducible", "--output-format", "JSON", "--output-file", str(file)]
    subprocess.run(command, check=True)
    odd = differing(file)
    for name in odd:
        print(f"{name} isn't in requirements/release.lock")
    count = len(json.loads(file.read_text(encoding="utf-8"))["components"])
    print(f"{file.name}: {count} components")
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
