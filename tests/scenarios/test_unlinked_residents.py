"""After the whole play nothing but the rows that a purge deletes tells whose conversation is whose."""

from collections import Counter

import pytest
from tests.conftest import Played

from anninh_core.app.backup.row_codec import encode_row
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.ports.changes import NewKey, entry_from
from anninh_core.usecase.journal import read_lines

pytestmark = pytest.mark.xdist_group("demo")


def test_blind_indexes_stand_beside_keys_alone(played: Played) -> None:
    """In no record, column, journal line, queue row, search term or adapter's state."""
    rows = list(played.stage.app.context.storage.maintenance.dump())
    indexes = [row.blind_index for row in rows if isinstance(row, NewKey) and row.blind_index]
    assert len(indexes) > 100
    others = b"\n".join(encode_row(row) for row in rows if not isinstance(row, NewKey))
    assert not [index for index in indexes if index.encode() in others]


def test_the_journal_joins_no_cases(played: Played) -> None:
    """It names no conversation by its id, and by no other name twice: nobody tells a resident again by it alone."""
    storage = played.stage.app.context.storage
    lines = list(read_lines(storage.journal))
    content = b"\n".join(line.content for line in lines)
    ids = [record.id for record in storage.maintenance.scan(CONVERSATION.name)]
    assert len(ids) > 100
    assert not [id for id in ids if id.encode() in content]
    names = Counter(
        touched.id for line in lines for touched in entry_from(line.content).touched if touched.kind == "conversation"
    )
    assert len(names) > len(ids)
    assert set(names.values()) == {1}
