"""Functions that write the documentation's Python blocks as programs for a type checker."""

import re
from pathlib import Path

from tests.docs.pages import Block, get_page_name, list_pages, parse_blocks

EXAMPLES = "file"  # Blocks with this directive equal a file of the repository, which is checked in its own place.
# A block with one of these directives becomes a program of its own, because it doesn't run with the rest of its page.
ALONE = ("save", "pytest", "skip", "shows")


def join_blocks(python_blocks: list[Block]) -> str:
    """Return the Python blocks of a page as one program in which each line has its line number on the page."""
    lines: list[str] = []
    for block in python_blocks:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.text.splitlines()
    return "\n".join(lines) + "\n"


def write_programs(page: str, text: str, folder: Path) -> None:
    """Write the Python programs of a page into a folder: one for the blocks that run together, and one for each
    separate block.
    """
    python_blocks = [
        block for block in parse_blocks(text) if block.language == "python" and block.directive != EXAMPLES
    ]
    name = re.sub(r"\W", "_", page)
    if together := [block for block in python_blocks if block.directive not in ALONE]:
        (folder / f"{name}.py").write_text(join_blocks(together), encoding="utf-8")
    for block in python_blocks:
        if block.directive in ALONE:
            module = block.argument if block.directive == "save" else f"{name}_{block.line}.py"
            (folder / module).write_text(join_blocks([block]), encoding="utf-8")


def write_all_programs(folder: Path) -> None:
    """Write the Python programs of all documentation pages into a folder.

    Raises:
        AssertionError: so few programs that the pages were read wrongly.
    """
    for page in list_pages():
        write_programs(get_page_name(page), page.read_text(encoding="utf-8"), folder)
    assert len([*folder.glob("*.py")]) > 20
