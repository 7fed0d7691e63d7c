"""The log of a running command."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run as start

import click
import pytest
from click.testing import CliRunner
from tests.cli.conftest import get_mock_messenger, open_folder
from tests.support.purging import purge_scope

from anninh_core.cli.lazy_group import LazyGroup
from anninh_core.ports.storages.queues import InboxState

SPEAKING = """
import logging
import click

@click.command()
def speaking() -> None:
    logging.getLogger("anninh_core.x").info("inbox row %s failed", "018f0000-0000-7000-8000-000000000001")
    logging.getLogger("anninh_core.x").debug("looked")
    logging.getLogger("httpx").info("GET https://example.org/?user=0912345678")
    logging.getLogger("httpx").warning("retrying")
"""


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[click.Group]:
    """A click group with a single command, which writes to the log."""
    (tmp_path / "speaking_command.py").write_text(SPEAKING, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield LazyGroup("x", homes={"speaking": ("speaking_command", "speaks")}, help="x")
    sys.modules.pop("speaking_command", None)


def run_and_read_log(group: click.Group, *words: str, env: dict[str, str] | None = None) -> list[str]:
    result = CliRunner().invoke(group, [*words, "speaking"], env=env)
    assert result.exit_code == 0, result.output
    return result.stderr.splitlines()


def test_warnings_by_default(group: click.Group) -> None:
    """By default only warnings and errors are logged."""
    assert run_and_read_log(group) == ["warning httpx: retrying"]


def test_other_libraries_log_warnings_only(group: click.Group) -> None:
    """At level debug only our own loggers log below warning: other libraries could log addresses."""
    assert run_and_read_log(group, "--log-level", "debug") == [
        "info anninh_core.x: inbox row 018f0000-0000-7000-8000-000000000001 failed",
        "debug anninh_core.x: looked",
        "warning httpx: retrying",
    ]


def test_log_can_be_json(group: click.Group) -> None:
    """Each line is a JSON object, chosen by an option or an environment variable."""
    by_option = run_and_read_log(group, "--log-json", "--log-level", "info")
    by_environment = run_and_read_log(group, env={"ANNINH_LOG_JSON": "1", "ANNINH_LOG_LEVEL": "info"})

    assert [json.loads(line)["event"] for line in by_option] == [
        "inbox row 018f0000-0000-7000-8000-000000000001 failed",
        "retrying",
    ]
    assert [json.loads(line)["logger"] for line in by_environment] == ["anninh_core.x", "httpx"]


def test_root_logger_is_restored(group: click.Group) -> None:
    """After a command the root logger is unchanged."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    run_and_read_log(group, "--log-json", "--log-level", "debug")

    assert (root.level, root.handlers) == before


def test_worker_log_has_no_personal_data(folder: Path) -> None:
    """A failure of the worker is logged as JSON with the row's id, and without data of the resident."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
        chat.says(chat.person("Bà Mẫu"), "Có trộm vào nhà văn hoá")
        (request,) = chat.webhooks()
        app.intake.accept("oa", request)
        (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
        purge_scope(app.internals.context, row.scope)
    command = [sys.executable, "-m", "anninh_core.cli", "--log-json", "work", "--once", "--at", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = start(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    (record,) = [json.loads(line) for line in result.stderr.splitlines() if row.id in line]

    assert record["level"] == "warning"
    assert record["logger"] == "anninh_core.messaging.inbound.inbox_processor"
    assert "Bà Mẫu" not in result.stderr
