"""The people of a newsroom, and functions that make submitted, approved, published and corrected items."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.content import ItemContent
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.service import Content
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.runner import UseCaseRunner

PIECE = ItemContent(
    title="Cảnh báo lừa đảo qua điện thoại",
    body="Không chuyển tiền theo yêu cầu của người lạ.",
    category="crime_warning",
    units=("hoa-lu",),
    source_name="Công an tỉnh Ninh Bình",
    source_url="https://conganninhbinh.gov.vn/canh-bao",
)
TARGETS = tuple((f"group-{name}", f"oa.{name * 32}") for name in "abc")

Make = Callable[..., Item]
"""Takes changes to the standard piece, and returns an item."""
Correct = Callable[..., Item]
"""Takes a published item and changes to the piece, and returns an approved correction."""
Settle = Callable[[str, str], None]
"""Takes an outbox row's id, and the state in which its sending ends."""


@pytest.fixture
def content(runner: UseCaseRunner) -> Content:
    return Content(runner)


@pytest.fixture
def hoa(officer: OfficerMaker) -> Actor:
    """An editor of the district."""
    return officer("editor", "hoa-lu")


@pytest.fixture
def minh(officer: OfficerMaker) -> Actor:
    """A reviewer of the district."""
    return officer("reviewer", "hoa-lu")


@pytest.fixture
def ban(officer: OfficerMaker) -> Actor:
    """A board admin of the district, who publishes."""
    return officer("board_admin", "hoa-lu")


@pytest.fixture
def submitted(content: Content, hoa: Actor) -> Make:
    """Makes a submitted and checked item."""

    def make(**changes: Any) -> Item:
        item = content.editing.write(hoa, "hoa-lu", evolve(PIECE, **changes))
        run_step(content.editing.submit, hoa, item.id)
        return run_step(content.editing.record_findings, system("checks"), item.id, [])

    return make


@pytest.fixture
def approved(content: Content, minh: Actor, submitted: Make) -> Make:
    """Makes an item that passed the gates and was approved by a second person."""

    def make(**changes: Any) -> Item:
        return pass_gates(content, minh, submitted(**changes))

    return make


@pytest.fixture
def published(content: Content, ban: Actor, approved: Make) -> Make:
    """Makes an item that is published in three groups."""

    def make(**changes: Any) -> Item:
        return run_step(content.publishing.publish, ban, approved(**changes).id, TARGETS)

    return make


@pytest.fixture
def corrected(content: Content, hoa: Actor, minh: Actor) -> Correct:
    """Makes an approved correction."""

    def make(original: Item, **changes: Any) -> Item:
        piece = evolve(PIECE, title="Nói lại cho đúng", category="correction", replaces=original.id, **changes)
        item = content.editing.correct(hoa, original.id, piece)
        run_step(content.editing.submit, hoa, item.id)
        run_step(content.editing.record_findings, system("checks"), item.id, [])
        return pass_gates(content, minh, item)

    return make


@pytest.fixture
def settle(runner: UseCaseRunner) -> Settle:
    """Ends the sending of a row at the head of its queue."""
    tokens: dict[str, int] = {}

    def end(row: str, state: str) -> None:
        queues = runner.context.storage.queues
        now = runner.context.clock.now()
        minute = timedelta(minutes=1)
        tokens.update({claimed.id: claimed.token for claimed in queues.claim_outbox(now, minute, 100)})
        queues.start(row, tokens[row], now, minute)
        settled = OutboxSettled(id=row, token=tokens[row], state=OutboxState(state), at=now, platform_id=f"z-{row}")
        runner.context.storage.commit([ChangeSet(outbox_settled=settled)])

    return end


def pass_gates(content: Content, reviewer: Actor, item: Item) -> Item:
    """Answer every gate with yes, and approve."""
    for gate in content.queries.context.district.gates:
        content.review.answer_gate(reviewer, item.id, gate.id, True, "Đã đối chiếu với nguồn")
    return content.review.approve(reviewer, item.id)
