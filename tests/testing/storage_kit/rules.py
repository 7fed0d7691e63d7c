"""Runs single rules of the storage kit without pytest: a few milliseconds each."""

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
"""Makes a factory whose storages all lie in a new, empty place."""


def find_failure(number: str, place: Place) -> BaseException | None:
    """Return how a rule fails for the storages of new places, or None where it holds; skipped is failed too."""
    rule = rules()[number]
    for arguments in _arguments(rule):
        try:
            _run(rule, place(), arguments)
        except (Exception, pytest.fail.Exception, Skipped) as error:  # noqa: BLE001  whatever a rule fails with
            return error
    return None


def _run(rule: Callable[..., None], factory: Factory, arguments: Mapping[str, Any]) -> None:
    wanted = inspect.signature(rule).parameters
    given: dict[str, Any] = {"storage_factory": factory, **arguments}
    if "storage" in wanted:
        given["storage"] = factory()
        given["storage"].prepare(SPECS)
    if "other" in wanted:
        require_ability(given["storage"], "processes")
        given["other"] = factory()
        given["other"].prepare(SPECS)
    rule(StorageConformance(), **{name: value for name, value in given.items() if name in wanted})


@cache
def rules() -> dict[str, Callable[..., None]]:
    """Return the kit's rules by number."""
    methods = inspect.getmembers(StorageConformance, inspect.isfunction)
    return {(rule.__doc__ or "").split()[0]: rule for name, rule in methods if name.startswith("test_")}


def _arguments(rule: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each case of a rule, as its marks `parametrize` say."""
    choices = []
    for mark in getattr(rule, "pytestmark", ()):
        names, values = mark.args
        listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        cases = [(value,) if len(listed) == 1 else value for value in values]
        choices.append([dict(zip(listed, case, strict=True)) for case in cases])
    for parts in product(*choices):
        yield {name: value for part in parts for name, value in part.items()}
