"""No page names what isn't there: names, commands and links; files are checked by `test_paths.py`."""

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
from tests.docs.pages import DOCS, ROOT, blocks, every_page, inline_code, name_of, prose
from tests.docs.test_examples import commands_of

from anninh_core.app import App
from anninh_core.profile.keys import WORDING
from anninh_core.testing import memory_app
from anninh_core.vocabulary.former_operations import current_name
from anninh_core.vocabulary.permissions import Permission

PAGES = [page for page in every_page() if page.exists()]
PAGE = pytest.mark.parametrize("page", PAGES, ids=name_of)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
MENU = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def an_app() -> App:
    """Return an app in memory, opened once: its nouns and verbs are looked for on it."""
    return ExitStack().enter_context(memory_app())


def of_app(path: str) -> bool:
    """Tell whether `app.a.b` leads somewhere."""
    at: object = an_app()
    for name in path.split(".")[1:]:
        if not hasattr(at, name):
            return False
        at = getattr(at, name)
    return True


def of_package(path: str) -> bool:
    """Tell whether `anninh_core.a.B` is a module or a name in one."""
    module, _, name = path.rpartition(".")
    try:
        importlib.import_module(path)
    except ModuleNotFoundError:
        return bool(module) and hasattr(importlib.import_module(module), name)
    return True


@PAGE
def test_names_of_the_app_lead_somewhere(page: Path) -> None:
    """`app.tips.assign` on a page is a verb of the app's tips."""
    named = {match for code in inline_code(read(page)) for match in re.findall(r"\bapp(?:\.[a-z_]+)+", code)}
    named -= {"app.py"}
    if page.name == "CHANGELOG.md":  # releases keep the names that they had
        named = {f"app.{current_name(name.removeprefix('app.'))}" for name in named}
    assert not [name for name in sorted(named) if not of_app(name)]


@PAGE
def test_dotted_names_lead_somewhere(page: Path) -> None:
    """`anninh_core.plugins.hookimpl` on a page can be imported."""
    pattern = r"\banninh_(?:core|storage|zalo)(?:\.\w+)+(?!\w*/)"
    named = {match for code in inline_code(read(page)) for match in re.findall(pattern, code)}
    assert not [name for name in sorted(named) if not of_package(name)]


def known_commands() -> set[str]:
    below = (command_names(command, f"anninh {name}") for name, command in top_commands().items())
    return {"anninh", *chain.from_iterable(below)}


def command_names(command: click.Command, prefix: str) -> Iterator[str]:
    yield prefix
    if isinstance(command, click.Group):
        context = click.Context(command)
        accepted = (*command.list_commands(context), *command.commands, *getattr(command, "former", ()))
        for name in dict.fromkeys(accepted):
            child = command.get_command(context, name)
            assert child is not None
            yield from command_names(child, f"{prefix} {name}")


@PAGE
def test_commands_on_pages_exist(page: Path) -> None:
    """`anninh tips list` on a page, run or only shown, is a command of the command line."""
    known = known_commands()
    written = [code for code in inline_code(read(page)) if code.startswith("anninh ")]
    written += [line for block in blocks(read(page)) if block.language == "console" for line in commands_of(block)]
    assert not [line for line in written if not starts_as_known(line, known)]


def starts_as_known(line: str, known: set[str]) -> bool:
    """Tell whether a line calls a command, up to its first option; a group needs no command below it."""
    spoken = list(takewhile(lambda word: word[0] not in "-[", line.split()))
    called = next(" ".join(spoken[:n]) for n in range(len(spoken), 0, -1) if " ".join(spoken[:n]) in known)
    is_group = any(name.startswith(f"{called} ") for name in known)
    return called == " ".join(spoken) or not is_group


@pytest.fixture(scope="module")
def texts() -> frozenset[str]:
    """Every text that stands in the source: events, purposes, wording keys."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "src").rglob("*.py"))
    return frozenset(WORDING) | frozenset(
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@PAGE
def test_permissions_and_events_exist(page: Path, texts: frozenset[str]) -> None:
    """`tip.handle` on a page is a permission, an event, a wording key or an operation of the code."""
    kinds = {permission.value.partition(".")[0] for permission in Permission}
    named = {code for code in inline_code(read(page)) if re.fullmatch(r"[a-z]+\.[a-z_]+", code)}
    known = texts | PERMISSIONS | OPERATIONS
    assert not [name for name in sorted(named) if name.partition(".")[0] in kinds and name not in known]


PERMISSIONS = frozenset(permission.value for permission in Permission)
OPERATIONS = frozenset(
    line.split()[0] for line in (ROOT / "tests/operations/operations.txt").read_text().splitlines() if line
)
"""What the door answers to: `content.publish` is an operation beside the permission of that name."""


@PAGE
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there; pages of `docs/` are checked with their anchors by the build too."""
    links = [link for link in LINK.findall(prose(read(page))) if not re.match(r"[a-z]+:|#", link)]
    assert not [link for link in links if not is_there((page.parent / link.partition("#")[0]).resolve())]


def is_there(target: Path) -> bool:
    """Tell whether a file is there, or made while the site is built: then the menu names it."""
    return target.exists() or (target.is_relative_to(DOCS) and f" {target.relative_to(DOCS).as_posix()}\n" in MENU)


def test_every_page_is_in_the_menu() -> None:
    """No page is written that a reader can't find."""
    assert not [name for page in DOCS.rglob("*.md") if (name := page.relative_to(DOCS).as_posix()) not in MENU]


def test_the_checks_bite() -> None:
    """Each check finds what it is for."""
    assert of_app("app.tips.assign")
    assert of_app("app.internals.context.storage.journal.head")
    assert not of_app("app.tips.fly")
    assert of_package("anninh_core.plugins.hookimpl")
    assert not of_package("anninh_core.plugins.nothing")
    assert not starts_as_known("anninh tips fly", known_commands())
