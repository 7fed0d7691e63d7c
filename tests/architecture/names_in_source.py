"""Names that exist only as literals in calls, found in the syntax trees by parameter name."""

import ast
from collections.abc import Iterable, Iterator, Mapping

_SKIPPED = ("anninh_core/testing/", "anninh_core/demo/", "anninh_core/formatters/", "anninh_zalo/testing/")
_METHODS = {
    "events": ("add_event", 0),
    "labels of blind indexes": ("blind", 0),
    "bindings of rows": ("build_row_associated_data", 0),
    "request keys": ("with_request", 0),
    "indicators counted": ("Fact", 0),
}
"""Subject -> function with the name as an argument, and the argument's position."""
_PARAMETERS = {"actions": "action", "events": "event"}
"""Subject -> parameter of any function with the name as its value; such a name has a dot and no space."""
_KEYWORDS = {"purposes": "purpose", "lanes used": "lane"}
"""Subject -> keyword with the name as its value, in any call."""
Trees = Mapping[str, ast.Module]


def collect_source_names(trees: Trees) -> dict[str, set[str]]:
    """Return the names that exist only as literals, by subject; a placeholder of an f-string becomes `{}`."""
    shipped = {path: tree for path, tree in trees.items() if not path.startswith(_SKIPPED)}
    nodes = [(tree, [*ast.walk(tree)]) for tree in shipped.values()]
    places = _find_positions(nodes)
    names: dict[str, set[str]] = {subject: set() for subject in (*_METHODS, *_PARAMETERS, *_KEYWORDS, "dimensions")}
    for tree, walked in nodes:
        values_by_name = {**_collect_imported(walked, trees), **_collect_assigned(tree, walked)}
        for call in (node for node in walked if isinstance(node, ast.Call)):
            name = _get_function_name(call.func)
            for subject, (method, place) in _METHODS.items():
                if name == method and len(call.args) > place:
                    names[subject] |= set(_iter_texts(call.args[place], values_by_name))
            for subject, parameter in _PARAMETERS.items():
                for argument in _iter_arguments(call, parameter, places.get((name, parameter), ())):
                    names[subject] |= {
                        text for text in _iter_texts(argument, values_by_name) if "." in text and " " not in text
                    }
            for subject, keyword in _KEYWORDS.items():
                for keyword_node in (keyword_node for keyword_node in call.keywords if keyword_node.arg == keyword):
                    names[subject] |= set(_iter_texts(keyword_node.value, values_by_name))
            if name == "format_dims":
                names["dimensions"] |= {keyword.arg for keyword in call.keywords if keyword.arg}
    return {subject: {text for text in texts if text.replace("{}", "").strip(".")} for subject, texts in names.items()}


def _find_positions(nodes: list[tuple[ast.Module, list[ast.AST]]]) -> dict[tuple[str, str], set[int]]:
    """Return (function, parameter) -> the positions of the parameter, without `self` and `cls`."""
    places: dict[tuple[str, str], set[int]] = {}
    for _, walked in nodes:
        for node in walked:
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
                offset = 1 if names[:1] in (["self"], ["cls"]) else 0
                for number, name in enumerate(names):
                    places.setdefault((node.name, name), set()).add(number - offset)
    return places


def _iter_arguments(call: ast.Call, parameter: str, places: Iterable[int]) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg == parameter)
    yield from (call.args[place] for place in places if 0 <= place < len(call.args))


def _collect_assigned(tree: ast.Module, walked: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return the values that are assigned to a module's names, anywhere in the module."""
    values_by_name: dict[str, list[ast.expr]] = {}
    for node in (*tree.body, *walked):
        for target, value in _iter_assignments(node):
            if isinstance(target, ast.Name):
                values_by_name.setdefault(target.id, []).append(value)
    return values_by_name


def _collect_imported(walked: list[ast.AST], trees: Trees) -> dict[str, list[ast.expr]]:
    """Return the values of names that a module imports from other modules of the trees."""
    values_by_name: dict[str, list[ast.expr]] = {}
    for node in walked:
        tree = trees.get(f"{(node.module or '').replace('.', '/')}.py") if isinstance(node, ast.ImportFrom) else None
        if isinstance(node, ast.ImportFrom) and tree is not None:
            assigned = _collect_assigned(tree, tree.body)
            values_by_name |= {alias.asname or alias.name: assigned.get(alias.name, []) for alias in node.names}
    return values_by_name


def _iter_assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield target and value of each assignment; tuples are split."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=False)
            else:
                yield target, node.value


def _iter_texts(node: ast.expr, values_by_name: Mapping[str, list[ast.expr]], depth: int = 3) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr():
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        case ast.IfExp():
            yield from _iter_texts(node.body, values_by_name, depth)
            yield from _iter_texts(node.orelse, values_by_name, depth)
        case ast.Name() if depth:
            for value in values_by_name.get(node.id, ()):
                yield from _iter_texts(value, values_by_name, depth - 1)
        case _:
            pass


def _get_function_name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
