"""The verbs of an app by noun, as `help()` shows them."""

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
    """What a program calls on a noun.

    Attributes:
        noun: of the app.
        name: behind it; that of a verb of a noun in it has a dot, such as `clocks.extend`.
        mark: what kind of use case it is; None for what makes somebody known, and so takes no actor.
    """

    noun: str
    name: str
    call: Callable[..., Any]
    mark: UseCase | None

    @property
    def full_name(self) -> str:
        """Such as `tips.assign`."""
        return f"{self.noun}.{self.name}"

    @property
    def signature(self) -> inspect.Signature:
        """Its arguments and answer, the actor first."""
        return inspect.signature(self.call)

    @property
    def view(self) -> Any:
        """As what its answer leaves the process, None where nothing of it does."""
        if self.mark is None or not self.mark.public:
            return None
        return make_operation(self.full_name, self.call, self.mark, RequestBuilder()).answer

    def types(self) -> Iterator[Any]:
        """Yield the types of its arguments and answers, the actor's left out."""
        yield from (one.annotation for one in self.signature.parameters.values() if one.name != "actor")
        yield from (self.signature.return_annotation, self.view)


def find_verbs(app: App) -> Mapping[str, list[Verb]]:
    """Return the verbs of each noun in the order of their names, then those of the nouns in it."""
    return {
        noun: [
            verb
            for path, subject in {"": getattr(app, noun), **find_parts(app, noun)}.items()
            for verb in _verbs_of(noun, path, subject)
        ]
        for noun in NOUNS
    }


def find_parts(app: App, noun: str) -> Mapping[str, Noun]:
    """Return the nouns in a noun by their names."""
    subject = getattr(app, noun)
    return {name: getattr(subject, name) for name in find_nested(type(subject))}


def _verbs_of(noun: str, path: str, subject: object) -> Iterator[Verb]:
    for name in sorted({*dir(subject)}.difference(find_nested(type(subject)))):
        if not name.startswith("_") and callable(call := getattr(subject, name)):
            yield Verb(noun, f"{path}.{name}" if path else name, call, use_case_of(call))


def public_members(cls: type) -> Iterator[str]:
    """Yield the public methods and properties of a class, in the order in which they stand in the source."""
    for name, member in vars(cls).items():
        is_ours = inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
        if is_ours and not name.startswith("_"):
            yield name


def getter_type(member: property) -> Any:
    """Return what a property is."""
    return hints_of(member.fget).get("return", "")


def members_of_app() -> Mapping[str, str]:
    """Return what an app has beside fields -> what it is; attrs keeps no docstring of what is made when asked for."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(App))).body[0]
    functions = (node for node in ast.iter_child_nodes(tree) if isinstance(node, ast.FunctionDef))
    return {node.name: first_sentence(ast.get_docstring(node)) for node in functions if not node.name.startswith("_")}
