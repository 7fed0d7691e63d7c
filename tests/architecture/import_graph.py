"""The real import graph: imports inside functions count, and lazily resolved names lead to their module."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from anninh_core._lazy import read_stub

SOURCE = Path(__file__).parents[2] / "src"
Homes = Mapping[str, Mapping[str, str]]
"""Package -> its lazy names -> the module that defines each."""


def module_of(path: Path) -> str:
    """Return the dotted name of a file."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parse_all() -> Mapping[str, ast.Module]:
    """Return every module's syntax tree."""
    files = sorted(SOURCE.rglob("*.py"))
    return {module_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def read_homes() -> Homes:
    """Return what each package with a stub resolves when it is first asked for."""
    return {module_of(stub): read_stub(stub) for stub in sorted(SOURCE.rglob("__init__.pyi"))}


def import_graph(trees: Mapping[str, ast.Module], homes: Homes, *, types: bool = False) -> dict[str, set[str]]:
    """Return module -> the modules that it imports at any time.

    Args:
        trees: module -> its syntax tree.
        homes: the lazy names of packages.
        types: whether imports that only the type checker needs count.
    """
    walk = ast.walk if types else _at_run_time
    return {module: set(_imports(tree, trees, homes, walk)) - {module} for module, tree in trees.items()}


def package_circles(graph: Mapping[str, set[str]]) -> dict[str, list[list[str]]]:
    """Return package -> the groups of its modules and folders that import each other, for packages with such groups."""
    packages = {module.rpartition(".")[0] for module in graph} - {""}
    found = {package: circles(_graph_within(package, graph)) for package in sorted(packages)}
    return {package: groups for package, groups in found.items() if groups}


def _graph_within(package: str, graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the imports between what lies directly in a package, each folder taken as a whole."""
    within = dict[str, set[str]]()
    start = f"{package}."
    for module, imported in graph.items():
        if module.startswith(start):
            name = module.removeprefix(start).partition(".")[0]
            others = {other.removeprefix(start).partition(".")[0] for other in imported if other.startswith(start)}
            within.setdefault(name, set()).update(others - {name})
    return within


def _imports(
    tree: ast.Module, trees: Mapping[str, ast.Module], homes: Homes, walk: Callable[[ast.AST], Iterable[ast.AST]]
) -> Iterator[str]:
    packages: dict[str, str] = {}  # local name -> module imported as an object
    for node in walk(tree):
        for local, home in _named(node, trees, homes):
            packages[local] = home
            yield home
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in packages:
            home = homes.get(packages[node.value.id], {}).get(node.attr, "")
            if home:
                yield home


def _named(node: ast.AST, trees: Mapping[str, ast.Module], homes: Homes) -> Iterator[tuple[str, str]]:
    """Yield local name and module of what an import statement names."""
    if isinstance(node, ast.Import):
        yield from ((name.asname or name.name, name.name) for name in node.names if name.name in trees)
    elif isinstance(node, ast.ImportFrom) and node.module and node.module in trees:
        for name in node.names:
            submodule = f"{node.module}.{name.name}"
            home = submodule if submodule in trees else homes.get(node.module, {}).get(name.name, node.module)
            yield name.asname or name.name, home


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but annotations and what stands under `if TYPE_CHECKING`."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
                continue
            yield child
            yield from _at_run_time(child)


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or by way of others (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        stack.append(module)
        for other in sorted(graph.get(module, ())):
            if other not in order:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], order[other])
        if lowest[module] == order[module]:
            group: list[str] = []
            while not group or group[-1] != module:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return found
