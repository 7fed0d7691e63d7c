"""A demo that is killed again and again resumes: nothing is lost, nothing is done twice, and the journal chain is
whole.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from anninh_core.demo.play import run
from anninh_core.demo.stage import DemoStage, open_stage
from anninh_core.demo.summary import Summary
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.testing.mock.account import MockAccount
from anninh_core.testing.mock.service import MockChat
from anninh_storage.sql.queues.queues import SqlQueues
from anninh_storage.sqlite.storage import SqliteStorage

KILLS = 60
UNTIL = date(2021, 9, 23)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX")]


def test_demo_survives_sixty_kills(tmp_path: Path) -> None:
    """After 60 kills at random points of storing and sending, every message is processed once and sent once."""
    random = Random(20210830)
    kills = 0
    while kills < KILLS:
        if _play_in_child(tmp_path, random.randrange(1, 60)):
            break
        kills += 1
    summary = run(tmp_path, until=UNTIL)

    assert kills == KILLS
    assert summary.is_whole
    stage = open_stage(tmp_path)
    try:
        _check_messages(stage)
        _check_sends(stage, summary)
    finally:
        stage.close()


def _check_messages(stage: DemoStage) -> None:
    runner = stage.app.internals.runner
    written = [
        runner.context.open_record(MESSAGE, record).platform_id
        for record in runner.context.storage.maintenance.scan(MESSAGE.name)
    ]
    sent_ids = stage.platform.said()
    times = Counter(id for id in written if id in set(sent_ids))
    assert times == Counter(sent_ids)


def _check_sends(stage: DemoStage, summary: Summary) -> None:
    rows = [row for row in stage.app.internals.context.storage.queues.outbox(limit=100_000) if row.messenger == "oa"]
    assert {row.state for row in rows} == {"delivered"}
    chat = MockChat(stage.clock, stage.out / "chat.jsonl")
    # A moderation act in a group leaves no message on the platform.
    texts = [row for row in rows if row.purpose != "moderation.act"]
    assert {row.id: len(chat.account.sent(row.id)) for row in texts} == {row.id: 1 for row in texts}
    assert sum(not message.author for message in chat.messages()) == len(texts)
    assert set(summary.queues) == {"inbox.done", "outbox.delivered"}


def _play_in_child(folder: Path, kill_at: int) -> bool:
    """Play the demo in a child process that kills itself at point number `kill_at`, or never for 0; return True if the
    demo reached its end.
    """
    child = os.fork()
    if child == 0:
        _play_and_exit(folder, kill_at)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the play failed by itself"
    return True


def _play_and_exit(folder: Path, kill_at: int) -> None:
    code = 1
    try:
        if kill_at:
            _kill_at_point(kill_at)
        run(folder, until=UNTIL)
        code = 0
    finally:
        os._exit(code)


def _kill_at_point(kill_at: int) -> None:
    """Make this process kill itself at point number `kill_at`; there is a point before and after each durable step."""
    left = [kill_at]

    def pass_point() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def add_points_around(owner: type, name: str) -> None:
        plain: Callable[..., Any] = getattr(owner, name)

        def call_between_points(*args: Any, **kwargs: Any) -> Any:
            pass_point()
            result = plain(*args, **kwargs)
            pass_point()
            return result

        setattr(owner, name, call_between_points)

    add_points_around(SqliteStorage, "commit")
    add_points_around(SqlQueues, "start")
    add_points_around(SqlQueues, "claim_inbox")
    add_points_around(MockAccount, "send")
