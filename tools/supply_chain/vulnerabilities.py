"""Looks for known vulnerabilities of locked packages: `python -m tools.supply_chain.vulnerabilities [--strict]`.

Queries the databases of pip-audit in turn. The exit code is 1 if one of them has a vulnerability that
`accepted_vulnerabilities.txt` doesn't name. If no database can be reached, nothing is audited and a line reports it;
with `--strict`, as before a release, that is an error too.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.supply_chain.lock import FOLDER, LOCKS

ACCEPTED = Path(__file__).with_name("accepted_vulnerabilities.txt")
SERVICES = ("pypi", "osv")
_SECONDS = 300


@dataclass(frozen=True)
class AuditResult:
    """The result of auditing a lock file with one database.

    Attributes:
        audited: number of packages that the database knows.
        skipped: packages that it doesn't know.
        known: a line for each vulnerability.
        why: reason for a database without a response.
    """

    audited: int = 0
    skipped: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    why: str = ""


def _describe(dependency: Mapping[str, Any], vulnerability: Mapping[str, Any]) -> str:
    fixed_in = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, mended in {fixed_in}"


def parse_report(report: str) -> AuditResult:
    """Parse the report of pip-audit; packages that it skipped count as not audited."""
    try:
        dependencies = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return AuditResult(why="no answer")
    skipped = tuple(dependency["name"] for dependency in dependencies if "skip_reason" in dependency)
    vulnerabilities = tuple(
        _describe(dependency, vulnerability)
        for dependency in dependencies
        for vulnerability in dependency.get("vulns", [])
    )
    return AuditResult(len(dependencies) - len(skipped), skipped, vulnerabilities)


def read_accepted_ids() -> list[str]:
    """Return the ids of accepted vulnerabilities; the file `ACCEPTED` has a reason for each."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def audit_lock(service: str, lock: str) -> AuditResult:
    """Audit a lock file with the database `service`, and return the result."""
    program = shutil.which("pip-audit")
    if program is None:
        sys.exit("pip-audit is missing: pip install --require-hashes --no-deps -r requirements/supply-chain.lock")
    command = [program, "--requirement", str(FOLDER / lock), "--require-hashes", "--disable-pip", "--format", "json"]
    command += ["--vulnerability-service", service, "--progress-spinner", "off", "--timeout", "15"]
    command += [word for id in read_accepted_ids() for word in ("--ignore-vuln", id)]
    try:
        result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return AuditResult(why=f"no answer in {_SECONDS} seconds")
    return parse_report(result.stdout)


def main(arguments: Sequence[str]) -> int:
    """Audit the lock files and print the results; return 1 for a vulnerability, or with `--strict` if nothing could be
    audited.
    """
    bad = unasked = False
    for lock in LOCKS:
        findings = []
        for service in SERVICES:
            findings.append((service, audit_lock(service, lock)))
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
            reasons = "; ".join(f"{name}: {result.why or 'knows none of them'}" for name, result in findings)
            print(
                f"requirements/{lock}: NOT AUDITED, no database of vulnerabilities can be asked from here ({reasons})"
            )
    return 1 if bad or (unasked and "--strict" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
