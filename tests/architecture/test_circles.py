"""No module imports itself by way of others, however late or hidden the import is."""

import ast
from collections.abc import Mapping

import pytest
from tests.architecture.import_graph import (
    Homes,
    circles,
    import_graph,
    package_circles,
    parse_all,
    read_homes,
)

LAZY: Homes = {"pkg": {"x": "pkg.deep"}}


def graph_of(**sources: str) -> dict[str, set[str]]:
    trees: Mapping[str, ast.Module] = {name.replace("__", "."): ast.parse(text) for name, text in sources.items()}
    return import_graph(trees, LAZY)


@pytest.mark.slow
def test_the_parts_of_a_package_import_one_way() -> None:
    """Folders and modules of one package don't import each other, not even for types."""
    assert package_circles(import_graph(parse_all(), read_homes(), types=True)) == {}


def test_a_circle_of_folders_is_found() -> None:
    """Two folders are a circle though no module of them is."""
    hint = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import q.a.two\n"
    sources = {"q": "", "q.a": "", "q.a.one": "import q.b.x", "q.a.two": "", "q.b": "", "q.b.x": "", "q.b.y": hint}
    graph = import_graph({name: ast.parse(text) for name, text in sources.items()}, {}, types=True)
    assert circles(graph) == []
    assert package_circles(graph) == {"q": [["a", "b"]]}


@pytest.mark.slow
def test_there_is_no_circle() -> None:
    """The real graph of all three packages has no circle."""
    assert circles(import_graph(parse_all(), read_homes())) == []


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
def test_the_check_bites(back: str) -> None:
    """A circle is found also where an import is late, lazy or hidden behind a package."""
    graph = graph_of(a="import b\nx = 1", b=back, pkg="", pkg__deep="import b", p="", p__q="from b import y")
    assert circles(graph) != []


def test_imports_for_type_checking_are_none() -> None:
    """What only the type checker imports closes no circle."""
    hint = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n"
    assert circles(graph_of(a="import b", b=hint)) == []
