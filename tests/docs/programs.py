"""What is Python in the documentation, written as programs that a type checker reads."""

import re
from pathlib import Path

from tests.docs.pages import Block, blocks, every_page, name_of

EXAMPLES = "file"  # those are checked where they lie
ALONE = ("save", "pytest", "skip", "shows")  # files of their own, and what doesn't run with the rest


def write_page(found: list[Block]) -> str:
    """Return the blocks of a page as one program; each line stands where the page has it."""
    lines: list[str] = []
    for block in found:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.text.splitlines()
    return "\n".join(lines) + "\n"


def write_programs(page: str, text: str, folder: Path) -> None:
    """Write what of a page is Python: the blocks that run together, and each that stands alone."""
    found = [block for block in blocks(text) if block.language == "python" and block.directive != EXAMPLES]
    name = re.sub(r"\W", "_", page)
    if together := [block for block in found if block.directive not in ALONE]:
        (folder / f"{name}.py").write_text(write_page(together), encoding="utf-8")
    for block in found:
        if block.directive in ALONE:
            module = block.argument if block.directive == "save" else f"{name}_{block.line}.py"
            (folder / module).write_text(write_page([block]), encoding="utf-8")


def write_every_page(folder: Path) -> None:
    """Write the programs of all pages; fewer than there have always been would be a fault of the reader."""
    for page in every_page():
        write_programs(name_of(page), page.read_text(encoding="utf-8"), folder)
    assert len([*folder.glob("*.py")]) > 20
