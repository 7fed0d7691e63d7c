"""The documentation's Python blocks, written as programs for a type checker."""

import re
from pathlib import Path

from tests.docs.pages import Block, blocks, every_page, name_of

EXAMPLES = "file"  # those files are checked in place
ALONE = ("save", "pytest", "skip", "shows")  # files of their own, and blocks that don't run with the rest


def write_page(python_blocks: list[Block]) -> str:
    """Return the blocks of a page as one program with the page's line numbers."""
    lines: list[str] = []
    for block in python_blocks:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.text.splitlines()
    return "\n".join(lines) + "\n"


def write_programs(page: str, text: str, folder: Path) -> None:
    """Write the Python programs of a page: the blocks that run together, and each separate block."""
    python_blocks = [block for block in blocks(text) if block.language == "python" and block.directive != EXAMPLES]
    name = re.sub(r"\W", "_", page)
    if together := [block for block in python_blocks if block.directive not in ALONE]:
        (folder / f"{name}.py").write_text(write_page(together), encoding="utf-8")
    for block in python_blocks:
        if block.directive in ALONE:
            module = block.argument if block.directive == "save" else f"{name}_{block.line}.py"
            (folder / module).write_text(write_page([block]), encoding="utf-8")


def write_every_page(folder: Path) -> None:
    """Write the programs of all pages.

    Raises:
        AssertionError: so few programs that the pages were read wrongly.
    """
    for page in every_page():
        write_programs(name_of(page), page.read_text(encoding="utf-8"), folder)
    assert len([*folder.glob("*.py")]) > 20
