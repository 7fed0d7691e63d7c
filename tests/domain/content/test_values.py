"""Tests of the content of an item, and of its hash."""

import unicodedata
from datetime import date
from typing import Any

import msgspec
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.content.conftest import PIECE

from anninh_core.domain.content import ItemContent, Urgency
from anninh_core.vocabulary.messages import Attachment


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khác"},
        {"body": "Khác"},
        {"category": "policy"},
        {"units": ("ninh-hoa",)},
        {"group_kinds": ("commune",)},
        {"source_name": "Khác"},
        {"source_url": "https://khac.gov.vn"},
        {"decision_number": "12/QĐ"},
        {"decision_date": date(2021, 3, 5)},
        {"decision_issuer": "Công an tỉnh"},
        {"requester": "Bà Thử"},
        {"requester_check": "Gọi lại"},
        {"attachments": (Attachment("image", blob="0" * 64),)},
        {"urgency": Urgency.IMMEDIATE},
        {"expires": date(2021, 9, 30)},
        {"replaces": "x"},
        {"rumour": "Tin đồn"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_hash_covers_every_field(change: dict[str, Any]) -> None:
    """A change of any field of an item's content changes its hash."""
    assert evolve(PIECE, **change).hash != PIECE.hash


def test_hash_names_all_fields() -> None:
    """The test of an item's hash changes each of the 17 fields of its content."""
    assert len(msgspec.to_builtins(PIECE)) == 17


@given(st.text(), st.text())
def test_hash_survives_storage_and_encoding(title: str, body: str) -> None:
    """The content of an item is normalized to NFC, and keeps its hash through storage."""
    piece = evolve(PIECE, title=unicodedata.normalize("NFD", title), body=body)
    assert piece.title == unicodedata.normalize("NFC", title)
    assert msgspec.json.decode(msgspec.json.encode(piece), type=ItemContent).hash == piece.hash
