import ast
import re
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from tools.api_changes.surface import list_public_names


def stubs(root: Path) -> Mapping[str, list[str]]:
    """Return the names of each package that has a stub, in the order of the stub."""
    source = root / "src"
    return {
        path.parent.relative_to(source).as_posix().replace("/", "."): re.findall(
            r"import \w+ as (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        for path in sorted(source.rglob("__init__.pyi"))
    }


def can_import(module: str, name: str) -> bool:
    """Return whether `from module import name` works."""
    return hasattr(import_module(module), name) or find_spec(f"{module}.{name}") is not None


def test_what_docs_examples_templates_and_kits_import_is_there(root: Path) -> None:
    """These names are public: others rely on importing them from where they are shown."""
    names = [name.rpartition(".") for name in sorted(list_public_names(root))]

    assert len(names) > 200
    assert [f"{module}.{name}" for module, _, name in names if not can_import(module, name)] == []


def test_each_name_of_a_stub_is_found_once(root: Path) -> None:
    """A lazy name whose home doesn't define it would fail at its first user."""
    for package, names in stubs(root).items():
        module = import_module(package)
        assert names, package
        assert dir(module) == sorted(set(names)) == getattr(module, "__all__")  # noqa: B009  the stub has none
        assert len(set(names)) == len(names), package
        assert [name for name in names if not hasattr(module, name)] == []


def test_no_public_name_is_hidden_by_a_module(root: Path) -> None:
    """A module of the same name would take the place of what a package offers as soon as it is imported."""
    hidden = [
        f"{package}.{name}"
        for package, names in stubs(root).items()
        for name in {*names} & {module.name for module in iter_modules(import_module(package).__path__)}
    ]

    assert hidden == []


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
