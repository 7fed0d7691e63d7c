"""Search for the line of a key in a TOML file."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator

_NAME = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=(?!=)")
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*\]")
_LABEL = re.compile(r"""\s*(?:id|code)\s*=\s*["']([^"']*)["']""")


class LineIndex:
    """The lines of a valid TOML file by their keys."""

    def __init__(self, text: str) -> None:
        # If a table is written in several parts, the first part counts.
        self._lines = dict(reversed([*_iter_key_lines(text)]))

    def find(self, place: str) -> int:
        """Return the number of the line, from 1, with a place or with the nearest place above it; 0 if there is none.

        Args:
            place: keys from the table down, joined by dots; an entry of a list is named by its id or code, or its
                number.
        """
        parts = place.split(".")
        from_here_up = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        return next((self._lines[key] for key in from_here_up if key in self._lines), 0)


def _iter_key_lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield each key of a TOML text with its line; an entry of a list under its number, and also under its id."""
    table = ""
    labelled = ""
    entries = Counter[str]()
    for number, line in _iter_lines_outside_texts(text):
        if header := _HEADER.match(line):
            table = labelled = _unquote_key(header[2])
            if header[1] == "[[":
                entries[table] += 1
                table = labelled = f"{table}.{entries[table]}"
            yield table, number
        elif key := _KEY.match(line):
            if label := _LABEL.match(line):
                labelled = re.sub(r"\.\d+$", f".{label[1]}", table)
                yield labelled, number
            path = _unquote_key(key[1])
            for prefix in {table, labelled}:
                yield f"{prefix}.{path}".removeprefix("."), number


def _iter_lines_outside_texts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, without the continuation lines of multi-line texts."""
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        yield number, line
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                closing = quotes


def _unquote_key(quoted: str) -> str:
    """Return a TOML key in the form used in places, without the quotes around its parts."""
    parts: list[str] = []
    table = tomllib.loads(f"{quoted} = 0")
    while table:
        ((name, rest),) = table.items()
        parts.append(name)
        table = rest if isinstance(rest, dict) else {}
    return ".".join(parts)
