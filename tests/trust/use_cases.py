"""Every public use case of an app, by the door through which a person comes to it."""

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
from anninh_core.usecase.arguments import base_of
from anninh_core.usecase.marks import Service, use_case_of
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind

FAMILIES = ("services", "workflows")
_MODULES = re.compile(r"\b(?:[a-z_]+\.)+")


@frozen
class Argument:
    """An argument of a use case, as its signature has it.

    Attributes:
        key: name and type, such as `tip_id: str`: by it the argument is looked up in the table.
    """

    name: str
    key: str
    required: bool


@frozen
class Door:
    """A public use case.

    Attributes:
        name: `noun.verb` as callers of an app write it; `subject.method` for those that no noun leads to.
        action: how the journal names it.
    """

    name: str
    action: str
    mark: UseCase
    arguments: tuple[Argument, ...]

    @property
    def only_reads(self) -> bool:
        return self.mark.kind is UseCaseKind.QUERY

    def verb(self, app: App) -> Callable[..., object]:
        """Return the method of an app."""
        first, *others = self.name.split(".")
        found: object = getattr(app.internals if first in FAMILIES else app, first)
        for part in others:
            found = getattr(found, part)
        assert callable(found)
        return found


def doors(app: App) -> Iterator[Door]:
    """Yield every use case that takes an actor: the nouns' verbs, then what only services and workflows have."""
    known: set[str] = set()
    for path, found in _verbs(app):
        service: object = getattr(found, "__self__", None)
        mark = use_case_of(found)
        if mark is None or mark.kind is UseCaseKind.STEP or not isinstance(service, Service):
            continue
        action = f"{service.action_prefix}.{found.__name__}"
        if action not in known:
            known.add(action)
            yield Door(path, action, mark, tuple(_arguments(found)))


def _verbs(app: App) -> Iterator[tuple[str, Callable[..., object]]]:
    nouns = [name for name in sorted(dir(type(app))) if not name.startswith("_")]
    for noun in nouns:
        yield from _methods(noun, getattr(app, noun))
    for family in FAMILIES:
        services = getattr(app.internals, family)
        for name in _public(services):
            subject = getattr(services, name)
            yield from _methods(f"{family}.{name}", subject)
            for part in _public(subject):
                if isinstance(found := getattr(subject, part), Service):
                    yield from _methods(f"{family}.{name}.{part}", found)


def _methods(path: str, subject: object) -> Iterator[tuple[str, Callable[..., object]]]:
    for name in _public(subject):
        found = getattr(subject, name)
        if isinstance(found, Noun):
            yield from _methods(f"{path}.{name}", found)
        elif callable(found):
            yield f"{path}.{name}", found


def _public(subject: object) -> list[str]:
    return sorted(name for name in dir(subject) if not name.startswith("_"))


def without_limits(annotation: Any) -> Any:
    """Return an annotation as if its aliases were the types that they stand for, and values were members."""
    annotation = base_of(annotation)
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        return reduce(or_, map(without_limits, inner))
    if origin is None or origin is Callable:
        return annotation
    return origin[tuple(map(without_limits, inner))]


def _arguments(verb: Callable[..., object]) -> Iterator[Argument]:
    first, *others = signature(verb).parameters.values()
    assert first.annotation is Actor
    for parameter in others:
        required = parameter.default is Parameter.empty
        annotation = _MODULES.sub("", formatannotation(without_limits(parameter.annotation)))
        yield Argument(parameter.name, f"{parameter.name}: {annotation}", required)
