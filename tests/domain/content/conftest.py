"""Fixtures: an editor, a reviewer and a publisher, and functions that make submitted, approved, published and corrected
items.
"""

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
"""A function that takes changes to the standard content, and returns an item."""
Correct = Callable[..., Item]
"""A function that takes a published item and changes to its content, and returns an approved correction."""
Settle = Callable[[str, str], None]
"""A function that takes an outbox row's id and a final state, and ends the sending of the row in that state."""


@pytest.fixture
def content(runner: UseCaseRunner) -> Content:
    return Content(runner)


@pytest.fixture
def district_editor(officer: OfficerMaker) -> Actor:
    """An editor of the district."""
    return officer("editor", "hoa-lu")


@pytest.fixture
def district_reviewer(officer: OfficerMaker) -> Actor:
    """A reviewer of the district."""
    return officer("reviewer", "hoa-lu")


@pytest.fixture
def board_publisher(officer: OfficerMaker) -> Actor:
    """A board admin of the district, who publishes."""
    return officer("board_admin", "hoa-lu")


@pytest.fixture
def make_submitted_item(content: Content, district_editor: Actor) -> Make:
    """A function that makes a submitted and checked item."""

    def write_and_submit(**changes: Any) -> Item:
        item = content.editing.write(district_editor, "hoa-lu", evolve(PIECE, **changes))
        run_step(content.editing.submit, district_editor, item.id)
        return run_step(content.editing.record_findings, system("checks"), item.id, [])

    return write_and_submit


@pytest.fixture
def make_approved_item(content: Content, district_reviewer: Actor, make_submitted_item: Make) -> Make:
    """A function that makes an item that passed the gates and was approved by a second person."""

    def submit_and_approve(**changes: Any) -> Item:
        return pass_gates(content, district_reviewer, make_submitted_item(**changes))

    return submit_and_approve


@pytest.fixture
def make_published_item(content: Content, board_publisher: Actor, make_approved_item: Make) -> Make:
    """A function that makes an item that is published in three groups."""

    def approve_and_publish(**changes: Any) -> Item:
        return run_step(content.publishing.publish, board_publisher, make_approved_item(**changes).id, TARGETS)

    return approve_and_publish


@pytest.fixture
def make_approved_correction(content: Content, district_editor: Actor, district_reviewer: Actor) -> Correct:
    """A function that makes an approved correction of a published item."""

    def correct_and_approve(original: Item, **changes: Any) -> Item:
        piece = evolve(PIECE, title="Nói lại cho đúng", category="correction", replaces=original.id, **changes)
        item = content.editing.correct(district_editor, original.id, piece)
        run_step(content.editing.submit, district_editor, item.id)
        run_step(content.editing.record_findings, system("checks"), item.id, [])
        return pass_gates(content, district_reviewer, item)

    return correct_and_approve


@pytest.fixture
def settle_outbox_row(runner: UseCaseRunner) -> Settle:
    """A function that ends the sending of an outbox row in a given state."""
    tokens: dict[str, int] = {}

    def end_sending(row: str, state: str) -> None:
        queues = runner.context.storage.queues
        now = runner.context.clock.now()
        minute = timedelta(minutes=1)
        tokens.update({claimed.id: claimed.token for claimed in queues.claim_outbox(now, minute, 100)})
        queues.start(row, tokens[row], now, minute)
        settled = OutboxSettled(id=row, token=tokens[row], state=OutboxState(state), at=now, platform_id=f"z-{row}")
        runner.context.storage.commit([ChangeSet(outbox_settled=settled)])

    return end_sending


def pass_gates(content: Content, reviewer: Actor, item: Item) -> Item:
    """Answer every gate of an item with yes, approve the item and return it."""
    for gate in content.queries.context.district.gates:
        content.review.answer_gate(reviewer, item.id, gate.id, True, "Đã đối chiếu với nguồn")
    return content.review.approve(reviewer, item.id)
