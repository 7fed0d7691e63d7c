"""Functions that parse the documentation's pages: fenced blocks with the directives above them, and prose."""

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
    """A fenced block of a page.

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


def list_pages() -> list[Path]:
    """Return the paths of all documentation pages, those outside `docs/` first."""
    top_level = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")]
    return [*top_level, *sorted(DOCS.rglob("*.md"))]


def get_page_name(page: Path) -> str:
    """Return the path of a page relative to the repository."""
    return page.relative_to(ROOT).as_posix()


def parse_blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page in order; a `text` block is joined to the Python block whose output it
    shows.
    """
    page_blocks: list[Block] = []
    follows = False  # This is true if the block before is a Python block, which can have the next block as its output.
    for block, alone in _iter_fenced_blocks(text.splitlines()):
        if block.language == "text" and alone and follows and page_blocks:
            page_blocks[-1] = _add_output(page_blocks[-1], block.text)
            follows = False
            continue
        page_blocks.append(block)
        follows = block.language == "python"
    return page_blocks


def get_prose_lines(text: str) -> list[str]:
    """Return the lines of a page without its fenced blocks."""
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        if _FENCE.fullmatch(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return kept


def get_prose(text: str) -> str:
    """Return a page without its fenced blocks and comments."""
    return re.sub(r"<!--.*?-->", "", "\n".join(get_prose_lines(text)), flags=re.DOTALL)


def iter_inline_code(text: str) -> Iterator[str]:
    """Yield the texts between single backticks in a page's prose."""
    yield from _INLINE.findall(get_prose(text))


def _add_output(block: Block, printed: str) -> Block:
    return Block(
        language=block.language,
        line=block.line,
        text=block.text,
        directive=block.directive,
        argument=block.argument,
        printed=printed,
    )


def _iter_fenced_blocks(lines: list[str]) -> Iterator[tuple[Block, bool]]:
    """Yield each fenced block, and whether only empty lines separate it from the block before."""
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
