"""Tests of how the texts that collectors deliver are cleaned."""

from typing import Any

import pytest
from attrs import evolve

from anninh_core.domain.content.collected.cleaning import check_reading, clean_piece
from anninh_core.kernel.errors import BadInput
from anninh_core.ports import CollectedPiece, CollectionLimits, SourceReading

PIECE = CollectedPiece(id="tag:1", title="Cảnh báo", words="Không chuyển tiền.", address="https://x.gov.vn/1")
LIMITS = CollectionLimits(pieces=2)


def test_collected_text_is_cleaned_and_bounded() -> None:
    """The title of a collected text becomes one line, hidden characters are removed, and no text is longer than an item
    may be.
    """
    cleaned = clean_piece(evolve(PIECE, title=" Hai\n\u202edo\u0300ng ", words="chữ " * 10_000, author="A" * 999))
    assert cleaned.title == "Hai dòng"
    assert (len(cleaned.words), len(cleaned.author)) == (20_000, 200)
    assert clean_piece(evolve(PIECE, title="")).title == PIECE.words


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x()",
        "file:///etc/passwd",
        "https://user:word@x.gov.vn",
        "//x.gov.vn",
        "http://[x",
        "https://" + "x" * 3000,
    ],
)
def test_only_plain_web_addresses_are_kept(address: str) -> None:
    """The address of a collected text is dropped if it isn't http or https, or contains a password."""
    assert clean_piece(evolve(PIECE, address=address)).address == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": 5},
        {"id": "x" * 3000},
        {"id": "\ud800"},
        {"title": "", "words": ""},
        {"words": None},
        {"published": "now"},
    ],
)
def test_incomplete_pieces_are_refused(changes: dict[str, Any]) -> None:
    """A collected text without a valid id, text or time is refused."""
    with pytest.raises(BadInput):
        clean_piece(evolve(PIECE, **changes))


@pytest.mark.parametrize(
    "reading",
    [
        None,
        [PIECE],
        SourceReading(pieces=(PIECE,) * 3, cursor=""),
        SourceReading(pieces=(), cursor="x" * 100_000),
        SourceReading(pieces=(), cursor=5),  # type: ignore[arg-type]
        SourceReading(pieces=(), cursor="\ud800"),
    ],
)
def test_invalid_readings_are_refused(reading: object) -> None:
    """A collector's delivery with an invalid part is refused completely, so that the stored cursor stays readable."""
    with pytest.raises(BadInput):
        check_reading(reading, LIMITS)
