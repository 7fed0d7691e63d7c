"""What is kept of what a collector says, and what isn't taken from it."""

from typing import Any

import pytest
from attrs import evolve

from anninh_core.domain.content.collected.cleaning import check_reading, clean_piece
from anninh_core.kernel.errors import BadInput
from anninh_core.ports import CollectedPiece, CollectionLimits, SourceReading

PIECE = CollectedPiece(id="tag:1", title="Cảnh báo", words="Không chuyển tiền.", address="https://x.gov.vn/1")
LIMITS = CollectionLimits(pieces=2)


def test_harmless_and_short() -> None:
    """A title is one line, nothing is hidden, and nothing is longer than an item may be."""
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
def test_only_pages_of_the_web(address: str) -> None:
    """Where an address leads elsewhere, or has a password in it, none is kept."""
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
def test_what_lacks_something(changes: dict[str, Any]) -> None:
    """It isn't kept: it wouldn't be known again, or there is nothing to show."""
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
def test_what_is_no_reading(reading: object) -> None:
    """Nothing of it is kept, so that the cursor stays readable."""
    with pytest.raises(BadInput):
        check_reading(reading, LIMITS)
