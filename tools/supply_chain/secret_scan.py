"""Searches the repository for passwords and keys: `python -m tools.supply_chain.secret_scan [--write]`.

Every possible secret that isn't in `secrets.json` is printed. `--write` adds it there as unreviewed; a person checks
each line and sets `"is_secret": false`. A real secret is removed from the history, and changed where it is used.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.supply_chain.lock import ROOT

BASELINE = Path(__file__).with_name("secrets.json")
_LEFT_OUT = (
    r"\.lock$",  # These files have hashes of packages.
    r"^tools/supply_chain/secrets\.json$",  # This file has hashes of findings.
    r"^tests/storage/released/",  # These databases are of invented offices, and contain their keys.
)
_MADE_UP = ("Secret Keyword", "tests/")
"""Kind and folder of findings that are ignored, because passwords in tests are obviously invented; keys and tokens in
tests are reported.
"""

Found = dict[str, Any]


def scan_repository() -> Found:
    """Run detect-secrets on the repository, and return file -> its possible secrets, in the format of
    detect-secrets.
    """
    program = shutil.which("detect-secrets")
    if program is None:
        sys.exit("detect-secrets is missing: pip install --require-hashes --no-deps -r requirements/supply-chain.lock")
    command = [program, "--cores", "2", "scan", "--no-verify"]
    command += [word for pattern in _LEFT_OUT for word in ("--exclude-files", pattern)]
    if not (ROOT / ".git").exists():
        command.append("--all-files")
    result = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    results: Found = json.loads(result.stdout)["results"]
    return {
        name: remaining
        for name, findings in sorted(results.items())
        if (
            remaining := [
                finding for finding in findings if not (finding["type"] == _MADE_UP[0] and name.startswith(_MADE_UP[1]))
            ]
        )
    }


def iter_unreviewed(results: Found, baseline: Found) -> Iterator[str]:
    """Yield a line for each finding that no person has reviewed as harmless."""
    reviewed = {
        (name, finding["type"], finding["hashed_secret"])
        for name, findings in baseline.items()
        for finding in findings
        if finding.get("is_secret") is False
    }
    for name, findings in results.items():
        for finding in findings:
            if (name, finding["type"], finding["hashed_secret"]) not in reviewed:
                yield f"{name}:{finding['line_number']}: {finding['type']}"


def merge_reviews(results: Found, baseline: Found) -> Found:
    """Return the findings, each with its review in `baseline` if there is one."""
    reviews = {
        (name, finding["type"], finding["hashed_secret"]): finding["is_secret"]
        for name, findings in baseline.items()
        for finding in findings
        if "is_secret" in finding
    }
    return {
        name: [
            {key: finding[key] for key in ("type", "hashed_secret", "line_number")}
            | (
                {"is_secret": reviews[finding_key]}
                if (finding_key := (name, finding["type"], finding["hashed_secret"])) in reviews
                else {}
            )
            for finding in findings
        ]
        for name, findings in results.items()
    }


def main(arguments: Sequence[str]) -> int:
    """Scan the repository, print the unreviewed findings, and return 1 if there are any."""
    results = scan_repository()
    baseline: Found = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    if "--write" in arguments:
        BASELINE.write_text(json.dumps(merge_reviews(results, baseline), indent=1) + "\n", encoding="utf-8")
    lines = list(iter_unreviewed(results, baseline))
    for line in lines:
        print(line)
    advice = "is it one? If not: python -m tools.supply_chain.secret_scan --write, then say so in secrets.json"
    print(
        f"{len(lines)} unreviewed: {advice}"
        if lines
        else f"Nothing new in {len(results)} files with reviewed findings."
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
