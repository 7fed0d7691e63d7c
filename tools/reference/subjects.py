"""Finds the verbs of an app by noun, as `help()` shows them."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from tools.reference.annotations import get_annotations
from tools.reference.markdown import get_first_sentence

from anninh_core.app import App
from anninh_core.app.api.noun import Noun, find_nested
from anninh_core.operations.operation import make_operation
from anninh_core.operations.operation_table import NOUNS
from anninh_core.operations.requests import RequestBuilder
from anninh_core.usecase.marks import get_use_case
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
        """The signature of the verb, with the actor first."""
        return inspect.signature(self.call)

    @property
    def view(self) -> Any:
        """The type in which the verb's result leaves the process, or None if it never leaves."""
        if self.mark is None or not self.mark.public:
            return None
        return make_operation(self.full_name, self.call, self.mark, RequestBuilder()).answer

    def types(self) -> Iterator[Any]:
        """Yield the types of the verb's arguments, except the actor's, and of its results."""
        yield from (
            parameter.annotation for parameter in self.signature.parameters.values() if parameter.name != "actor"
        )
        yield from (self.signature.return_annotation, self.view)


def find_verbs(app: App) -> Mapping[str, list[Verb]]:
    """Return noun -> its verbs by name, followed by the verbs of its nested nouns."""
    return {
        noun: [
            verb
            for path, subject in {"": getattr(app, noun), **find_nested_nouns(app, noun)}.items()
            for verb in _iter_verbs(noun, path, subject)
        ]
        for noun in NOUNS
    }


def find_nested_nouns(app: App, noun: str) -> Mapping[str, Noun]:
    """Return the nested nouns of a noun by name."""
    subject = getattr(app, noun)
    return {name: getattr(subject, name) for name in find_nested(type(subject))}


def _iter_verbs(noun: str, path: str, subject: object) -> Iterator[Verb]:
    for name in sorted({*dir(subject)}.difference(find_nested(type(subject)))):
        if not name.startswith("_") and callable(call := getattr(subject, name)):
            yield Verb(noun, f"{path}.{name}" if path else name, call, get_use_case(call))


def iter_public_members(cls: type) -> Iterator[str]:
    """Yield the public methods and properties of a class in source order."""
    for name, member in vars(cls).items():
        is_ours = inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
        if is_ours and not name.startswith("_"):
            yield name


def get_property_type(member: property) -> Any:
    """Return the type of a property."""
    return get_annotations(member.fget).get("return", "")


def read_app_members() -> Mapping[str, str]:
    """Return name -> first sentence of the docstring, for the app's public members except fields. They are read from
    the source, because attrs keeps no docstring of a cached property.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(App))).body[0]
    functions = (node for node in ast.iter_child_nodes(tree) if isinstance(node, ast.FunctionDef))
    return {
        node.name: get_first_sentence(ast.get_docstring(node)) for node in functions if not node.name.startswith("_")
    }
