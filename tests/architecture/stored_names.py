"""The list of names that may not change: `python -m tests.architecture.stored_names --write` adds new ones.

It never removes a name from the list. A name that the code no longer uses needs a read alias, entered by hand in
`aliases` of `stored_names.json`: subject -> old name -> description of how it is read now.
"""

import ast
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from attrs import frozen
from tests.architecture.names_in_public import collect_public_names
from tests.architecture.names_in_source import collect_source_names
from tests.architecture.names_on_wire import collect_stored_names

FILE = Path(__file__).with_suffix(".json")
SOURCE = Path(__file__).parents[2] / "src"
Names = Mapping[str, set[str]]


@frozen
class NameList:
    """The content of the file with the listed names.

    Attributes:
        names: subject -> names.
        aliases: subject -> name that the code no longer uses -> how it is read.
    """

    names: Mapping[str, list[str]]
    aliases: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> "NameList":
        """Return the checked-in list, or an empty one if the file doesn't exist."""
        if not FILE.exists():
            return cls({}, {})
        content = json.loads(FILE.read_text(encoding="utf-8"))
        return cls(content["names"], content["aliases"])

    def find_lost(self, current: Names) -> list[str]:
        """Return the listed names that are neither used nor read by an alias."""
        return [
            f"{subject}: {name}"
            for subject, names in self.names.items()
            for name in names
            if name not in current.get(subject, set()) and name not in self.aliases.get(subject, {})
        ]

    def find_unlisted(self, current: Names) -> list[str]:
        """Return the used names that aren't in the list."""
        return [
            f"{subject}: {name}"
            for subject in current
            for name in sorted(current[subject] - {*self._get_names(subject)})
        ]

    def render_with(self, current: Names) -> str:
        """Return the file's text with all listed and all used names."""
        names = {
            subject: sorted({*current.get(subject, ()), *self._get_names(subject)})
            for subject in sorted({*current, *self.names})
        }
        return json.dumps({"aliases": self.aliases, "names": names}, ensure_ascii=False, indent=1) + "\n"

    def _get_names(self, subject: str) -> list[str]:
        return self.names.get(subject, [])


def collect_names(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return all names that the code uses.

    Args:
        trees: path below `src` -> syntax tree.
    """
    return {**collect_stored_names(), **collect_public_names(), **collect_source_names(trees)}


def _parse_sources() -> dict[str, ast.Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return {file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


if __name__ == "__main__":
    listed = NameList.read()
    made = collect_names(_parse_sources())
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(listed.render_with(made), encoding="utf-8")
    for line in (
        *(f"new: {name}" for name in listed.find_unlisted(made)),
        *(f"gone: {name}" for name in listed.find_lost(made)),
    ):
        click.echo(line)
