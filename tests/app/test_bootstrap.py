"""The parts of an app are assembled completely."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, get_type_hints

import pytest
from tests.domain.conftest import list_services

import anninh_core.domain
from anninh_core.app import App
from anninh_core.app.bootstrap.messaging import arrival_handlers, failure_handlers
from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.registry import KINDS
from anninh_core.usecase.kinds import Kind


def iter_defined_kinds() -> Iterator[Kind[Any]]:
    """Yield every kind of record that a module of the domain defines."""
    for module in walk_packages(anninh_core.domain.__path__, "anninh_core.domain."):
        yield from (value for value in vars(import_module(module.name)).values() if isinstance(value, Kind))


def test_every_kind_is_registered() -> None:
    """Every kind defined in the domain is registered with the storage; names are unique and sorted."""
    names = [kind.name for kind in KINDS]
    assert names == sorted(set(names))
    assert {kind.name for kind in iter_defined_kinds()} == set(names)
    assert [kind.spec for kind in KINDS] == list(SPECS)


@pytest.fixture
def app(anninh_app: App) -> App:
    return anninh_app


def test_every_service_has_the_runner(app: App) -> None:
    """Every domain service exists, and its parts share the app's runner."""
    services = {name: service for name, service in get_type_hints(BuiltServices).items() if not name.startswith("_")}
    assert len(services) == 31
    for name, service in services.items():
        assert isinstance(getattr(app.internals.services, name), service)
        parts = list_services(getattr(app.internals.services, name))
        assert parts or name == "draft_upkeep"  # The service for drafts has no use case: it only removes drafts.
        assert all(part.runner is app.internals.runner for part in parts)


def test_handled_purposes_have_wordings(app: App) -> None:
    """Every purpose with a delivery handler has a wording in the profile."""
    purposes = {*arrival_handlers(app.internals.services), *failure_handlers(app.internals.services)} - {
        "moderation.act"
    }
    assert purposes <= set(app.district.wording)
