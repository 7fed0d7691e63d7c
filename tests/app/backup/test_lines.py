"""Stored rows are encoded as lines of a backup, and decoded from them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.app.backup.row_codec import decode_rows, encode_row, holds_rows, part_name
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import IndexSpec, JournalLine, Record
from anninh_core.ports.storages.dumping import KeptOutbox
from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.vocabulary.delivery import Lane

pytestmark = pytest.mark.slow

DUE = datetime(2026, 3, 1, tzinfo=UTC)
ENDED = DUE + timedelta(minutes=1)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
)
bodies = st.binary(max_size=20)


@given(seq=st.integers(1, 2**60), content=bodies | words.map(str.encode))
def test_any_journal_line_survives_encoding(seq: int, content: bytes) -> None:
    """A decoded journal line is identical byte for byte, even if its content isn't text."""
    row = JournalLine(seq=seq, previous="p", hash="h", content=content)
    assert list(decode_rows(part_name(row), iter([encode_row(row)]))) == [row]


@given(columns=st.dictionaries(words, scalars, max_size=4), multi=st.lists(words).map(tuple), body=bodies, unit=words)
def test_any_record_survives_encoding(columns: dict[str, str], multi: tuple[str, ...], body: bytes, unit: str) -> None:
    """A decoded record equals the original, including the types of its columns; the order of columns makes no
    difference.
    """
    row = Record(
        kind="x", id="i", unit=unit, version=1, schema=2, body=body, scope="s", columns=columns, multi={"m": multi}
    )
    (decoded,) = decode_rows(part_name(row), iter([encode_row(row)]))
    assert decoded == row
    assert isinstance(decoded, Record)
    assert [type(value) for _, value in sorted(decoded.columns.items())] == [
        type(value) for _, value in sorted(columns.items())
    ]
    reordered = evolve(row, columns=dict(reversed(list(columns.items()))))
    assert encode_row(reordered) == encode_row(row)


def test_any_kind_survives_encoding() -> None:
    """A decoded kind has the types of its columns."""
    spec = IndexSpec(
        kind="x",
        columns={"a": str, "b": int, "c": float, "d": bool},
        multi=("m",),
        orders={"o": ("-a", "b")},
        sealed=False,
    )
    assert list(decode_rows(part_name(spec), iter([encode_row(spec)]))) == [spec]


@pytest.mark.parametrize("bent", ["", "{", "{}", "[]", '{"columns": {"a": "complex"}}'])
def test_invalid_line_is_named_by_number(bent: str) -> None:
    """The error about an invalid row names its part and line number."""
    valid = encode_row(IndexSpec(kind="x", columns={}))
    invalid = bent if "complex" not in bent else json.dumps(json.loads(valid) | json.loads(bent))
    rows = decode_rows("kinds", iter([valid, invalid.encode()]))
    next(rows)
    with pytest.raises(
        StorageError, match=r"can't read line 2 of part kinds \(.*\): use the version that wrote the file"
    ):
        next(rows)


def test_row_parts_have_distinct_names() -> None:
    """Names distinguish parts with rows from other parts."""
    assert [holds_rows(name) for name in ("kinds", "records/tip", "states")] == [True] * 3
    assert [holds_rows(name) for name in ("blobs", "files/keys.json", "manifest.json")] == [False] * 3


@pytest.mark.parametrize(
    ("state", "error", "expected"),
    [
        ("unknown", "rung template: under way, or cut off before its outcome was known", ("template", None, "")),
        ("unknown", "rung phone: window: gone; phone: lost", ("phone", None, "window: gone; phone: lost")),
        ("unknown", "the connection broke", ("", None, "the connection broke")),
        ("ready", "stepped aside after 6 tries: busy", ("", DUE, "stepped aside after 6 tries: busy")),
        ("failed", "stepped aside after 1 tries: 404", ("", ENDED, "stepped aside after 1 tries: 404")),
        ("failed", "rung is a word", ("", None, "rung is a word")),
    ],
)
def test_first_format_outbox_row_is_converted(
    state: str, error: str, expected: tuple[str, datetime | None, str]
) -> None:
    """For a row of the first format, the data at the start of its error moves into columns; a current row stays
    unchanged.
    """
    row = OutboxRow(
        id="o",
        messenger="oa",
        conversation="oa.x",
        lane=Lane.REPLY,
        due_at=DUE,
        cause="tip:1",
        purpose="tip.answer",
        scope="tip:1",
        body=b"sealed",
        after="",
        state=OutboxState(state),
        attempts=1,
        token=1,
        created_seq=1,
        settled_at=ENDED if state != "ready" else None,
        error=error,
    )
    kept = KeptOutbox(row=row, until=None, open=False)
    content = json.loads(encode_row(kept))
    del content["row"]["delivery_method"], content["row"]["deferred_until"]
    (decoded,) = decode_rows("outbox", iter([json.dumps(content).encode()]), format=1)
    assert isinstance(decoded, KeptOutbox)
    assert (decoded.row.delivery_method, decoded.row.deferred_until, decoded.row.error) == expected
    assert evolve(decoded.row, delivery_method="", deferred_until=None, error=error) == row
    assert list(decode_rows("outbox", iter([encode_row(kept)]))) == [kept]
