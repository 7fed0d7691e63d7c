"""The table of operations, built from the public use cases of the app's nouns, such as `tips`."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from anninh_core.app import App
from anninh_core.app.api.noun import find_nested
from anninh_core.operations.operation import Operation, make_operation
from anninh_core.operations.requests import RequestBuilder
from anninh_core.usecase.marks import get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.vocabulary.former_operations import get_current_name

NOUNS = (
    "accounts",
    "audit",
    "content",
    "conversations",
    "drafts",
    "duty",
    "failures",
    "groups",
    "identity",
    "incidents",
    "inquiries",
    "keys",
    "leaks",
    "moderation",
    "programme",
    "quarantine",
    "reports",
    "retention",
    "rights",
    "search",
    "system",
    "tips",
    "units",
    "work",
)
"""Nouns of the app that have operations; other nouns have none."""


class OperationTable(Mapping[str, Operation]):
    """Operations by name, in alphabetical order; those of a noun are built on first use.

    A former name also finds its operation, but isn't listed.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._requests = RequestBuilder()
        self._nouns: dict[str, Mapping[str, Operation]] = {}

    def __getitem__(self, name: str) -> Operation:
        name = get_current_name(name)
        return self._build_noun(name.rpartition(".")[0])[name]

    def __iter__(self) -> Iterator[str]:
        for noun in NOUNS:
            nested = find_nested(type(getattr(self._app, noun)))
            yield from sorted(chain(self._build_noun(noun), *(self._build_noun(f"{noun}.{name}") for name in nested)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _build_noun(self, noun: str) -> Mapping[str, Operation]:
        """Return a noun's operations; two threads may build them at once, and one result is kept.

        Raises:
            KeyError: there is no such noun.
        """
        if noun not in self._nouns:
            self._nouns.setdefault(noun, build_operations(noun, self._find_noun(noun), self._requests))
        return self._nouns[noun]

    def _find_noun(self, noun: str) -> object:
        outer, _, inner = noun.partition(".")
        if outer not in NOUNS:
            raise KeyError(noun)
        subject: object = getattr(self._app, outer)
        if not inner:
            return subject
        if inner not in find_nested(type(subject)):
            raise KeyError(noun)
        return getattr(subject, inner)


def build_operations(noun: str, subject: object, requests: RequestBuilder) -> Mapping[str, Operation]:
    """Return the operations of a noun of the app by name, without those of nested nouns.

    Raises:
        TypeError: a use case has two names or no docstring, or a step is public.
    """
    operations: dict[str, Operation] = {}
    seen: dict[object, str] = {}
    for name, verb in _iter_verbs(subject):
        mark = get_use_case(verb)
        if mark is None or not mark.public:
            continue
        full_name = f"{noun}.{name}"
        if mark.kind is UseCaseKind.STEP:
            raise TypeError(f"{full_name} is a step of larger acts; it can't be public")
        if mark.body in seen:
            raise TypeError(f"{full_name} and {seen[mark.body]} are the same use case; give it one name")
        seen[mark.body] = full_name
        operations[full_name] = make_operation(full_name, verb, mark, requests)
    return operations


def describe_operations(noun: str, noun_class: type) -> Mapping[str, Operation]:
    """Return the operations of a noun's class, as `build_operations` does; they are described without an app and can't
    be carried out.
    """
    return build_operations(noun, noun_class, RequestBuilder())


def _iter_verbs(subject: object) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield the name and the function of each verb of a noun, given as an object or class, without the nested nouns."""
    nested = find_nested(subject if isinstance(subject, type) else type(subject))
    for name in sorted((vars(subject).keys() | {*dir(subject)}).difference(nested)):
        if not name.startswith("_") and callable(verb := getattr(subject, name)):
            yield name, verb
