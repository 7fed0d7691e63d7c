"""Code rules of this project that no linter checks."""

import ast
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

import pytest

Trees = Mapping[str, ast.Module]
Check = Callable[[str, ast.Module], Iterator[str]]

CLOCK = "anninh_core/kernel/clock.py"
FORBIDDEN_CALLS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime)|uuid\.uuid[1-7]|uuid[14])$"
)
EVERYTHING = re.compile(r"\bsuppress\((.*, )?(Base)?Exception\b")
# Matches the last part of a call that reads the time or makes an id.
CLOCK_WORD = re.compile(r"now|utcnow|today|time|time_ns|localtime|gmtime|uuid[1-7]")
MUTABLE = ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp
TRANSLATIONS = ("_", "gettext", "ngettext", "pgettext", "npgettext", "marked")
MAKERS = {"dict", "list", "set", "defaultdict", "deque", "Counter", "OrderedDict", "bytearray"}
# Places in code that may have Vietnamese words -> the reason; a folder ends with a slash.
VIETNAMESE: Mapping[str, str] = {
    "anninh_core/kernel/identifiers/": "what people say before their name, the alphabet, words that end names",
    "anninh_core/kernel/dates.py": "the form of a date in official documents is fixed by decree",
    "anninh_core/kernel/redact/": "words before an account number, and the currency",
    "anninh_core/kernel/collate.py": "the alphabet, in its order",
    "anninh_core/formatters/layout.py": "the alphabet, for lettered points",
    "anninh_core/testing/kits/": "hard input for adapters",
}
# These direct calls of click are allowed, because `doctor` and errors must work when nothing else does.
HARMLESS = re.compile(r"click\.echo\((show_hidden|escape_hidden)\(")
_WORD = re.compile(r"[^\W\d_]{2,}")


def format_places(places: list[str]) -> str:
    """Return all places, one a line, so that a failing test shows every place."""
    return "\n".join(places)


