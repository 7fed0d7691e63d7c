"""Fixtures for an app and its gateway of operations."""

from collections.abc import Iterator

import pytest

from anninh_core.app import App
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with memory_app() as opened:
        yield opened


@pytest.fixture(scope="module")
def gateway(app: App) -> OperationGateway:
    return OperationGateway(app)
