"""What a tree offers: the names in `__all__` of its packages, read by griffe without importing anything."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import griffe
from tools.api_changes.constructors import give_constructor
from tools.api_changes.paths import final
from tools.api_changes.verbs import bind_verbs


def read_surface(tree: Path) -> Mapping[str, griffe.Object]:
    """Return public name, `package.name`, -> what it stands for; what stands outside of the tree is left out."""
    source = tree / "src"
    loader = griffe.GriffeLoader(search_paths=[source], allow_inspection=False)
    for initial in sorted(source.glob("*/__init__.py")):
        loader.load(initial.parent.name)
    loader.resolve_aliases(implicit=True, external=False)
    offered = {name: found for module in loader.modules_collection.members.values() for name, found in _offered(module)}
    for found in offered.values():
        found.public = True  # a package says so, wherever it is defined
        if isinstance(found, griffe.Class):
            give_constructor(found)
            bind_verbs(found, loader.modules_collection)
    return offered


def _offered(module: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    for name in map(str, module.exports or ()) if module.is_init_module else ():
        found = module.members.get(name)
        if found is not None and (resolved := final(found)) is not None:
            yield f"{module.path}.{name}", resolved
    for below in module.modules.values():
        if isinstance(below, griffe.Module):
            yield from _offered(below)
