import ast
import re
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from tools.api_changes.surface import list_public_names


def read_stubs(root: Path) -> Mapping[str, list[str]]:
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


def test_documented_imports_work(root: Path) -> None:
    """Every name that docs, examples, templates and kits import can be imported, as it is public."""
    names = [name.rpartition(".") for name in sorted(list_public_names(root))]

    assert len(names) > 200
    assert [f"{module}.{name}" for module, _, name in names if not can_import(module, name)] == []


def test_each_stub_name_resolves_once(root: Path) -> None:
    """Each lazy name of a stub is listed once, and its module defines it."""
    for package, names in read_stubs(root).items():
        module = import_module(package)
        assert names, package
        assert dir(module) == sorted(set(names)) == getattr(module, "__all__")  # noqa: B009  the stub has none
        assert len(set(names)) == len(names), package
        assert [name for name in names if not hasattr(module, name)] == []


def test_no_public_name_is_hidden_by_a_module(root: Path) -> None:
    """No module has the same name as a public name of its package, since importing it would replace that name."""
    hidden = [
        f"{package}.{name}"
        for package, names in read_stubs(root).items()
        for name in {*names} & {module.name for module in iter_modules(import_module(package).__path__)}
    ]

    assert hidden == []


def collect_defined_names(tree: ast.Module) -> set[str]:
    """Return the names that a module's own statements define or assign."""
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return defined | {
        name.id for name in ast.walk(tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }


def test_no_module_defines_getattr(trees: Mapping[str, ast.Module]) -> None:
    """No file defines `__getattr__`, since type checkers would then accept any name of the package; `lazy` sets it
    unseen.
    """
    assert [path for path, tree in trees.items() if "__getattr__" in collect_defined_names(tree)] == []


def test_public_class_names_are_unique(trees: Mapping[str, ast.Module]) -> None:
    """A public class name is defined once."""
    homes: dict[str, list[str]] = {}
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(path)

    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}
