"""If the program is killed at random moments, it loses nothing, does nothing twice, and stays consistent, on both
engines.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from random import Random

import pytest
from attrs import evolve, frozen
from tests.scenarios.lives import ProgramStart, fork_script, list_written_ids, prepare_office
from tests.support.postgres.server import Server

from anninh_core.app import App
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.kind import TIP
from anninh_core.testing import MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork"),
    pytest.mark.xdist_group("lives"),
]

KILLS = 40
SAYINGS = 90
SEED = 138
MARKS = (1, 45)
"""Range for the number of durable steps after which a process is killed; a few milliseconds are added."""


@frozen
class Aftermath:
    """The app and its chat after the last process."""

    app: App
    chat: MockChat
    kills: int


def run_and_kill(life: ProgramStart, officer: str, random: Random, *, kill: bool) -> bool:
    """Run the script in a process, kill the process midway if `kill` is set, and return whether it reached the end."""
    reading, writing = os.pipe()
    child = fork_script(evolve(life, tick=partial(os.write, writing, b".")), officer, SAYINGS)
    os.close(writing)
    marks = random.randint(*MARKS) if kill else sys.maxsize
    while marks > 0 and (seen := os.read(reading, min(marks, 4096))):
        marks -= len(seen)
    if marks == 0:
        time.sleep(random.uniform(0, 0.003))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    error = life.folder / "error.txt"
    assert not error.exists(), error.read_text(encoding="utf-8")
    return status == 0


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def first_start(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramStart]:
    """The first start of the program, on a file or a database."""
    folder = tmp_path_factory.mktemp("lives")
    if request.param == "sqlite":
        yield ProgramStart(folder, 0)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create_database()
    yield ProgramStart(folder, 0, url=url)
    server.drop_database(url)


@pytest.fixture(scope="module")
def aftermath(first_start: ProgramStart) -> Iterator[Aftermath]:
    """The state after the script was killed and restarted forty times and then reached its end."""
    random = Random(SEED)
    officer = prepare_office(first_start)
    number = 0
    ended = False
    while not ended:
        number += 1
        ended = run_and_kill(evolve(first_start, number=number), officer, random, kill=number <= KILLS)
        assert number < KILLS + 20, "it never came to its end"
    last = evolve(first_start, number=number + 1)
    clock = last.build_clock()
    chat = last.open_chat(clock)
    with last.open(clock, chat) as app:
        yield Aftermath(app, chat, number - 1)


def test_script_survives_forty_kills(aftermath: Aftermath) -> None:
    """The script is killed at least forty times, and reaches its end."""
    assert aftermath.kills >= KILLS
    assert len(list_written_ids(aftermath.chat)) == SAYINGS


def test_every_message_is_stored_once(aftermath: Aftermath) -> None:
    """Every message that people wrote is stored once."""
    app = aftermath.app
    messages = [
        app.internals.context.open_record(MESSAGE, record)
        for record in app.internals.context.storage.maintenance.scan(MESSAGE.name)
    ]
    assert sorted(message.platform_id for message in messages) == sorted(list_written_ids(aftermath.chat))
    depth = app.internals.context.storage.queues.depth()
    assert {state for state in depth if state.startswith("inbox")} == {"inbox.done"}
    assert depth["inbox.done"] == SAYINGS


def test_every_row_is_sent_once(aftermath: Aftermath) -> None:
    """Each outbox row is sent once, and nothing is sent without a row."""
    rows = aftermath.app.internals.context.storage.queues.outbox(limit=10_000)
    sent = Counter(message.key for message in aftermath.chat.messages() if not message.author)
    assert {row.state for row in rows} == {"delivered"}
    assert sent == Counter(row.id for row in rows)


def test_every_tip_is_answered_once(aftermath: Aftermath) -> None:
    """Every tip has one receipt, one answer, and the emergency numbers only in an emergency."""
    app = aftermath.app
    rows = app.internals.context.storage.queues.outbox(limit=10_000)
    tips = [
        app.internals.context.open_record(TIP, record)
        for record in app.internals.context.storage.maintenance.scan(TIP.name)
    ]
    assert len(tips) == 2 * SAYINGS // 6
    for tip in tips:
        purposes = Counter(row.purpose for row in rows if row.cause == f"tip:{tip.id}")
        expected = {"tip.receipt": 1, "tip.answer": 1} | ({"tip.emergency": 1} if tip.emergency else {})
        assert (tip.state, purposes) == (TipState.ANSWERED, expected)


def test_counters_equal_a_recount(aftermath: Aftermath) -> None:
    """The journal chain is whole, and a recount of the records equals the counters."""
    app = aftermath.app
    auditor = UnsafeLocalUsers(app).appoint("Kiểm soát", "hoa-lu", "auditor", "steering_chair")
    assert app.audit.verify(auditor).ok
    result = app.reports.recount(auditor, app.district.valid_from, app.district.valid_from.replace(year=2022))
    assert result.records > SAYINGS
    assert result.differences == ()
