import ast
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

PRIVATE_DATA = re.compile(r"\.(data|migrations|versions|templates|fonts)(\.|$)")


def ruff_order(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Constants, classes, then the rest, numbers by value: the order that the linter keeps."""
    pieces = [(int(piece or 0), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", name)]
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), pieces


def holds_code(module: ModuleType) -> bool:
    """Tell whether a package's own file says more than a docstring; a mere folder of rooms offers no names."""
    return len(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body) > 1


def public(packages: list[str]) -> dict[str, list[str]]:
    """Package -> its `__all__`, for the packages that people import names from."""
    modules = {name: import_module(name) for name in packages if not PRIVATE_DATA.search(name)}
    return {
        name: list(getattr(module, "__all__", ["has no __all__"]))
        for name, module in modules.items()
        if "__all__" in vars(module) or holds_code(module)
    }


def test_public_names_are_listed_in_order_and_once(packages: list[str]) -> None:
    """Each package says what it offers, sorted, so that a reader finds a name and a merge keeps it."""
    names = public(packages)

    assert [package for package, listed in names.items() if listed == ["has no __all__"]] == []
    assert [
        package for package, listed in names.items() if listed not in (sorted(listed), sorted(listed, key=ruff_order))
    ] == []
    assert [package for package, listed in names.items() if len(set(listed)) < len(listed)] == []


def test_every_public_name_resolves(packages: list[str]) -> None:
    """A lazy name whose home doesn't define it would fail at its first user."""
    missing = [
        f"{package}.{name}"
        for package, listed in public(packages).items()
        for name in listed
        if not hasattr(import_module(package), name)
    ]

    assert missing == []


def test_no_public_name_is_hidden_by_a_module(packages: list[str]) -> None:
    """A module of the same name would take the place of what a package offers as soon as it is imported."""
    hidden = [
        f"{package}.{name}"
        for package, listed in public(packages).items()
        for name in {*listed} & {module.name for module in iter_modules(import_module(package).__path__)}
    ]

    assert hidden == []


def test_lazy_homes_are_the_public_names(packages: list[str]) -> None:
    """What a package resolves lazily is what it lists, no more and no less."""
    lazy: dict[str, Callable[[], list[str]]] = {
        name: vars(module)["__dir__"]
        for name, module in ((name, import_module(name)) for name in packages)
        if "__getattr__" in vars(module)
    }

    assert {name: homes() for name, homes in lazy.items()} == {name: sorted(public([name])[name]) for name in lazy}


def names_at_the_top(tree: ast.Module) -> set[str]:
    """What a module's own statements define or assign."""
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return defined | {
        name.id for name in ast.walk(tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }


def test_a_type_checker_sees_a_misspelt_name(trees: Mapping[str, ast.Module]) -> None:
    """In a package whose file shows a `__getattr__` any name is right to them; `lazy` puts it there unseen."""
    assert [path for path, tree in trees.items() if "__getattr__" in names_at_the_top(tree)] == []


def test_a_public_class_name_stands_once(trees: Mapping[str, ast.Module]) -> None:
    """A reader who looks for a class finds one, and two people who speak of it mean the same."""
    homes: dict[str, list[str]] = {}
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(path)

    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}
