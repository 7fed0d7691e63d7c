"""Names, commands and links on documentation pages exist; `test_paths.py` checks files."""

import ast
import importlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from itertools import chain, takewhile
from pathlib import Path

import click
import pytest
from tests.docs.command_pages import top_commands
from tests.docs.pages import DOCS, ROOT, get_page_name, get_prose, iter_inline_code, list_pages, parse_blocks
from tests.docs.test_examples import iter_commands

from anninh_core.app import App
from anninh_core.profile.keys import WORDING
from anninh_core.testing import memory_app
from anninh_core.vocabulary.former_operations import get_current_name
from anninh_core.vocabulary.permissions import Permission

PAGES = [page for page in list_pages() if page.exists()]
PAGE = pytest.mark.parametrize("page", PAGES, ids=get_page_name)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
MENU = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def read_page(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def shared_app() -> App:
    """Return an app in memory, opened once, in which the tests look up nouns and verbs."""
    return ExitStack().enter_context(memory_app())


def exists_in_app(path: str) -> bool:
    """Return whether a dotted name such as `app.a.b` exists in the app."""
    at: object = shared_app()
    for name in path.split(".")[1:]:
        if not hasattr(at, name):
            return False
        at = getattr(at, name)
    return True


def exists_in_package(path: str) -> bool:
    """Return whether a dotted name such as `anninh_core.a.B` is a module or a name in a module."""
    module, _, name = path.rpartition(".")
    try:
        importlib.import_module(path)
    except ModuleNotFoundError:
        return bool(module) and hasattr(importlib.import_module(module), name)
    return True


@PAGE
def test_names_of_the_app_exist(page: Path) -> None:
    """A name such as `app.tips.assign` on a page is a verb of the app."""
    named = {match for code in iter_inline_code(read_page(page)) for match in re.findall(r"\bapp(?:\.[a-z_]+)+", code)}
    named -= {"app.py"}
    if page.name == "CHANGELOG.md":  # The changelog is left out, because releases keep their former names.
        named = {f"app.{get_current_name(name.removeprefix('app.'))}" for name in named}
    assert not [name for name in sorted(named) if not exists_in_app(name)]


@PAGE
def test_dotted_names_can_be_imported(page: Path) -> None:
    """A name such as `anninh_core.plugins.hookimpl` on a page can be imported."""
    pattern = r"\banninh_(?:core|storage|zalo)(?:\.\w+)+(?!\w*/)"
    named = {match for code in iter_inline_code(read_page(page)) for match in re.findall(pattern, code)}
    assert not [name for name in sorted(named) if not exists_in_package(name)]


def collect_command_names() -> set[str]:
    below = (iter_command_names(command, f"anninh {name}") for name, command in top_commands().items())
    return {"anninh", *chain.from_iterable(below)}


def iter_command_names(command: click.Command, prefix: str) -> Iterator[str]:
    yield prefix
    if isinstance(command, click.Group):
        context = click.Context(command)
        accepted = (*command.list_commands(context), *command.commands, *getattr(command, "former", ()))
        for name in dict.fromkeys(accepted):
            child = command.get_command(context, name)
            assert child is not None
            yield from iter_command_names(child, f"{prefix} {name}")


@PAGE
def test_commands_on_pages_exist(page: Path) -> None:
    """A command such as `anninh tips list` on a page, run or only shown, is a command of the command line."""
    existing = collect_command_names()
    written = [code for code in iter_inline_code(read_page(page)) if code.startswith("anninh ")]
    written += [
        line for block in parse_blocks(read_page(page)) if block.language == "console" for line in iter_commands(block)
    ]
    assert not [line for line in written if not calls_a_command(line, existing)]


def calls_a_command(line: str, existing: set[str]) -> bool:
    """Return whether the words of a line before its first option are an existing command; a group may be named without
    a subcommand.
    """
    words = list(takewhile(lambda word: word[0] not in "-[", line.split()))
    command = next(" ".join(words[:n]) for n in range(len(words), 0, -1) if " ".join(words[:n]) in existing)
    is_group = any(name.startswith(f"{command} ") for name in existing)
    return command == " ".join(words) or not is_group


@pytest.fixture(scope="module")
def string_constants() -> frozenset[str]:
    """Return every string constant of the source, which include events, purposes and wording keys."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "src").rglob("*.py"))
    return frozenset(WORDING) | frozenset(
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@PAGE
def test_permissions_and_events_exist(page: Path, string_constants: frozenset[str]) -> None:
    """A name such as `tip.handle` on a page is a permission, an event, a wording key or an operation of the code."""
    kinds = {permission.value.partition(".")[0] for permission in Permission}
    named = {code for code in iter_inline_code(read_page(page)) if re.fullmatch(r"[a-z]+\.[a-z_]+", code)}
    existing = string_constants | PERMISSIONS | OPERATIONS
    assert not [name for name in sorted(named) if name.partition(".")[0] in kinds and name not in existing]


PERMISSIONS = frozenset(permission.value for permission in Permission)
OPERATIONS = frozenset(
    line.split()[0] for line in (ROOT / "tests/operations/operations.txt").read_text().splitlines() if line
)
"""The names of the API's operations; `content.publish`, for example, is both an operation and a permission."""


@PAGE
def test_relative_links_exist(page: Path) -> None:
    """A relative link leads to an existing file; for pages of `docs/` the build also checks the anchors."""
    links = [link for link in LINK.findall(get_prose(read_page(page))) if not re.match(r"[a-z]+:|#", link)]
    assert not [link for link in links if not has_link_target((page.parent / link.partition("#")[0]).resolve())]


def has_link_target(target: Path) -> bool:
    """Return whether a link's file exists, or is made while the site is built, in which case the menu names it."""
    return target.exists() or (target.is_relative_to(DOCS) and f" {target.relative_to(DOCS).as_posix()}\n" in MENU)


def test_every_page_is_in_the_menu() -> None:
    """Every page is in the menu, so that readers can find it."""
    assert not [name for page in DOCS.rglob("*.md") if (name := page.relative_to(DOCS).as_posix()) not in MENU]


def test_checks_find_missing_names() -> None:
    """The checks of names on pages accept existing names and reject missing ones."""
    assert exists_in_app("app.tips.assign")
    assert exists_in_app("app.internals.context.storage.journal.head")
    assert not exists_in_app("app.tips.fly")
    assert exists_in_package("anninh_core.plugins.hookimpl")
    assert not exists_in_package("anninh_core.plugins.nothing")
    assert not calls_a_command("anninh tips fly", collect_command_names())
