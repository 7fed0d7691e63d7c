"""Functions that run pyright in its strict mode on Python programs."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT

RULES = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}
"""Settings of pyright. The installed package is `basedpyright`, because pip installs it completely; its mode `strict`
is pyright's, and leaves its own additional rules off.
"""


def run_pyright(*arguments: str) -> Any:
    """Run pyright with the packages of this interpreter, and return its report as parsed JSON."""
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--outputjson", *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout, result.stderr
    return json.loads(result.stdout)


def list_diagnostics(folders: Iterable[Path], settings: Path) -> list[str]:
    """Return pyright's diagnostics for the programs in some folders, one line each; the modules of a folder can import
    each other.
    """
    roots = [{"root": str(folder), "extraPaths": [str(ROOT / "src"), str(ROOT)]} for folder in folders]
    included = [str(folder) for folder in folders]
    rules = {**RULES, "include": included, "executionEnvironments": roots}
    settings.write_text(json.dumps(rules), encoding="utf-8")
    report = run_pyright("--project", str(settings))
    assert report["summary"]["filesAnalyzed"], report
    return [_format_diagnostic(diagnostic) for diagnostic in report["generalDiagnostics"]]


def _format_diagnostic(diagnostic: Any) -> str:
    line = diagnostic["range"]["start"]["line"] + 1
    rule = diagnostic.get("rule", diagnostic["severity"])
    return f"{Path(diagnostic['file']).name}:{line}: {rule}: {diagnostic['message']}"
