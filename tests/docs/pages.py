"""Parse the documentation's pages: fenced blocks with the directives above them."""

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_DIRECTIVE = re.compile(r"<!-- (skip|save|file|pytest|shows|shell)(?:: (.+?))? -->")
_FENCE = re.compile(r"(?P<indent> *)```(?P<language>\w*)\s*")
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@frozen(kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        line: number of its first line of content, from 1.
        directive: `skip`, `save`, `file`, `pytest`, `shows`, `shell` or "".
        argument: argument of the directive: a reason or a path.
        printed: the `text` block right below a `python` block: its expected output, where `…` matches anything.
    """

    language: str
    line: int
    text: str
    directive: str = ""
    argument: str = ""
    printed: str | None = None


def every_page() -> list[Path]:
    """Return all pages, those outside `docs/` first."""
    top_level = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
    return [*top_level, *sorted(DOCS.rglob("*.md"))]


def name_of(page: Path) -> str:
    """Return a page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page in order; a `text` block is joined to the python block that prints it."""
    page_blocks: list[Block] = []
    follows = False  # whether only empty lines separate a python block from this one
    for block, alone in _fences(text.splitlines()):
        if block.language == "text" and alone and follows and page_blocks:
            page_blocks[-1] = _printing(page_blocks[-1], block.text)
            follows = False
            continue
        page_blocks.append(block)
        follows = block.language == "python"
    return page_blocks


def prose_lines(text: str) -> list[str]:
    """Return the lines of a page without its fenced blocks."""
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        if _FENCE.fullmatch(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return kept


def prose(text: str) -> str:
    """Return a page without its fenced blocks and comments."""
    return re.sub(r"<!--.*?-->", "", "\n".join(prose_lines(text)), flags=re.DOTALL)


def inline_code(text: str) -> Iterator[str]:
    """Yield the texts between single backticks in a page's prose."""
    yield from _INLINE.findall(prose(text))


def _printing(block: Block, printed: str) -> Block:
    return Block(
        language=block.language,
        line=block.line,
        text=block.text,
        directive=block.directive,
        argument=block.argument,
        printed=printed,
    )


def _fences(lines: list[str]) -> Iterator[tuple[Block, bool]]:
    """Yield each block, and whether only empty lines separate it from the block before."""
    directive = ""
    argument = ""
    alone = False
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if opening := _FENCE.fullmatch(line):
            end = next(n for n in range(number, len(lines)) if lines[n].strip() == "```")
            content = "\n".join(each.removeprefix(opening["indent"]) for each in lines[number:end]) + "\n"
            yield (
                Block(
                    language=opening["language"],
                    line=number + 1,
                    text=content,
                    directive=directive,
                    argument=argument,
                ),
                alone,
            )
            number = end + 1
            directive = ""
            argument = ""
            alone = True
        elif marked := _DIRECTIVE.fullmatch(line.strip()):
            directive = marked[1]
            argument = marked[2] or ""
        elif line.strip():
            directive = ""
            argument = ""
            alone = False
