"""No module imports itself through others, however late or hidden the import is."""

import ast
from collections.abc import Mapping

import pytest
from tests.architecture.import_graph import (
    Homes,
    build_import_graph,
    find_cycles,
    find_package_cycles,
    parse_all_modules,
    read_lazy_names,
)

LAZY: Homes = {"pkg": {"x": "pkg.deep"}}


def build_graph(**sources: str) -> dict[str, set[str]]:
    trees: Mapping[str, ast.Module] = {name.replace("__", "."): ast.parse(text) for name, text in sources.items()}
    return build_import_graph(trees, LAZY)


@pytest.mark.slow
def test_packages_have_no_import_cycles() -> None:
    """Folders and modules of one package don't import each other, not even for types."""
    assert find_package_cycles(build_import_graph(parse_all_modules(), read_lazy_names(), types=True)) == {}


def test_folder_cycle_is_found() -> None:
    """A cycle of folders is found even if their modules form none."""
    hint = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import q.a.two\n"
    sources = {"q": "", "q.a": "", "q.a.one": "import q.b.x", "q.a.two": "", "q.b": "", "q.b.x": "", "q.b.y": hint}
    graph = build_import_graph({name: ast.parse(text) for name, text in sources.items()}, {}, types=True)
    assert find_cycles(graph) == []
    assert find_package_cycles(graph) == {"q": [["a", "b"]]}


@pytest.mark.slow
def test_modules_have_no_import_cycle() -> None:
    """The real import graph of all three packages has no cycle."""
    assert find_cycles(build_import_graph(parse_all_modules(), read_lazy_names())) == []


@pytest.mark.parametrize(
    "back",
    [
        "import a",
        "def late() -> None:\n    from a import x",
        "from pkg import x",
        "import pkg\npkg.x",
        "from p import q",
    ],
    ids=["plain", "inside a function", "by a lazy name", "by a lazy attribute", "by a package's submodule"],
)
def test_hidden_import_cycles_are_found(back: str) -> None:
    """A cycle is found even if an import is late, lazy or hidden behind a package."""
    graph = build_graph(a="import b\nx = 1", b=back, pkg="", pkg__deep="import b", p="", p__q="from b import y")
    assert find_cycles(graph) != []


def test_type_checking_imports_do_not_count() -> None:
    """An import for the type checker only closes no cycle."""
    hint = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n"
    assert find_cycles(build_graph(a="import b", b=hint)) == []
