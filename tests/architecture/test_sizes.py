import ast
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

FILE_LINES = 350
FUNCTION_LINES = 40
# Path, or path:function -> why it may be longer. Empty is how it should stay.
EXCUSED: Mapping[str, str] = {}

FOLDER_FILES = 14


def functions(tree: ast.Module) -> list[tuple[str, int]]:
    """Name and length of each function, nested ones too; decorators don't count."""
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def too_long(root: Path) -> dict[str, int]:
    """What is over a limit -> its length."""
    found: dict[str, int] = {}
    for path in sorted([*(root / "src").rglob("*.py"), *(root / "tests").rglob("*.py")]):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        found |= {f"{name}:{function}": n for function, n in functions(ast.parse(text)) if n > FUNCTION_LINES}
        if (lines := len(text.splitlines())) > FILE_LINES:
            found[name] = lines
    return found


def test_files_and_functions_are_short(root: Path) -> None:
    """A file has one subject and a function one thought; an excuse is written down, and only while it is needed."""
    assert too_long(root).keys() == EXCUSED.keys(), too_long(root)


def test_folders_are_short(root: Path) -> None:
    """A longer list of files isn't read but searched; what is wider says why."""
    sizes = Counter(path.parent.relative_to(root).as_posix() for path in (root / "src").rglob("*.py"))
    assert {folder for folder, files in sizes.items() if files > FOLDER_FILES} == set(), sizes.most_common(5)
