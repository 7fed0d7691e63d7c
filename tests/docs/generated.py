"""Functions that write parts of the reference from the code.

Between `<!-- from the code: NAME -->` and `<!-- end -->` a page has the text that the function NAME below returns. A
test compares them; `python -m tests.docs.generated` rewrites the pages.
"""

import ast
import inspect
import re
from collections.abc import Callable, Mapping
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from tests.docs.api import API_PARTS
from tests.docs.clear_values import CLEAR_PARTS
from tests.docs.command_pages import commands
from tests.docs.damage import DAMAGE_PARTS
from tests.docs.models import format_default, read_types
from tests.docs.moved_names import moved_names
from tests.docs.pages import DOCS
from tests.docs.plugin_values import PLUGIN_PARTS
from tests.docs.set_up import SET_UP_PARTS
from tests.docs.storages import STORAGE_PARTS
from tests.docs.zalo import ZALO_PARTS
from tools.reference.markdown import get_first_sentence, read_attribute_meanings, write_docstring, write_table

from anninh_core.domain.clocks import CLOCKS, OTHER_DAYS
from anninh_core.domain.reports.figures.indicators import BUILT_IN, COUNTERS
from anninh_core.kernel import errors
from anninh_core.messaging.inbound.talk.danger_rules import DANGER_RULES
from anninh_core.messaging.inbound.talk.rules import RULES
from anninh_core.messengers import AssistedMessenger
from anninh_core.plugins import hookspecs
from anninh_core.ports import (
    ABILITIES,
    authenticator,
    blobs,
    clock,
    collector,
    formatter,
    health,
    identity_provider,
    keys,
    scanner,
)
from anninh_core.ports import commands as command_line
from anninh_core.ports.messengers import adapter, courier, messenger, platform, playing
from anninh_core.ports.storages import dumping, maintenance, proving, queues, searching, storage, upgrading
from anninh_core.profile import case_schema, plan_schema, schema
from anninh_core.profile.keys import WORDING
from anninh_core.profile.shapes import TomlTable
from anninh_core.testing import MockChat, MockMessenger, memory_services
from anninh_core.testing.kits import (
    AuthenticatorConformance,
    BlobsConformance,
    CollectorConformance,
    FormatterConformance,
    KeysConformance,
    MessengerConformance,
    OpinionsConformance,
    PluginConformance,
    StorageConformance,
    kit_rules,
)
from anninh_core.vocabulary import CounterTerm

