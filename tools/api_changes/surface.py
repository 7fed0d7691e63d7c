"""Finds the public names of a tree: those that its docs, examples, templates and kits import. griffe reads them without
running any code.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import griffe
from tools.api_changes.constructors import add_constructor
from tools.api_changes.paths import find_object
from tools.api_changes.verbs import bind_verbs

_READERS = (
    "README.md",
    "docs/**/*.md",
    "docs/**/*.py",
    "examples/**/*.md",
    "examples/**/*.py",
    "src/**/templates/**/*.py.tmpl",
    "src/**/kits/**/*.py",
)
_IMPORT = re.compile(r"^[ >]*from ([\w.]+) import (\([^)]*\)|[^\n#]*)", re.MULTILINE)


def list_public_names(tree: Path) -> set[str]:
    """Return the names, in the form `module.name`, that docs, examples, templates and kits import from the tree's
    packages.
    """
    packages = {initial.parent.name for initial in tree.glob("src/*/__init__.py")}
    texts = (path.read_text(encoding="utf-8") for pattern in _READERS for path in tree.glob(pattern))
    return {
        f"{module}.{name.split()[0]}"
        for text in texts
        for module, names in _IMPORT.findall(text)
        if module.partition(".")[0] in packages and "._" not in module
        for name in names.strip("()").split(",")
        if name.strip()
    }


def read_surface(tree: Path, names: Collection[str]) -> Mapping[str, griffe.Object]:
    """Return those of the given names (`module.name`) that can be imported in a tree, each with its object."""
    source = tree / "src"
    loader = griffe.GriffeLoader(search_paths=[source], allow_inspection=False)
    for initial in sorted(source.glob("*/__init__.py")):
        loader.load(initial.parent.name)
    loader.resolve_aliases(implicit=True, external=False)
    modules = loader.modules_collection
    surface = {name: member for name in names if (member := find_object(name, modules)) is not None}
    for member in surface.values():
        member.public = True  # Others import the object, so that it is public wherever it is defined.
        if isinstance(member, griffe.Class):
            add_constructor(member)
            bind_verbs(member, modules)
    return surface
