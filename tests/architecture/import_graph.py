"""The real import graph, including imports inside functions, with lazily resolved names traced to their modules."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from anninh_core._lazy import read_stub

SOURCE = Path(__file__).parents[2] / "src"
Homes = Mapping[str, Mapping[str, str]]
"""Package -> its lazy names -> the module that defines each."""


def get_module_name(path: Path) -> str:
    """Return the dotted module name of a file."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parse_all_modules() -> Mapping[str, ast.Module]:
    """Return the syntax tree of every module."""
    files = sorted(SOURCE.rglob("*.py"))
    return {get_module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def read_lazy_names() -> Homes:
    """Return the lazy names of each package with a stub, and the modules that define them."""
    return {get_module_name(stub): read_stub(stub) for stub in sorted(SOURCE.rglob("__init__.pyi"))}


def build_import_graph(trees: Mapping[str, ast.Module], homes: Homes, *, types: bool = False) -> dict[str, set[str]]:
    """Return module -> the modules that it imports at any time.

    Args:
        trees: module -> its syntax tree.
        homes: the lazy names of packages.
        types: whether imports for the type checker only count.
    """
    iterate = ast.walk if types else _iter_run_time_nodes
    return {module: set(_iter_imports(tree, trees, homes, iterate)) - {module} for module, tree in trees.items()}


def find_package_cycles(graph: Mapping[str, set[str]]) -> dict[str, list[list[str]]]:
    """Return package -> groups of its direct modules and folders that import each other; packages without a group are
    left out.
    """
    packages = {module.rpartition(".")[0] for module in graph} - {""}
    groups_by_package = {package: find_cycles(_build_graph_within(package, graph)) for package in sorted(packages)}
    return {package: groups for package, groups in groups_by_package.items() if groups}


def _build_graph_within(package: str, graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the imports between the direct members of a package, each folder taken as a whole."""
    imports = dict[str, set[str]]()
    start = f"{package}."
    for module, imported in graph.items():
        if module.startswith(start):
            name = module.removeprefix(start).partition(".")[0]
            others = {other.removeprefix(start).partition(".")[0] for other in imported if other.startswith(start)}
            imports.setdefault(name, set()).update(others - {name})
    return imports


def _iter_imports(
    tree: ast.Module, trees: Mapping[str, ast.Module], homes: Homes, walk: Callable[[ast.AST], Iterable[ast.AST]]
) -> Iterator[str]:
    packages: dict[str, str] = {}  # A local name is mapped to the module that it was imported as.
    for node in walk(tree):
        for local, home in _iter_imported(node, trees, homes):
            packages[local] = home
            yield home
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in packages:
            home = homes.get(packages[node.value.id], {}).get(node.attr, "")
            if home:
                yield home


def _iter_imported(node: ast.AST, trees: Mapping[str, ast.Module], homes: Homes) -> Iterator[tuple[str, str]]:
    """Yield local name and module for each name in an import statement."""
    if isinstance(node, ast.Import):
        yield from ((name.asname or name.name, name.name) for name in node.names if name.name in trees)
    elif isinstance(node, ast.ImportFrom) and node.module and node.module in trees:
        for name in node.names:
            submodule = f"{node.module}.{name.name}"
            home = submodule if submodule in trees else homes.get(node.module, {}).get(name.name, node.module)
            yield name.asname or name.name, home


def _iter_run_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes except annotations and the body of `if TYPE_CHECKING`."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
                continue
            yield child
            yield from _iter_run_time_nodes(child)


def find_cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or indirectly (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

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
                groups.append(sorted(group))

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return groups
