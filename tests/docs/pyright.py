"""What pyright says of programs, in its strict mode and by its own rules."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT

RULES = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}
"""`basedpyright` is what pip installs whole; in the mode `strict`, which is of pyright, it has no rules of its own."""


def pyright(*arguments: str) -> Any:
    """Run it with the packages of this interpreter, and return its report."""
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--outputjson", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def complaints(folders: Iterable[Path], settings: Path) -> list[str]:
    """Return what is wrong in folders, each a place of its own from which its modules import each other."""
    roots = [{"root": str(folder), "extraPaths": [str(ROOT / "src"), str(ROOT)]} for folder in folders]
    included = [str(folder) for folder in folders]
    rules = {**RULES, "include": included, "executionEnvironments": roots}
    settings.write_text(json.dumps(rules), encoding="utf-8")
    report = pyright("--project", str(settings))
    assert report["summary"]["filesAnalyzed"], report
    return [_as_line(one) for one in report["generalDiagnostics"]]


def _as_line(one: Any) -> str:
    line = one["range"]["start"]["line"] + 1
    return f"{Path(one['file']).name}:{line}: {one.get('rule', one['severity'])}: {one['message']}"
