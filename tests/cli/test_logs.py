"""Where the log goes while a command runs."""

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
from tests.cli.conftest import mock, opened
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
    """A command line whose only command logs."""
    (tmp_path / "speaking_command.py").write_text(SPEAKING, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield LazyGroup("x", homes={"speaking": ("speaking_command", "speaks")}, help="x")
    sys.modules.pop("speaking_command", None)


def lines(group: click.Group, *words: str, env: dict[str, str] | None = None) -> list[str]:
    done = CliRunner().invoke(group, [*words, "speaking"], env=env)
    assert done.exit_code == 0, done.output
    return done.stderr.splitlines()


def test_warnings_by_default(group: click.Group) -> None:
    """What goes well isn't told."""
    assert lines(group) == ["warning httpx: retrying"]


def test_other_libraries_are_heard_from_warning_on(group: click.Group) -> None:
    """Even at the most talkative, only our own loggers tell of everyday work: addresses stay out."""
    assert lines(group, "--log-level", "debug") == [
        "info anninh_core.x: inbox row 018f0000-0000-7000-8000-000000000001 failed",
        "debug anninh_core.x: looked",
        "warning httpx: retrying",
    ]


def test_lines_of_json(group: click.Group) -> None:
    """Each line is an object; options and environment variables do the same."""
    by_option = lines(group, "--log-json", "--log-level", "info")
    by_environment = lines(group, env={"ANNINH_LOG_JSON": "1", "ANNINH_LOG_LEVEL": "info"})

    assert [json.loads(line)["event"] for line in by_option] == [
        "inbox row 018f0000-0000-7000-8000-000000000001 failed",
        "retrying",
    ]
    assert [json.loads(line)["logger"] for line in by_environment] == ["anninh_core.x", "httpx"]


def test_nothing_stays_behind(group: click.Group) -> None:
    """After a command the root logger is as before."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    lines(group, "--log-json", "--log-level", "debug")

    assert (root.level, root.handlers) == before


def test_a_worker_that_logs(folder: Path) -> None:
    """What the real worker logs about a failure is a line of JSON, with an id of ours and nothing of the resident."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        chat.says(chat.person("Bà Mẫu"), "Có trộm vào nhà văn hoá")
        (request,) = chat.webhooks()
        app.intake.accept("oa", request)
        (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
        purge_scope(app.internals.context, row.scope)
    command = [sys.executable, "-m", "anninh_core.cli", "--log-json", "work", "--once", "--at", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = start(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    (told,) = [json.loads(line) for line in done.stderr.splitlines() if row.id in line]

    assert told["level"] == "warning"
    assert told["logger"] == "anninh_core.messaging.inbound.inbox_processor"
    assert "Bà Mẫu" not in done.stderr
