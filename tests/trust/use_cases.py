"""Finds every public use case of an app, with the path under which a caller reaches it."""

import re
from collections.abc import Callable, Iterator
from functools import reduce
from inspect import Parameter, formatannotation, signature
from operator import or_
from types import UnionType
from typing import Any, Union, get_args, get_origin

from attrs import frozen

from anninh_core.app import App
from anninh_core.app.api.noun import Noun
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import get_inner_type
from anninh_core.usecase.marks import Service, get_use_case
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind

FAMILIES = ("services", "workflows")
_MODULES = re.compile(r"\b(?:[a-z_]+\.)+")


@frozen
class Argument:
    """An argument of a use case, from its signature.

    Attributes:
        key: name and type, such as `tip_id: str`, the key of the argument in the table of roles.
    """

    name: str
    key: str
    required: bool


@frozen
class PublicUseCase:
    """A public use case.

    Attributes:
        name: `noun.verb` as callers of an app write it; `subject.method` for a use case that no noun offers.
        action: its name in the journal.
    """

    name: str
    action: str
    mark: UseCase
    arguments: tuple[Argument, ...]

    @property
    def only_reads(self) -> bool:
        return self.mark.kind is UseCaseKind.QUERY

    def get_method(self, app: App) -> Callable[..., object]:
        """Return the method of `app` that carries out the use case."""
        first, *others = self.name.split(".")
        member: object = getattr(app.internals if first in FAMILIES else app, first)
        for part in others:
            member = getattr(member, part)
        assert callable(member)
        return member


def iter_use_cases(app: App) -> Iterator[PublicUseCase]:
    """Yield every use case that takes an actor: first the nouns' verbs, then those that only services and workflows
    have.
    """
    actions: set[str] = set()
    for path, method in _iter_all_methods(app):
        service: object = getattr(method, "__self__", None)
        mark = get_use_case(method)
        if mark is None or mark.kind is UseCaseKind.STEP or not isinstance(service, Service):
            continue
        action = f"{service.action_prefix}.{method.__name__}"
        if action not in actions:
            actions.add(action)
            yield PublicUseCase(path, action, mark, tuple(_iter_arguments(method)))


def _iter_all_methods(app: App) -> Iterator[tuple[str, Callable[..., object]]]:
    nouns = [name for name in sorted(dir(type(app))) if not name.startswith("_")]
    for noun in nouns:
        yield from _iter_subject_methods(noun, getattr(app, noun))
    for family in FAMILIES:
        services = getattr(app.internals, family)
        for name in _list_public_names(services):
            subject = getattr(services, name)
            yield from _iter_subject_methods(f"{family}.{name}", subject)
            for part in _list_public_names(subject):
                if isinstance(service := getattr(subject, part), Service):
                    yield from _iter_subject_methods(f"{family}.{name}.{part}", service)


def _iter_subject_methods(path: str, subject: object) -> Iterator[tuple[str, Callable[..., object]]]:
    for name in _list_public_names(subject):
        member = getattr(subject, name)
        if isinstance(member, Noun):
            yield from _iter_subject_methods(f"{path}.{name}", member)
        elif callable(member):
            yield f"{path}.{name}", member


def _list_public_names(subject: object) -> list[str]:
    return sorted(name for name in dir(subject) if not name.startswith("_"))


def expand_aliases(annotation: Any) -> Any:
    """Return an annotation with its type aliases replaced by their base types, without the allowed values of
    enumerations.
    """
    annotation = get_inner_type(annotation)
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        return reduce(or_, map(expand_aliases, inner))
    if origin is None or origin is Callable:
        return annotation
    return origin[tuple(map(expand_aliases, inner))]


def _iter_arguments(verb: Callable[..., object]) -> Iterator[Argument]:
    first, *others = signature(verb).parameters.values()
    assert first.annotation is Actor
    for parameter in others:
        required = parameter.default is Parameter.empty
        annotation = _MODULES.sub("", formatannotation(expand_aliases(parameter.annotation)))
        yield Argument(parameter.name, f"{parameter.name}: {annotation}", required)