def iter_nodes(trees: Trees, *kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Yield `path:line` and node for each node of the given kinds in the trees."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield f"{path}:{getattr(node, 'lineno', 0)}", node


def map_imported_names(tree: ast.Module) -> dict[str, str]:
    """Return the names that a module imports: local name -> full name, for `from x import y as z` and `import x as
    z`.
    """
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            home = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names |= {alias.asname: f"{home}{alias.name}" for alias in node.names if alias.asname}
            names |= {alias.name: f"{home}{alias.name}" for alias in node.names if home and not alias.asname}
    return names


def find_clock_reads(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield places where a module reads the machine's time or makes ids, under any imported name."""
    names = map_imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and CLOCK_WORD.fullmatch(node.attr)):
            head, _, tail = (node.id if isinstance(node, ast.Name) else ast.unparse(node)).partition(".")
            used = names.get(head, head) + (f".{tail}" if tail else "")
            if FORBIDDEN_CALLS.search(used):
                yield f"{path}:{node.lineno} {used}"


def test_only_clock_port_reads_time_and_ids(trees: Trees) -> None:
    """Only the clock port reads the machine's time or makes ids; other code gets them injected, so that every run can
    be repeated.
    """
    assert not format_places(
        [place for path, tree in trees.items() if path != CLOCK for place in find_clock_reads(path, tree)]
    )


def is_mutable(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in MAKERS
    return isinstance(value, MUTABLE)


def iter_module_assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield name and value of each assignment at module level, also inside `if` and `try`."""
    for node in body:
        if isinstance(node, ast.Assign):
            yield from ((ast.unparse(target), node.value) for target in node.targets)
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), node.value
        elif isinstance(node, ast.If | ast.Try):
            yield from iter_module_assignments([*node.body, *node.orelse])


def find_module_state(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield mutable values in module variables, and functions that rebind module variables."""
    for name, value in iter_module_assignments(tree.body):
        if is_mutable(value) and name != "__all__" and not name.isupper():
            yield f"{path} {name}"
    yield from (place for place, _ in iter_nodes({path: tree}, ast.Global))


def test_no_module_keeps_state(trees: Trees) -> None:
    """No module keeps state, so that two apps in one process share nothing."""
    assert not format_places([place for path, tree in trees.items() for place in find_module_state(path, tree)])


def is_call_of(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    """Return whether a node calls a function or method of this name, without unparsing the whole node."""
    return isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))


def is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def find_swallowed_errors(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield handlers that do nothing, and suppression of every exception."""
    for place, node in iter_nodes({path: tree}, ast.ExceptHandler, ast.Call):
        if isinstance(node, ast.ExceptHandler):
            silent = all(isinstance(statement, ast.Pass) or is_ellipsis(statement) for statement in node.body)
        else:
            silent = is_call_of(node, "suppress") and bool(EVERYTHING.search(ast.unparse(node)))
        if silent:
            yield place


def test_no_error_is_swallowed(trees: Trees) -> None:
    """No error is swallowed by `pass` or by suppressing every exception."""
    assert not format_places([place for path, tree in trees.items() for place in find_swallowed_errors(path, tree)])


def find_late_decoders(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield places where JSON is decoded into a class without a decoder made before."""
    for place, node in iter_nodes({path: tree}, ast.Call):
        if is_call_of(node, "decode") and ast.unparse(node).startswith(("json.decode(", "msgspec.json.decode(")):
            yield from (place for keyword in node.keywords if keyword.arg == "type")


def test_decoders_are_made_before_threads_use_them(trees: Trees) -> None:
    """Decoders are made once, since msgspec crashes the process if several threads use a class for the first time."""
    assert not format_places([place for path, tree in trees.items() for place in find_late_decoders(path, tree)])


def find_hidden_messages(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield places where a message is marked for translation inside an f-string."""
    for place, text in iter_nodes({path: tree}, ast.JoinedStr):
        for node in ast.walk(text):
            if any(is_call_of(node, name) for name in TRANSLATIONS):
                yield f"{place} {ast.unparse(node)}"


def test_no_message_is_in_an_f_string(trees: Trees) -> None:
    """No message is marked inside an f-string: before Python 3.12 the extractor ignores f-strings, and it is never
    translated.
    """
    assert not format_places([place for path, tree in trees.items() for place in find_hidden_messages(path, tree)])


def has_vietnamese_word(text: str) -> bool:
    """Return whether a text has a word of two or more letters with a diacritic or đ."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return any("đ" in word.lower() or unicodedata.normalize("NFD", word) != word for word in words)


def iter_texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the text constants except docstrings."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def test_wording_comes_from_the_profile(trees: Trees) -> None:
    """Code has no Vietnamese words except in the listed places, and each listed place still needs its exception."""
    places = [
        f"{path}:{node.lineno} {node.value!r:.60}"
        for path, tree in trees.items()
        for node in iter_texts(tree)
        if has_vietnamese_word(str(node.value))
    ]
    used = {excuse for excuse in VIETNAMESE for place in places if place.startswith(excuse)}

    assert not format_places([place for place in places if not place.startswith(tuple(VIETNAMESE))])
    assert used == VIETNAMESE.keys()


def test_commands_print_through_one_function(trees: Trees) -> None:
    """Commands print through one function that escapes people's words; text for click's own functions is escaped
    before.
    """
    calls = [
        f"{path} {ast.unparse(node)}"
        for path, tree in trees.items()
        if path.startswith("anninh_core/cli/") and path != "anninh_core/cli/output.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "click.echo"
    ]

    assert not format_places([call for call in calls if not HARMLESS.search(call)])


@pytest.mark.slow
def test_every_test_has_a_docstring(root: Path) -> None:
    """Every test has a docstring."""
    trees = {path.as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in (root / "tests").rglob("*.py")}
    silent = [
        f"{place} {node.name}"
        for place, node in iter_nodes(trees, ast.FunctionDef)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert not format_places(silent)


PLANTED: Mapping[Check, tuple[str, ...]] = {
    find_clock_reads: (
        "from datetime import datetime as D; D.now()",
        "import datetime as dt; dt.datetime.utcnow()",
        "from datetime import date; date.today()",
        "from time import time as t; t()",
        "import uuid; uuid.uuid4()",
        "from uuid import uuid1; uuid1()",
    ),
    find_module_state: ("cache = {}", "if 1: _seen: set[str] = set()", "last = [n for n in x]", "def f(): global X"),
    find_late_decoders: ("msgspec.json.decode(body, type=Thing)",),
    find_hidden_messages: (
        """f"({_('waits')})\"""",
        """f"{ngettext('day', 'days', n)}\"""",
        """f"{gettext.pgettext('state', 'open')}\"""",
        """f"{n:{_('>8')}}\"""",
    ),
    find_swallowed_errors: (
        "try: f()\nexcept E: pass",
        "try: f()\nexcept E: ...",
        "with suppress(KeyError, Exception): f()",
    ),
}
INNOCENT: Mapping[Check, tuple[str, ...]] = {
    find_clock_reads: ("self.clock.now()", "from datetime import time; time(7, 30)", "import time; time.monotonic()"),
    find_module_state: ("TABLE = {1: 2}", "__all__ = ['x']", "pair = (1, 2)", "def f(): seen = []"),
    find_late_decoders: ("msgspec.json.decode(body)", "DECODER.decode(body)"),
    find_hidden_messages: (
        """_("waits") + f"{n}\"""",
        """f"{_names} {name(_)}\"""",
        """_("{n} days").format(n=f"{n:,}")""",
    ),
    find_swallowed_errors: ("try: f()\nexcept E: g()", "with suppress(KeyError): f()"),
}


@pytest.mark.parametrize(("check", "code"), [(check, code) for check, codes in PLANTED.items() for code in codes])
def test_checks_find_planted_faults(check: Check, code: str) -> None:
    """Each check finds a planted fault."""
    assert list(check("planted.py", ast.parse(code)))


@pytest.mark.parametrize(("check", "code"), [(check, code) for check, codes in INNOCENT.items() for code in codes])
def test_checks_accept_harmless_code(check: Check, code: str) -> None:
    """Harmless code that resembles a fault isn't reported."""
    assert not list(check("planted.py", ast.parse(code)))
