"""After the whole demo, only the rows that a purge deletes connect a conversation to a person."""

import re
from collections import Counter

import pytest
from tests.conftest import PlayedDemo
from tests.support.links import find_links

from anninh_core.app.backup.row_codec import encode_row
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.ports.storages.changes import NewKey, entry_from
from anninh_core.usecase.journal.entries import read_lines

pytestmark = pytest.mark.xdist_group("demo")


def test_blind_indexes_occur_only_in_key_rows(played: PlayedDemo) -> None:
    """Blind indexes occur only in key rows, and not in a record, column, journal line, queue row, search term or
    adapter state.
    """
    rows = list(played.stage.app.internals.context.storage.maintenance.dump())
    indexes = [row.blind_index for row in rows if isinstance(row, NewKey) and row.blind_index]
    assert len(indexes) > 100
    others = b"\n".join(encode_row(row) for row in rows if not isinstance(row, NewKey))
    assert not [index for index in indexes if index.encode() in others]


def test_journal_connects_no_cases(played: PlayedDemo) -> None:
    """No journal line names both a conversation's id and a case, and every alias of a conversation occurs only once."""
    storage = played.stage.app.internals.context.storage
    lines = list(read_lines(storage.journal))
    ids = [record.id.encode() for record in storage.maintenance.scan(CONVERSATION.name)]
    assert len(ids) > 100
    joined = re.compile(b"|".join(map(re.escape, ids)))
    cases = re.compile(rb"(?:tip|inquiry):")
    assert not [line.seq for line in lines if joined.search(line.content) and cases.search(line.content)]
    names = Counter(
        touched.id for line in lines for touched in entry_from(line.content).touched if touched.kind == "conversation"
    )
    assert len(names) > len(ids)
    assert set(names.values()) == {1}


def test_no_value_connects_a_residents_records(played: PlayedDemo) -> None:
    """No value in any table occurs in two cases of a resident, or in a post in a group and a private case."""
    links = find_links(played.stage.app.internals.context)
    assert not [f"{link.value} in {sorted(link.tables)} joins {sorted(link.things)}" for link in links]
