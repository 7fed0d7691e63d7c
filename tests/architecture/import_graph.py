"""The real import graph: imports inside functions count, and lazily resolved names lead to their module."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def module_of(path: Path) -> str:
    """Return the dotted name of a file."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parse_all() -> Mapping[str, ast.Module]:
    """Return every module's syntax tree."""
    files = sorted(SOURCE.rglob("*.py"))
    return {module_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def lazy_names(tree: ast.Module, package: str) -> dict[str, str]:
    """Return name -> module of what a package resolves when it is first asked for."""
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Name) and call.func.id == "lazy":
                table: dict[str, str] = ast.literal_eval(call.args[1])
                return {name: f"{package}.{home}" for name, home in table.items()}
    return {}


def import_graph(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return module -> the modules that it imports at any time, type checking apart."""
    lazily = {module: lazy_names(tree, module) for module, tree in trees.items()}
    return {module: set(_imports(tree, trees, lazily)) - {module} for module, tree in trees.items()}


def _imports(
    tree: ast.Module, trees: Mapping[str, ast.Module], lazily: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    packages: dict[str, str] = {}  # local name -> module imported as an object
    for node in _at_run_time(tree):
        for local, home in _named(node, trees, lazily):
            packages[local] = home
            yield home
    for node in _at_run_time(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in packages:
            home = lazily[packages[node.value.id]].get(node.attr, "")
            if home:
                yield home


def _named(
    node: ast.AST, trees: Mapping[str, ast.Module], lazily: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield local name and module of what an import statement names."""
    if isinstance(node, ast.Import):
        yield from ((name.asname or name.name, name.name) for name in node.names if name.name in trees)
    elif isinstance(node, ast.ImportFrom) and node.module and node.module in trees:
        for name in node.names:
            submodule = f"{node.module}.{name.name}"
            home = submodule if submodule in trees else lazily[node.module].get(name.name, node.module)
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
