"""Names that only stand where they are used: literals handed to a parameter of a given name, found in the syntax."""

import ast
from collections.abc import Iterable, Iterator, Mapping

_SKIPPED = ("anninh_core/testing/", "anninh_core/demo/", "anninh_core/formatters/", "anninh_zalo/testing/")
_METHODS = {
    "events": ("add_event", 0),
    "labels of blind indexes": ("blind", 0),
    "bindings of rows": ("row_associated_data", 0),
    "request keys": ("with_request", 0),
    "indicators counted": ("Fact", 0),
}
"""Subject -> function that takes the name, and at which place."""
_PARAMETERS = {"actions": "action", "events": "event"}
"""Subject -> parameter, of whichever function in the tree, that takes the name; such a name has a dot and no space."""
_KEYWORDS = {"purposes": "purpose", "lanes used": "lane"}
"""Subject -> keyword that takes the name, whatever is called."""
Trees = Mapping[str, ast.Module]


def in_source(trees: Trees) -> dict[str, set[str]]:
    """Return the names by subject; what is put into a text stands as `{}`."""
    mine = {path: tree for path, tree in trees.items() if not path.startswith(_SKIPPED)}
    nodes = [(tree, [*ast.walk(tree)]) for tree in mine.values()]
    places = _places(nodes)
    found: dict[str, set[str]] = {subject: set() for subject in (*_METHODS, *_PARAMETERS, *_KEYWORDS, "dimensions")}
    for tree, walked in nodes:
        known = {**_imported(walked, trees), **_assigned(tree, walked)}
        for call in (node for node in walked if isinstance(node, ast.Call)):
            name = _name(call.func)
            for subject, (method, place) in _METHODS.items():
                if name == method and len(call.args) > place:
                    found[subject] |= set(_texts(call.args[place], known))
            for subject, parameter in _PARAMETERS.items():
                for argument in _arguments(call, parameter, places.get((name, parameter), ())):
                    found[subject] |= {text for text in _texts(argument, known) if "." in text and " " not in text}
            for subject, keyword in _KEYWORDS.items():
                for one in (one for one in call.keywords if one.arg == keyword):
                    found[subject] |= set(_texts(one.value, known))
            if name == "dims":
                found["dimensions"] |= {keyword.arg for keyword in call.keywords if keyword.arg}
    return {subject: {text for text in texts if text.replace("{}", "").strip(".")} for subject, texts in found.items()}


def _places(nodes: list[tuple[ast.Module, list[ast.AST]]]) -> dict[tuple[str, str], set[int]]:
    """Return (function, parameter) -> the places that it has; a method's own object isn't counted."""
    places: dict[tuple[str, str], set[int]] = {}
    for _, walked in nodes:
        for node in walked:
            if isinstance(node, ast.FunctionDef):
                names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
                offset = 1 if names[:1] in (["self"], ["cls"]) else 0
                for number, name in enumerate(names):
                    places.setdefault((node.name, name), set()).add(number - offset)
    return places


def _arguments(call: ast.Call, parameter: str, places: Iterable[int]) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg == parameter)
    yield from (call.args[place] for place in places if 0 <= place < len(call.args))


def _assigned(tree: ast.Module, walked: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return what a module's names were set to, anywhere in it."""
    known: dict[str, list[ast.expr]] = {}
    for node in (*tree.body, *walked):
        for target, value in _assignments(node):
            if isinstance(target, ast.Name):
                known.setdefault(target.id, []).append(value)
    return known


def _imported(walked: list[ast.AST], trees: Trees) -> dict[str, list[ast.expr]]:
    """Return what the names that a module imports from modules of the trees are set to there."""
    known: dict[str, list[ast.expr]] = {}
    for node in walked:
        tree = trees.get(f"{(node.module or '').replace('.', '/')}.py") if isinstance(node, ast.ImportFrom) else None
        if isinstance(node, ast.ImportFrom) and tree is not None:
            assigned = _assigned(tree, tree.body)
            known |= {alias.asname or alias.name: assigned.get(alias.name, []) for alias in node.names}
    return known


def _assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is set to what, one by one where several are set together."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=False)
            else:
                yield target, node.value


def _texts(node: ast.expr, known: Mapping[str, list[ast.expr]], depth: int = 3) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr():
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        case ast.IfExp():
            yield from _texts(node.body, known, depth)
            yield from _texts(node.orelse, known, depth)
        case ast.Name() if depth:
            for value in known.get(node.id, ()):
                yield from _texts(value, known, depth - 1)
        case _:
            pass


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