_PART = re.compile(r"(<!-- from the code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def format_signature(node: ast.FunctionDef) -> str:
    """Return a function's signature as in its source, without `self`."""
    arguments = re.sub(r"^self(, )?", "", ast.unparse(node.args))
    return f"{node.name}({arguments}) -> {ast.unparse(node.returns) if node.returns else 'None'}"


def parse_module(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def hooks() -> str:
    """Return the reference of the hooks: each with its signature as heading, its kind, and its five answers."""
    functions = {node.name: node for node in parse_module(hookspecs).body if isinstance(node, ast.FunctionDef)}
    parts = []
    for name, kind in hookspecs.KINDS.items():
        first, _, answers = (ast.get_docstring(functions[name]) or "").partition("\n\n")
        marked = re.sub(
            r"(?:^|(?<=\. )|(?<=\n))(When|Order|With|Returns|If it raises)(\b[^:\n]*:)", r"\n- **\1\2**", answers
        )
        lines = [" ".join(line.split()) for line in re.split(r"\n(?=- )", marked.strip())]
        parts.append(f"### `{format_signature(functions[name])}`\n\n{first} Kind: {kind.value}.\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def ports() -> str:
    """Return the reference of the ports: each with its methods, and the values that it passes."""
    modules = (
        *(storage, queues, searching, maintenance, dumping, proving, upgrading, messenger, platform, playing),
        *(formatter, courier, collector, keys, blobs, scanner, clock, authenticator, identity_provider),
        *(adapter, health, command_line),
    )
    return "\n\n".join(_describe_port_module(module) for module in modules)


def _describe_port_module(module: ModuleType) -> str:
    classes = [node for node in parse_module(module).body if isinstance(node, ast.ClassDef)]
    protocols = [node for node in classes if any(ast.unparse(base) == "Protocol" for base in node.bases)]
    return f"## `{module.__name__}`\n\n{write_docstring(module.__doc__)}\n\n" + "\n\n".join(
        map(_describe_protocol, protocols)
    )


def _describe_protocol(node: ast.ClassDef) -> str:
    parts = [f"### `{node.name}`", write_docstring(ast.get_docstring(node))]
    for member in node.body:
        if isinstance(member, ast.FunctionDef):
            is_property = any(ast.unparse(mark) == "property" for mark in member.decorator_list)
            returned = ast.unparse(member.returns) if member.returns else "None"
            written = f"{member.name}: {returned}" if is_property else format_signature(member)
            parts.append(f"#### `{node.name}.{written}`")
            parts.append(write_docstring(ast.get_docstring(member)))
    return "\n\n".join(part for part in parts if part)


def optional_protocols() -> str:
    """Return the reference of the protocols that a messenger may implement beyond its port, and when."""
    classes = [node for node in parse_module(platform).body if isinstance(node, ast.ClassDef)]
    rows = []
    for node in (node for node in classes if any(ast.unparse(base) == "Protocol" for base in node.bases)):
        methods = ", ".join(f"`{member.name}`" for member in node.body if isinstance(member, ast.FunctionDef))
        when = get_first_sentence(ast.get_docstring(node)).removeprefix("A messenger ")
        rows.append((f"`{node.name}`", when, methods))
    return write_table(("Protocol", "Fill it for a messenger", "With"), rows)


def tree_of_errors() -> str:
    """Return the tree of error classes as the docstring of their module draws it."""
    drawn = inspect.cleandoc(errors.__doc__ or "").partition("::\n")[2]
    return f"```text\n{inspect.cleandoc(drawn)}\n```"


def fields_of_errors() -> str:
    """Return a table of the fields that errors have besides their sentence; a class also has the fields of its base
    classes.
    """
    rows = (
        ("every error" if name.startswith("_") else f"`{name}`", f"`{field}`", meaning)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
        for field, meaning in read_attribute_meanings(kind.__doc__).items()
    )
    return write_table(("Error", "Field", "Meaning"), rows)


def kits() -> str:
    """Return the numbered rules of each contract-test kit."""
    all_kits = (
        PluginConformance,
        MessengerConformance,
        FormatterConformance,
        CollectorConformance,
        OpinionsConformance,
        StorageConformance,
        KeysConformance,
        BlobsConformance,
        AuthenticatorConformance,
    )
    return "\n\n".join(
        f"## `{kit.__name__}`\n\n{write_table(('Rule', 'What must hold'), kit_rules(kit).items())}" for kit in all_kits
    )


def abilities() -> str:
    """Return a table of the capabilities of the two built-in messengers."""
    services = memory_services()
    mock = MockMessenger.on(MockChat(services.clock), "oa", services).capabilities
    with TemporaryDirectory() as folder:
        assisted = AssistedMessenger("zalo", {"folder": folder}, services).capabilities
    rows = []
    for name in ABILITIES:
        both = (mock.of(name), assisted.of(name))
        rows.append(
            [
                f"`{name}`",
                *(f"{ability.support.value}{f': {ability.note}' if ability.note else ''}" for ability in both),
            ]
        )
    return write_table(("Ability", "`mock`", f"`{AssistedMessenger.name}`"), rows)


def profile() -> str:
    """Return the reference of the tables in a profile, each with its keys."""
    members_by_module = (inspect.getmembers(module, inspect.isclass) for module in (schema, case_schema, plan_schema))
    tables = {model for members in members_by_module for _, model in members if issubclass(model, TomlTable)}
    ordered = sorted(tables, key=lambda model: (model.__module__, inspect.getsourcelines(model)[1]))
    parts = []
    for model in ordered:
        if model is not TomlTable:
            written = read_types(model)
            rows = [(f"`{name}`", written[name], format_default(field)) for name, field in model.model_fields.items()]
            table = write_table(("Key", "Type", "Default"), rows)
            parts.append(f"### {model.__name__}\n\n{write_docstring(model.__doc__)}\n\n{table}")
    return "\n\n".join(parts)


def wording() -> str:
    """Return a table of the texts that a profile must have, and the facts that each may name."""
    rows = (
        (f"`{key}`", ", ".join(f"`{{{fact}}}`" for fact in sorted(WORDING[key])) or "none") for key in sorted(WORDING)
    )
    return write_table(("Key", "Facts it may name"), rows)


def counters() -> str:
    """Return a table of the counters that a profile's own indicators may use."""
    rows = (
        (f"`{name}`", ", ".join(f"`{dimension}`" for dimension in dimensions) or "nothing")
        for name, dimensions in COUNTERS.items()
    )
    return write_table(("Counter", "Told apart by"), rows)


def built_in_indicators() -> str:
    """Return a table of the indicators that every installation counts."""
    rows = (
        (
            f"`{indicator.id}`",
            f"`{indicator.measure}`",
            indicator.span.value,
            ", ".join(map(_format_counter_term, indicator.counts)) or "a dated question",
        )
        for indicator in BUILT_IN.values()
    )
    return write_table(("Indicator", "Measure", "Span", "Made of"), rows)


def _format_counter_term(term: CounterTerm) -> str:
    only = f" where {' and '.join(f'{name} is {value}' for name, value in term.only)}" if term.only else ""
    return f"{'less ' if term.sign < 0 else ''}`{term.counter}`{only}"


def clocks() -> str:
    """Return a table of the retention periods: kinds of records, begin, key, default, and way of removal."""
    rows = (
        (
            clock.what,
            ", ".join(f"`{kind}`" for kind in clock.kinds) or "none",
            clock.since,
            f"`{clock.data}`" if clock.data else "none",
            str(clock.default) if clock.default is not None else "none",
            clock.removal.value,
        )
        for clock in CLOCKS
    )
    return write_table(
        ("What", "Kinds of records", "From when, or why it stays", "Key", "Default", "How it goes"), rows
    )


def other_days() -> str:
    """Return a table of the keys of `retention_days` that don't name a kind of data."""
    return write_table(("Key", "Meaning"), ((f"`{key}`", meaning) for key, meaning in OTHER_DAYS.items()))


def talk_rules() -> str:
    """Return a table of the rules that find the case to which a message belongs, in the order in which they apply."""
    rows = [(str(number), f"`{rule.name}`", rule.meaning) for number, rule in enumerate(RULES, start=1)]
    return write_table(("", "Rule", "What it says"), rows)


def danger_rules() -> str:
    """Return a table of the rules that find the case to which a report of danger belongs, in the order in which they
    apply, with who is paged.
    """
    rows = [
        (str(number), f"`{rule.name}`", rule.meaning, rule.page) for number, rule in enumerate(DANGER_RULES, start=1)
    ]
    return write_table(("", "Rule", "What it says", "Who is paged"), rows)


PARTS: Mapping[str, Callable[[], str]] = {
    **ZALO_PARTS,
    **API_PARTS,
    **SET_UP_PARTS,
    **PLUGIN_PARTS,
    **STORAGE_PARTS,
    **CLEAR_PARTS,
    **DAMAGE_PARTS,
    **{
        function.__name__: function
        for function in (
            hooks,
            moved_names,
            ports,
            optional_protocols,
            tree_of_errors,
            fields_of_errors,
            kits,
            abilities,
            profile,
            wording,
            counters,
            built_in_indicators,
            clocks,
            other_days,
            danger_rules,
            talk_rules,
            commands,
        )
    },
}


def renew_page(page: str) -> str:
    """Return the text of a page with its generated parts rewritten from the code."""
    return _PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n\n{part[3]}", page)


def find_part_names(page: str) -> list[str]:
    """Return the names of the generated parts in the text of a page."""
    return [part[2] for part in _PART.finditer(page)]


def main() -> None:
    """Rewrite the generated parts of all pages of the documentation."""
    for path in sorted(DOCS.rglob("*.md")):
        page: Any = path.read_text(encoding="utf-8")
        path.write_text(renew_page(page), encoding="utf-8")


if __name__ == "__main__":
    main()
