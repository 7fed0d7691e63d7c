"""Counts of words of the former dialect, package by package, written by `python -m tests.architecture.plain_words
--write`.

The counts in `plain_words.json` may only fall. `--write` stores lower ones and refuses to store higher ones.
"""

import ast
import io
import json
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")
ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "tests", "tools", "benchmarks", "examples")

WORDS = re.compile(
    r"\b(tells?|told|telling|hears?|heard|said|anew|somebody|anybody|nobody|whoever|stands?|stood|standing|lies?|lying|lay|beside"
    r"|a look|what is|what was|by itself|goes by|of which|by which)\b",
    re.IGNORECASE,
)
NAMES = frozenset({"one", "found", "known", "said", "asked", "where", "told", "shown", "heard", "beside"})
_DIRECTIVE = re.compile(r"#\s*(type:|noqa|pragma|fmt:)")

Counts = Mapping[str, Mapping[str, int]]


def iter_docstrings(tree: ast.Module) -> Iterator[str]:
    """Yield the docstrings of a module, and of its classes and functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield docstring


def iter_comments(code: str) -> Iterator[str]:
    """Yield the comments of a file; lines of comment that follow each other are one comment."""
    block: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type != tokenize.COMMENT or _DIRECTIVE.match(token.string):
            continue
        if block and token.start[0] != last + 1:
            yield " ".join(block)
            block = []
        block.append(token.string.lstrip("# "))
        last = token.start[0]
    if block:
        yield " ".join(block)


def iter_vague_names(tree: ast.Module) -> Iterator[str]:
    """Yield locals and parameters with a name that is listed as vague, each binding once."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in NAMES:
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in NAMES:
            yield node.id


def count_file(code: str) -> Counter[str]:
    """Return the numbers of docstrings, comments and locals of a file, and how many of each have to be reworded."""
    tree = ast.parse(code)
    counts: Counter[str] = Counter()
    for kind, texts in (("docstrings", iter_docstrings(tree)), ("comments", iter_comments(code))):
        for text in texts:
            counts[kind] += 1
            counts[f"{kind} to reword"] += bool(WORDS.search(text))
    counts["locals to rename"] = sum(1 for _name in iter_vague_names(tree))
    return counts


def get_package(path: Path) -> str:
    """Return the package of a file in `src`, such as `anninh_core/domain`, else its folder."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[1:3] if len(parts) > 3 else parts[1:2]) if parts[0] == "src" else parts[0]


def count_all() -> dict[str, Counter[str]]:
    """Return the counts of each package."""
    packages: dict[str, Counter[str]] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            packages.setdefault(get_package(path), Counter()).update(count_file(path.read_text(encoding="utf-8")))
    return packages


def select_avoidable(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts that have to fall to zero."""
    return {name: count for name, count in sorted(counts.items()) if " to " in name}


def read_counts() -> dict[str, dict[str, int]]:
    """Return the stored counts: package -> name -> count."""
    stored: dict[str, dict[str, int]] = json.loads(FILE.read_text(encoding="utf-8"))
    return stored


def find_risen(stored: Counts, counted: Counts) -> list[str]:
    """Return the counts that are higher than the stored ones; a new package may have none."""
    return [
        f"{package}: {count} {name}, not {stored.get(package, {}).get(name, 0)}"
        for package, counts in counted.items()
        for name, count in counts.items()
        if count > stored.get(package, {}).get(name, 0)
    ]


def write_counts(*, first: bool = False) -> None:
    """Store the counts.

    Raises:
        SystemExit: one is higher than the stored one.
    """
    counted = {package: select_avoidable(counts) for package, counts in count_all().items()}
    risen = [] if first else find_risen(read_counts(), counted)
    if risen:
        raise SystemExit("\n".join(risen))
    FILE.write_text(json.dumps(counted, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--write" not in sys.argv:
        raise SystemExit(__doc__)
    write_counts(first=not FILE.exists())
