"""The verbs of an app by noun, as in `help()`."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from tools.reference.annotations import hints_of
from tools.reference.markdown import first_sentence

from anninh_core.app import App
from anninh_core.app.api.noun import Noun, find_nested
from anninh_core.operations.operation import make_operation
from anninh_core.operations.operation_table import NOUNS
from anninh_core.operations.requests import RequestBuilder
from anninh_core.usecase.marks import use_case_of
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind

MARK_WORDS = {
    UseCaseKind.COMMAND: "Command: one change, one commit, one journal entry.",
    UseCaseKind.QUERY: "Query.",
    UseCaseKind.WORKFLOW: "Workflow: several commits, one after another.",
}


@frozen
class Verb:
    """A method of a noun that a program calls.

    Attributes:
        noun: name of the app's noun.
        name: name in the noun; a verb of a nested noun has a dot, such as `clocks.extend`.
        mark: kind of its use case; None for a verb that identifies a person, and so has no actor.
    """

    noun: str
    name: str
    call: Callable[..., Any]
    mark: UseCase | None

    @property
    def full_name(self) -> str:
        """The name with its noun, such as `tips.assign`."""
        return f"{self.noun}.{self.name}"

    @property
    def signature(self) -> inspect.Signature:
        """The signature, with the actor first."""
        return inspect.signature(self.call)

    @property
    def view(self) -> Any:
        """The type of its result outside the process, or None if nothing of it leaves."""
        if self.mark is None or not self.mark.public:
            return None
        return make_operation(self.full_name, self.call, self.mark, RequestBuilder()).answer

    def types(self) -> Iterator[Any]:
        """Yield the types of its arguments, except the actor's, and of its results."""
        yield from (
            parameter.annotation for parameter in self.signature.parameters.values() if parameter.name != "actor"
        )
        yield from (self.signature.return_annotation, self.view)


def find_verbs(app: App) -> Mapping[str, list[Verb]]:
    """Return the verbs of each noun by name, then those of its nested nouns."""
    return {
        noun: [
            verb
            for path, subject in {"": getattr(app, noun), **find_parts(app, noun)}.items()
            for verb in _verbs_of(noun, path, subject)
        ]
        for noun in NOUNS
    }


def find_parts(app: App, noun: str) -> Mapping[str, Noun]:
    """Return the nested nouns of a noun by name."""
    subject = getattr(app, noun)
    return {name: getattr(subject, name) for name in find_nested(type(subject))}


def _verbs_of(noun: str, path: str, subject: object) -> Iterator[Verb]:
    for name in sorted({*dir(subject)}.difference(find_nested(type(subject)))):
        if not name.startswith("_") and callable(call := getattr(subject, name)):
            yield Verb(noun, f"{path}.{name}" if path else name, call, use_case_of(call))


def public_members(cls: type) -> Iterator[str]:
    """Yield the public methods and properties of a class in source order."""
    for name, member in vars(cls).items():
        is_ours = inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
        if is_ours and not name.startswith("_"):
            yield name


def getter_type(member: property) -> Any:
    """Return the type of a property."""
    return hints_of(member.fget).get("return", "")


def members_of_app() -> Mapping[str, str]:
    """Return the app's public members other than fields, each with the first sentence of its docstring, read from the
    source, as attrs keeps no docstring of a cached property.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(App))).body[0]
    functions = (node for node in ast.iter_child_nodes(tree) if isinstance(node, ast.FunctionDef))
    return {node.name: first_sentence(ast.get_docstring(node)) for node in functions if not node.name.startswith("_")}
