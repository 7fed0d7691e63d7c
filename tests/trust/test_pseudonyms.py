"""In every answer, officers see a resident only under a pseudonym that belongs to the case."""

from typing import Any

import pytest
from tests.trust.strangers import PreparedApp
from tests.trust.test_stranger import DOORS, call_use_case
from tests.trust.use_cases import PublicUseCase

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.tips.kind import TIP
from anninh_core.usecase.kinds import Kind

pytestmark = pytest.mark.slow  # These tests are slow, because they call every use case.

BY_PERSON = {
    "moderation": "who wrote in a group is known to all of it, and is told what becomes of the post",
    "retention": "whoever decides that somebody is erased decides about the person, not about a case",
}
"""Subject -> why its answers are about a resident as a person, and not about a case."""


def list_conversation_ids(town: PreparedApp) -> frozenset[str]:
    """Return the conversation ids of all residents with a tip or inquiry."""
    context = town.app.internals.context
    conversations = set[str]()
    kinds: tuple[Kind[Any], ...] = (TIP, INQUIRY)
    for kind in kinds:
        records = context.storage.maintenance.scan(kind.name)
        conversations |= {kind.resident(model) for model in context.iter_readable(kind, records)}
    return frozenset(conversations - {""})


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_answer_names_a_resident(town: PreparedApp, door: PublicUseCase) -> None:
    """No answer of a public use case contains a resident's conversation id, whichever officer calls it."""
    if door.name.partition(".")[0] in BY_PERSON:
        pytest.skip(BY_PERSON[door.name.partition(".")[0]])
    ids = list_conversation_ids(town)
    assert ids
    for stranger in town.strangers.values():
        answer = repr(call_use_case(town, door, stranger).answer)
        assert not [id for id in ids if id in answer]


def test_pseudonym_belongs_to_the_case(town: PreparedApp) -> None:
    """A resident's pseudonym differs between two of their tips, and is the same in a tip and its messages."""
    context = town.app.internals.context
    for tip in context.iter_readable(TIP, context.storage.maintenance.scan(TIP.name)):
        assert tip.for_handlers(context.names.pseudonym).conversation == context.names.pseudonym(
            tip.conversation, f"tip:{tip.id}"
        )
