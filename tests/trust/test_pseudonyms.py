"""Officers see a resident only under a pseudonym for the case, in whichever answer."""

from typing import Any

import pytest
from tests.trust.strangers import Town
from tests.trust.test_stranger import DOORS, call
from tests.trust.use_cases import Door

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.tips.kind import TIP
from anninh_core.usecase.kinds import Kind

pytestmark = pytest.mark.slow  # every operation is called

BY_PERSON = {
    "moderation": "who wrote in a group is known to all of it, and is told what becomes of the post",
    "retention": "whoever decides that somebody is erased decides about the person, not about a case",
}
"""Subjects with answers about a person as such, and the reasons."""


def residents(town: Town) -> frozenset[str]:
    """Return the conversation ids of all residents with a tip or inquiry."""
    context = town.app.internals.context
    conversations = set[str]()
    kinds: tuple[Kind[Any], ...] = (TIP, INQUIRY)
    for kind in kinds:
        records = context.storage.maintenance.scan(kind.name)
        conversations |= {kind.resident(model) for model in context.iter_readable(kind, records)}
    return frozenset(conversations - {""})


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_answer_names_a_resident(town: Town, door: Door) -> None:
    """No answer of a public use case contains a resident's conversation id, whichever officer calls it."""
    if door.name.partition(".")[0] in BY_PERSON:
        pytest.skip(BY_PERSON[door.name.partition(".")[0]])
    ids = residents(town)
    assert ids
    for stranger in town.strangers.values():
        answer = repr(call(town, door, stranger).answer)
        assert not [id for id in ids if id in answer]


def test_pseudonym_belongs_to_the_case(town: Town) -> None:
    """The pseudonym differs between two tips of one resident, and is the same in a tip and its messages."""
    context = town.app.internals.context
    for tip in context.iter_readable(TIP, context.storage.maintenance.scan(TIP.name)):
        assert tip.for_handlers(context.names.pseudonym).conversation == context.names.pseudonym(
            tip.conversation, f"tip:{tip.id}"
        )
