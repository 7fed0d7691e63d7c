"""Every file and folder that a documentation page names or draws exists."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, Block, get_page_name, get_prose, iter_inline_code, list_pages, parse_blocks

PAGES = [page for page in list_pages() if page.name != "CHANGELOG.md"]
PAGE = pytest.mark.parametrize("page", PAGES, ids=get_page_name)
BASES = (
    ROOT,
    ROOT / "docs",
    ROOT / "src",
    ROOT / "src/anninh_core",
    ROOT / "src/anninh_core/messaging",
    ROOT / "src/anninh_core/usecase",
)
"""Folders to which the paths on a page may be relative."""

PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w.-]+/")
NO_PATH = re.compile(r"sign-in/.*|user/(?:detail|getlist)|anninh\.personal-data/1|\d.*|\./\.")
"""Texts that look like a path but are an address, a document's number or a format's name."""

BARE = re.compile(r"[\w-]+\.(?:py|toml|md|html|txt|json|jsonl|lock|css|sh)")
WRITTEN = frozenset({"anninh.toml", "sbom.json", "labelled.jsonl", "anninh_ledger.py", "conftest.py"})
"""Names of files that don't exist in the repository, because the program or the reader writes them."""

ROOTED = re.compile(
    r"(?<![\w./:~$-])(?:src|tests|docs|tools|examples|benchmarks|requirements|training|changelog\.d)/[\w./-]*\w"
)
MODULE = re.compile(r"python -m ((?:tests|tools|benchmarks|training)[\w.]*)")
BOX = "│├└─▶◀▼┘┐┌"
DRAWN_NAME = re.compile(r"[a-z]+(?:_[a-z]+)+")
TREE_NAME = re.compile(r"[\w-]+\.\w+|[\w.-]+/|__init__\.py")


def path_exists(path: str, bases: Iterable[Path] = BASES) -> bool:
    """Return whether a path, or the module that it names, exists in one of the folders `bases`."""
    plain = path.rstrip("/")
    return any((base / plain).exists() or (base / f"{plain}.py").exists() for base in bases)


def find_paths(text: str) -> list[str]:
    """Return the paths in a page's inline code that have a folder."""
    return [code for code in iter_inline_code(text) if PATH.fullmatch(code) and not NO_PATH.fullmatch(code)]


def find_folders(text: str) -> list[Path]:
    """Return the folders that a page may refer to: those that it names, those of its files, `BASES`, and those of
    profiles.
    """
    folders = [*BASES, *(ROOT / "src/anninh_core/profile/data").iterdir()]
    for path in find_paths(text):
        for base in BASES:
            place = base / path.rstrip("/")
            folders += [place] if place.is_dir() else [place.parent] if place.exists() else []
    return folders


@PAGE
def test_paths_in_inline_code(page: Path) -> None:
    """Paths such as `worker/jobs/` in a page's inline code exist."""
    assert [path for path in find_paths(page.read_text(encoding="utf-8")) if not path_exists(path)] == []


@PAGE
def test_bare_names_of_files(page: Path) -> None:
    """A bare file name such as `kind.py` on a page exists in one of the folders that the page names."""
    text = page.read_text(encoding="utf-8")
    folders = find_folders(text)
    named = {code for code in iter_inline_code(text) if BARE.fullmatch(code)} - WRITTEN
    assert [name for name in sorted(named) if not path_exists(name, folders)] == []


@PAGE
def test_paths_in_prose_and_blocks(page: Path) -> None:
    """Paths on a page that begin with a folder of the repository exist, also in fenced blocks, and so do the modules
    that a page runs.
    """
    text = page.read_text(encoding="utf-8")
    bodies = [get_prose(text), *(block.text for block in parse_blocks(text))]
    paths = [path for body in bodies for path in ROOTED.findall(body)]
    paths += [module.replace(".", "/") for body in bodies for module in MODULE.findall(body)]
    assert [path for path in paths if not path_exists(path, [ROOT])] == []


def find_drawings(text: str) -> list[Block]:
    """Return the fenced blocks that draw folders, files or modules."""
    drawn = [block for block in parse_blocks(text) if block.language in ("", "text")]
    return [block for block in drawn if set(block.text) & set(BOX) or is_tree(block.text)]


def is_tree(text: str) -> bool:
    """Return whether a text is a tree: it begins with a folder, and its second line is indented further."""
    lines = text.splitlines()
    return len(lines) > 1 and lines[0].strip().endswith("/") and get_indent(lines[1]) > get_indent(lines[0])


def get_indent(line: str) -> int:
    return len(line) - len(line.lstrip(" " + BOX))


