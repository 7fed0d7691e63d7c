"""Keys and passwords in the repository: `python -m tools.supply_chain.secret_scan [--write]`.

Whatever looks like one and isn't in `secrets.json` is told. `--write` puts it there, unreviewed; somebody looks at each
line and sets `"is_secret": false`. A real one is taken out of the history, and changed where it is used.
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
    r"\.lock$",  # hashes of files
    r"^tools/supply_chain/secrets\.json$",  # hashes of what was found
    r"^tests/storage/released/",  # databases of made-up offices, with the keys that open them
)
_MADE_UP = ("Secret Keyword", "tests/")
"""What is called a secret in tests is made up, and anybody can see that; keys and tokens are looked for there too."""

Found = dict[str, Any]


def scan() -> Found:
    """Return what looks like a secret: file -> findings, as detect-secrets writes them."""
    program = shutil.which("detect-secrets")
    if program is None:
        sys.exit("detect-secrets is missing: pip install --require-hashes -r requirements/supply-chain.lock")
    command = [program, "--cores", "2", "scan", "--no-verify"]
    command += [word for pattern in _LEFT_OUT for word in ("--exclude-files", pattern)]
    if not (ROOT / ".git").exists():
        command.append("--all-files")
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    results: Found = json.loads(done.stdout)["results"]
    return {
        name: kept
        for name, findings in sorted(results.items())
        if (kept := [one for one in findings if not (one["type"] == _MADE_UP[0] and name.startswith(_MADE_UP[1]))])
    }


def unreviewed(found: Found, baseline: Found) -> Iterator[str]:
    """Yield a line for each finding that nobody has looked at."""
    reviewed = {
        (name, one["type"], one["hashed_secret"])
        for name, findings in baseline.items()
        for one in findings
        if one.get("is_secret") is False
    }
    for name, findings in found.items():
        for one in findings:
            if (name, one["type"], one["hashed_secret"]) not in reviewed:
                yield f"{name}:{one['line_number']}: {one['type']}"


def merged(found: Found, baseline: Found) -> Found:
    """Return what was found, with what was said of it before."""
    said = {
        (name, one["type"], one["hashed_secret"]): one["is_secret"]
        for name, findings in baseline.items()
        for one in findings
        if "is_secret" in one
    }
    return {
        name: [
            {key: one[key] for key in ("type", "hashed_secret", "line_number")}
            | ({"is_secret": said[at]} if (at := (name, one["type"], one["hashed_secret"])) in said else {})
            for one in findings
        ]
        for name, findings in found.items()
    }


def main(arguments: Sequence[str]) -> int:
    """Scan, and tell."""
    found = scan()
    baseline: Found = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    if "--write" in arguments:
        BASELINE.write_text(json.dumps(merged(found, baseline), indent=1) + "\n", encoding="utf-8")
    lines = list(unreviewed(found, baseline))
    for line in lines:
        print(line)
    advice = "is it one? If not: python -m tools.supply_chain.secret_scan --write, then say so in secrets.json"
    print(
        f"{len(lines)} unreviewed: {advice}" if lines else f"Nothing new in {len(found)} files with reviewed findings."
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
