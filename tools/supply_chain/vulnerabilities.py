"""Known vulnerabilities of what is locked: `python -m tools.supply_chain.vulnerabilities [--strict]`.

Asks the databases that pip-audit knows, one after the other. Exit code 1 if one of them knows of a vulnerability that
`accepted_vulnerabilities.txt` doesn't name. Where none can be reached, nothing was audited, and that is said; with
`--strict`, as before a release, that is an error too.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.supply_chain.lock import FOLDER, LOCKS

ACCEPTED = Path(__file__).with_name("accepted_vulnerabilities.txt")
SERVICES = ("pypi", "osv")
_SECONDS = 300


@dataclass(frozen=True)
class Finding:
    """What a database said of a lock file.

    Attributes:
        audited: how many packages it knew.
        skipped: those that it doesn't know, or all, where it can't be reached.
        known: a line for each vulnerability.
        why: of a database that couldn't be asked.
    """

    audited: int = 0
    skipped: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    why: str = ""


def read(report: str) -> Finding:
    """Read the report of pip-audit; a package that was skipped was not audited."""
    try:
        dependencies = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Finding(why="no answer")
    skipped = tuple(one["name"] for one in dependencies if "skip_reason" in one)
    known = tuple(
        f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version yet'}"
        for one in dependencies
        for each in one.get("vulns", [])
    )
    return Finding(len(dependencies) - len(skipped), skipped, known)


def accepted() -> list[str]:
    """Return the ids that somebody looked at and wrote down, each with a reason."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def ask(service: str, lock: str) -> Finding:
    """Ask a database about a lock file."""
    program = shutil.which("pip-audit")
    if program is None:
        sys.exit("pip-audit is missing: pip install --require-hashes -r requirements/supply-chain.lock")
    command = [program, "--requirement", str(FOLDER / lock), "--require-hashes", "--disable-pip", "--format", "json"]
    command += ["--vulnerability-service", service, "--progress-spinner", "off", "--timeout", "15"]
    command += [word for id in accepted() for word in ("--ignore-vuln", id)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return Finding(why=f"no answer in {_SECONDS} seconds")
    return read(done.stdout)


def main(arguments: Sequence[str]) -> int:
    """Ask, and tell."""
    bad = unasked = False
    for lock in LOCKS:
        findings = []
        for service in SERVICES:
            findings.append((service, ask(service, lock)))
            if findings[-1][1].audited:
                break
        service, finding = findings[-1]
        for line in finding.known:
            print(f"requirements/{lock}: {line}")
        bad = bad or bool(finding.known)
        if finding.audited:
            skipped = f", {len(finding.skipped)} unknown to it: {', '.join(finding.skipped)}" if finding.skipped else ""
            print(f"requirements/{lock}: {finding.audited} packages audited by {service}{skipped}")
        else:
            unasked = True
            reasons = "; ".join(f"{name}: {one.why or 'knows none of them'}" for name, one in findings)
            print(
                f"requirements/{lock}: NOT AUDITED, no database of vulnerabilities can be asked from here ({reasons})"
            )
    return 1 if bad or (unasked and "--strict" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