def iter_tree_paths(text: str) -> Iterator[str]:
    """Yield the paths of a drawn tree, in which the content of a folder is indented below the folder."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        indent = get_indent(line)
        above = [(depth, folder) for depth, folder in above if depth < indent]
        names = list(takewhile(TREE_NAME.fullmatch, line.strip(" " + BOX).split()))
        if not above and not line.strip().endswith("/"):
            continue
        prefix = "".join(folder for _, folder in above)
        for name in names or [line.strip(" " + BOX)]:
            yield prefix + name
        if len(names) <= 1 and line.rstrip().endswith("/"):
            above.append((indent, f"{line.strip(' ' + BOX).rstrip('/')}/"))


@PAGE
def test_drawn_trees_match_folders(page: Path) -> None:
    """Each folder and file of a tree that a fenced block draws exists."""
    for block in find_drawings(page.read_text(encoding="utf-8")):
        if is_tree(block.text):
            assert [path for path in iter_tree_paths(block.text) if not path_exists(path)] == [], block.line


@cache
def read_source() -> str:
    """Return the text of all modules, also of tools, each with its path."""
    files = sorted(file for folder in ("src", "tools") for file in (ROOT / folder).rglob("*.py"))
    return "\n".join(f"{file.as_posix()}\n{file.read_text(encoding='utf-8')}" for file in files)


def is_in_source(name: str) -> bool:
    """Return whether a name is a module, a package, a function or a class of the source."""
    return any(
        f"{before}{name}{after}" in read_source() for before in ("/", "def ", "class ") for after in (".py", "/", "(")
    )


@PAGE
def test_names_in_drawings(page: Path) -> None:
    """Names in a drawing, such as `web/webhook_endpoint` and `inbox_processor`, are modules or functions of the
    source.
    """
    for block in find_drawings(page.read_text(encoding="utf-8")):
        if is_tree(block.text):
            continue
        paths = re.findall(r"[a-z_]+(?:/[a-z_]+)+", block.text)
        assert [path for path in paths if not path_exists(path)] == [], block.line
        plain = re.sub(r"[a-z_]+(?:/[a-z_]+)+", "", block.text)
        assert [name for name in DRAWN_NAME.findall(plain) if not is_in_source(name)] == [], block.line


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/onboarding.md", "docs/explanation/architecture.md"])
def test_names_occur_in_source(name: str) -> None:
    """Names such as `message_router` on a page about the code occur in the source."""
    named = {code for code in iter_inline_code((ROOT / name).read_text(encoding="utf-8")) if DRAWN_NAME.fullmatch(code)}
    assert named - set(re.findall(r"[A-Za-z_]+", read_source())) - {"xdist_group"} == set()


def read_layer_contracts() -> dict[str, list[str]]:
    """Return the layers of each package from the top, as the contracts of import-linter define them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layered = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    return {contract["containers"][0]: contract["layers"] for contract in layered}


def find_drawn_layers(text: str, layer_names: set[str]) -> list[str]:
    """Return the names of layers that begin the lines of a drawing, in order."""
    names: list[str] = []
    for line in text.splitlines():
        column = re.match(r"   (\w+(?: │ \w+)*)(?:\s{2,}| ◀|$)", line)
        names += [name for name in column[1].split(" │ ") if name in layer_names] if column else []
    return names


@pytest.mark.parametrize(("number", "package"), [(0, "anninh_core"), (1, "anninh_zalo")])
def test_drawn_layers_match_the_contract(number: int, package: str) -> None:
    """The drawing of the layers on a page has each layer, in the order of import-linter's contract."""
    text = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    layers = read_layer_contracts()[package]
    order = {name: place for place, layer in enumerate(layers) for name in layer.split(" | ")}
    drawn = find_drawn_layers(find_drawings(text)[number].text, set(order))
    assert sorted(drawn) == sorted(order)
    assert [order[name] for name in drawn] == sorted(order[name] for name in drawn)


PLANTED = """
See `domain/gone.py`, `gone.py` and tests/gone/test_x.py.

```text
   domain/tips/
     model.py  gone.py             words
     handling/  gone/
       base.py
   web/gone ──▶ x
```
"""


def test_missing_files_are_found() -> None:
    """A missing file is found in inline code, in prose and in a tree."""
    assert find_paths(PLANTED) == ["domain/gone.py"]
    assert not path_exists("domain/gone.py")
    assert ROOTED.findall(get_prose(PLANTED)) == ["tests/gone/test_x.py"]
    (block,) = find_drawings(PLANTED)
    missing = [path for path in iter_tree_paths(block.text) if not path_exists(path)]
    assert missing == ["domain/tips/gone.py", "domain/tips/gone/", "domain/tips/base.py"]
    assert is_in_source("message_router")
    assert not is_in_source("message_rooter")
