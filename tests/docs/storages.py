"""Functions that write parts of the pages about storages from the code."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from tools.reference.markdown import get_first_sentence, read_attribute_meanings, write_table

from anninh_core.ports import validation
from anninh_core.ports.storages import changes, dumping, maintenance, query, queues, searching, storage
from anninh_core.testing.kits.steps import STORAGE_STEPS

_WITH_VALUES = (changes, storage, queues, searching, maintenance, dumping)
_WITH_FUNCTIONS = (validation, query, searching, changes, dumping)


def storage_steps() -> str:
    """Return a table of the steps of implementing a storage, with the rules that can hold after each step."""
    rows = [
        (
            str(number),
            ", ".join(f"`{member}`" for member in step.members) or "all",
            step.about,
            step.rules.replace(" ", ", ").replace("..", " to "),
        )
        for number, step in enumerate(STORAGE_STEPS, start=1)
    ]
    return write_table(("Step", "Members", "What it is about", "Rules"), rows)


def storage_values() -> str:
    """Return the reference of the values that are passed to or from a storage, each with its fields."""
    return "\n\n".join(text for module in _WITH_VALUES for text in _describe_values(module))


def storage_functions() -> str:
    """Return tables of the functions that define the meaning of values for every storage engine."""
    return "\n\n".join(
        f"### `{module.__name__}`\n\n{write_table(('Function', 'What it does'), _iter_function_rows(module))}"
        for module in _WITH_FUNCTIONS
    )


def _describe_values(module: ModuleType) -> Iterator[str]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef) and not any(ast.unparse(base) == "Protocol" for base in node.bases):
            yield f"### `{node.name}`\n\n{get_first_sentence(ast.get_docstring(node))}.\n\n" + "\n".join(
                _describe_fields(node)
            )


def _describe_fields(node: ast.ClassDef) -> Iterator[str]:
    """Yield a line for each field of a value, or one line with all members of an enumeration."""
    descriptions = read_attribute_meanings(ast.get_docstring(node))
    for member in node.body:
        if isinstance(member, ast.AnnAssign):
            name = ast.unparse(member.target)
            default = f" = {ast.unparse(member.value)}" if member.value else ""
            written = f"{name}: {ast.unparse(member.annotation)}{default.replace('field(factory=dict)', '{}')}"
            yield f"- `{written}`" + (f": {descriptions[name]}" if name in descriptions else "")
    named = [member for member in node.body if isinstance(member, ast.Assign)]
    if named:
        yield ", ".join(f"`{ast.unparse(member)}`" for member in named)


def _iter_function_rows(module: ModuleType) -> Iterator[tuple[str, str]]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
            yield f"`{node.name}({', '.join(names)})`", f"{get_first_sentence(ast.get_docstring(node))}."


STORAGE_PARTS: Mapping[str, Callable[[], str]] = {
    function.__name__: function for function in (storage_steps, storage_values, storage_functions)
}
