"""Runs single rules of the storage kit without pytest, in a few milliseconds each."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

import pytest
from _pytest.outcomes import Skipped

from anninh_core.testing.kits.storage.base import SPECS, Factory, require_ability
from anninh_core.testing.kits.storage.conformance import StorageConformance

Place = Callable[[], Factory]
"""Makes a factory for storages that share a new, empty location."""


def find_failure(number: str, place: Place) -> BaseException | None:
    """Return the error with which a rule fails for storages of new places, or None if it passes; a skipped rule counts
    as failed.
    """
    rule = rules()[number]
    for arguments in _arguments(rule):
        try:
            _run(rule, place(), arguments)
        except (Exception, pytest.fail.Exception, Skipped) as error:  # noqa: BLE001  whatever a rule fails with
            return error
    return None


def _run(rule: Callable[..., None], factory: Factory, arguments: Mapping[str, Any]) -> None:
    parameters = inspect.signature(rule).parameters
    fixtures: dict[str, Any] = {"storage_factory": factory, **arguments}
    if "storage" in parameters:
        fixtures["storage"] = factory()
        fixtures["storage"].prepare(SPECS)
    if "other" in parameters:
        require_ability(fixtures["storage"], "processes")
        fixtures["other"] = factory()
        fixtures["other"].prepare(SPECS)
    rule(StorageConformance(), **{name: value for name, value in fixtures.items() if name in parameters})


@cache
def rules() -> dict[str, Callable[..., None]]:
    """Return the kit's rules by number."""
    methods = inspect.getmembers(StorageConformance, inspect.isfunction)
    return {(rule.__doc__ or "").split()[0]: rule for name, rule in methods if name.startswith("test_")}


def _arguments(rule: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each case of a rule, from its `parametrize` marks."""
    choices = []
    for mark in getattr(rule, "pytestmark", ()):
        names, values = mark.args
        argument_names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        cases = [(value,) if len(argument_names) == 1 else value for value in values]
        choices.append([dict(zip(argument_names, case, strict=True)) for case in cases])
    for parts in product(*choices):
        yield {name: value for part in parts for name, value in part.items()}
