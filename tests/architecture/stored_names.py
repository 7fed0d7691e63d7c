"""The list of names that may not change: `python -m tests.architecture.stored_names --write` adds new ones to it.

Nothing is ever taken out of the list by it. A name that is no longer made needs a read alias, which is written into
`aliases` of `stored_names.json` by hand: subject -> old name -> how it is read now.
"""

import ast
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from attrs import frozen
from tests.architecture.names_in_public import in_public
from tests.architecture.names_in_source import in_source
from tests.architecture.names_on_wire import on_wire

FILE = Path(__file__).with_suffix(".json")
SOURCE = Path(__file__).parents[2] / "src"
Names = Mapping[str, set[str]]


@frozen
class Listed:
    """What the file says.

    Attributes:
        names: subject -> names.
        aliases: subject -> name that is no longer made -> how it is read.
    """

    names: Mapping[str, list[str]]
    aliases: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> "Listed":
        """Return the checked-in list; an empty one where there is none."""
        if not FILE.exists():
            return cls({}, {})
        content = json.loads(FILE.read_text(encoding="utf-8"))
        return cls(content["names"], content["aliases"])

    def vanished(self, made: Names) -> list[str]:
        """Return what is listed, and is neither made nor read by an alias."""
        return [
            f"{subject}: {name}"
            for subject, names in self.names.items()
            for name in names
            if name not in made.get(subject, set()) and name not in self.aliases.get(subject, {})
        ]

    def unlisted(self, made: Names) -> list[str]:
        """Return what is made and isn't listed."""
        return [f"{subject}: {name}" for subject in made for name in sorted(made[subject] - {*self._of(subject)})]

    def with_all(self, made: Names) -> str:
        """Return the file's text with everything that is made in it, and everything that was."""
        names = {
            subject: sorted({*made.get(subject, ()), *self._of(subject)}) for subject in sorted({*made, *self.names})
        }
        return json.dumps({"aliases": self.aliases, "names": names}, ensure_ascii=False, indent=1) + "\n"

    def _of(self, subject: str) -> list[str]:
        return self.names.get(subject, [])


def made_by(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return all names that the code makes today.

    Args:
        trees: path below `src` -> syntax tree.
    """
    return {**on_wire(), **in_public(), **in_source(trees)}


def _trees() -> dict[str, ast.Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return {file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


if __name__ == "__main__":
    listed = Listed.read()
    made = made_by(_trees())
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(listed.with_all(made), encoding="utf-8")
    for line in (
        *(f"new: {name}" for name in listed.unlisted(made)),
        *(f"gone: {name}" for name in listed.vanished(made)),
    ):
        click.echo(line)
