"""Clients that others wrote, unchanged, against the pretend Zalo."""

import sys

import pytest
from tests.zalo.clients.calls import CLIENTS
from tests.zalo.clients.notes import FOREIGN_CLIENTS, REASONS
from tests.zalo.clients.runs import read_results, run_client

pytest.importorskip("zalo_sdk", reason="zalo-sdk is not installed; `pip install -e .[dev]` brings it")


@pytest.mark.slow
def test_zalo_sdk_does_as_is_written_down() -> None:
    """The one client that is installed for tests makes all its calls through the proxy, its hosts unchanged."""
    assert run_client("zalo-sdk", sys.executable) == read_results()["zalo-sdk"]


def test_every_client_was_run() -> None:
    """What is told of clients, what calls they make and what was written down name the same ones."""
    assert [*read_results()] == [*FOREIGN_CLIENTS] == [*CLIENTS]


def test_every_failure_has_its_reason() -> None:
    """A call that fails is explained, and nothing else is."""
    failed = {(client, call) for client, calls in read_results().items() for call, result in calls.items() if result}

    assert failed == {*REASONS}
