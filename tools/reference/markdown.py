"""Writes Markdown from the code's docstrings."""

import inspect
import re
from collections.abc import Iterable, Mapping

_FIELD = re.compile(r" {4}(\w[\w, ]*): (.+)")
_SECTION = re.compile(r"(Args|Attributes|Raises|Returns):")
_ENTRY = re.compile(r"([\w., *]+?): (.+)")


def write_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table with a head and rows."""
    titles = list(head)
    lines = [
        titles,
        ["---"] * len(titles),
        *([cell.replace("\n", " ") for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def read_attribute_meanings(doc: str | None) -> Mapping[str, str]:
    """Return attribute -> its description in a docstring, in one line."""
    by_name: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(doc or "").partition("Attributes:")[2].splitlines():
        if entry := _FIELD.fullmatch(line):
            names = [name.strip() for name in entry[1].split(",")]
            by_name |= dict.fromkeys(names, entry[2])
        elif line.startswith(" " * 8):
            by_name |= {name: f"{by_name[name]} {line.strip()}" for name in names}
    return by_name


def get_first_sentence(doc: str | None) -> str:
    """Return the first paragraph of a docstring in one line, without the full stop."""
    return " ".join(inspect.cleandoc(doc or "").partition("\n\n")[0].split()).removesuffix(".")


def write_docstring(doc: str | None) -> str:
    """Return a Google-style docstring as Markdown, with sections as lists."""
    out: list[str] = []
    listing = False
    for line in inspect.cleandoc(doc or "").splitlines():
        if section := _SECTION.fullmatch(line):
            out.extend(["", f"{section[1]}:", ""])
            listing = True
        elif listing and (entry := _ENTRY.fullmatch(line.strip())) and not line.startswith(" " * 5):
            out.append(f"- {', '.join(f'`{name.strip()}`' for name in entry[1].split(','))}: {entry[2]}")
        elif listing and line.strip():
            out.append(f"  {line.strip()}")
        else:
            out.append(line)
            listing = listing and not line.strip()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()
