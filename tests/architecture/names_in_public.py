"""Names that people and other programs use: commands, settings, profiles, hooks, fixtures, rule numbers."""

import inspect
import tomllib
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Literal, TypeGuard, get_args, get_origin

import click
from pydantic import BaseModel

import anninh_core.domain
import anninh_core.workflows
from anninh_core.app.bootstrap.messaging import arrival_handlers, failure_handlers
from anninh_core.app.settings import Settings
from anninh_core.cli.root import anninh
from anninh_core.domain.registry import dated_queries
from anninh_core.domain.reports.figures.indicators import BUILT_IN
from anninh_core.messaging.failures.desk import FailureDesk
from anninh_core.plugins import hookspecs
from anninh_core.profile import keys, list_shipped_profiles
from anninh_core.profile.schema import ProfileSchema
from anninh_core.testing import memory_app, pytest_plugin
from anninh_core.testing.kits import (
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
from anninh_core.usecase.marks import Service, get_use_case
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind
from anninh_core.vocabulary.purposes import PURPOSES
from anninh_core.worker.event_handlers.registry import event_handlers
from anninh_core.worker.jobs.alerts.opening import RECEIVED
from anninh_core.workflows.labels import list_catalogue_labels

_KITS = (
    StorageConformance,
    MessengerConformance,
    KeysConformance,
    BlobsConformance,
    FormatterConformance,
    CollectorConformance,
    OpinionsConformance,
    PluginConformance,
)
ROOT = Path(__file__).parents[2]


def collect_public_names() -> dict[str, set[str]]:
    """Return the public names, by subject."""
    specs = vars(hookspecs)
    with memory_app() as app:
        by_purpose = {*arrival_handlers(app.internals.services), *failure_handlers(app.internals.services)}
        event_names = {*event_handlers(app.internals.services, app.duty.claim), RECEIVED}
        query_names = set(dated_queries(app.internals.context))
        job_names = set(app.worker.jobs)
    return {
        "use cases": set(_iter_use_cases()),
        "purposes that change a record": by_purpose,
        "events reacted to": event_names,
        "dated queries": query_names,
        "jobs": job_names,
        "purposes of a wording": set(PURPOSES),
        "wording": set(keys.WORDING)
        | set(_iter_labels())
        | {f"{key} {{{fact}}}" for key, facts in keys.WORDING.items() for fact in facts},
        "lists of words": set(keys.WORD_KINDS),
        "facts of templates": set(keys.TEMPLATE_FACTS),
        "profiles": set(list_shipped_profiles()),
        "indicators": set(BUILT_IN),
        "counters of indicators": {count.counter for indicator in BUILT_IN.values() for count in indicator.counts},
        "keys of profiles": set(iter_keys(ProfileSchema, "")),
        "keys of settings": set(iter_keys(Settings, "")),
        "commands": set(_iter_commands(anninh, "anninh")),
        "hooks": {f"{name}({', '.join(inspect.signature(specs[name]).parameters)})" for name in hookspecs.KINDS},
        "entry points": set(_iter_entry_points()),
        "fixtures": {
            name for name, value in vars(pytest_plugin).items() if type(value).__name__ == "FixtureFunctionDefinition"
        },
        "rules": {number for kit in _KITS for number in kit_rules(kit)},
    }


def _iter_labels() -> Iterator[str]:
    """Yield the wording keys for a profile's own names of states."""
    for family, labels in list_catalogue_labels("en").items():
        yield from (f"label.{family}.{value}" for value in labels if family != "act")


def _iter_use_cases() -> Iterator[str]:
    """Yield the actions of use cases in the journal, with the permission of each."""
    for action, mark in _iter_marks():
        traced = " traced" if mark.audited else ""
        yield f"{action}{traced} {mark.permission.value}"


def list_recorded_actions() -> set[str]:
    """Return the actions of use cases that leave a line in the journal."""
    kinds = (UseCaseKind.COMMAND, UseCaseKind.WORKFLOW)
    return {action for action, mark in _iter_marks() if mark.kind in kinds or mark.audited}


def _iter_marks() -> Iterator[tuple[str, UseCase]]:
    """Yield each use case's mark with its action."""
    service_classes: list[type[Service]] = [FailureDesk]
    modules = chain(
        walk_packages(anninh_core.domain.__path__, "anninh_core.domain."),
        walk_packages(anninh_core.workflows.__path__, "anninh_core.workflows."),
    )
    for module in modules:
        service_classes += [
            member
            for member in vars(import_module(module.name)).values()
            if isinstance(member, type) and _is_service(member)
        ]
    for service_class in service_classes:
        for name, method in inspect.getmembers(service_class, inspect.isfunction):
            mark: UseCase | None = get_use_case(method)
            if mark is not None:
                yield f"{service_class.action_prefix}.{name}", mark


def _is_service(kind: type) -> TypeGuard[type[Service]]:
    return issubclass(kind, Service) and kind is not Service and hasattr(kind, "action_prefix")


def iter_keys(kind: Any, path: str) -> Iterator[str]:
    """Yield the keys of a pydantic model, including those of nested tables, and the allowed values of keys."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, part in kind.model_fields.items():
            key = f"{path}.{part.alias or name}".lstrip(".")
            yield key
            yield from iter_keys(part.annotation, key)
        return
    origin = get_origin(kind)
    parameters = get_args(kind)
    if origin is Literal:
        yield from (f"{path}={allowed_value}" for allowed_value in parameters)
        return
    for number, part in enumerate(parameters):
        if origin is dict and number == 0:
            continue
        ending = ".*" if origin is dict else "[]" if origin in (list, tuple) else ""
        yield from iter_keys(part, f"{path}{ending}")


def _iter_commands(command: click.Command, path: str) -> Iterator[str]:
    """Yield commands with their arguments and options, including those under former names."""
    yield path
    for parameter in command.params:
        names = (
            [*parameter.opts, *parameter.secondary_opts]
            if isinstance(parameter, click.Option)
            else [f"<{parameter.name}>"]
        )
        yield from (f"{path} {name}" for name in names)
    if isinstance(command, click.Group):
        context = click.Context(command)
        accepted = (*command.list_commands(context), *command.commands, *getattr(command, "former", ()))
        for name in dict.fromkeys(accepted):
            subcommand = command.get_command(context, name)
            assert subcommand is not None
            yield from _iter_commands(subcommand, f"{path} {name}")


def _iter_entry_points() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield from (f"script {name}" for name in project["scripts"])
    for group, points in project["entry-points"].items():
        yield from (f"{group} {name}" for name in points)
