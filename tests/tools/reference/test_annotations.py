"""How the reference writes types."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pytest
from tools.reference.annotations import iter_classes, write_linked_type

from anninh_core.domain.tips import Tip, TipState
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.signatures import format_type


@pytest.mark.parametrize(
    ("annotation", "written"),
    [
        (Id, "Id"),
        (Sequence[Id], "Sequence[Id]"),
        (TipState | None, "TipState | None"),
        (tuple[Tip, ...], "tuple[Tip, ...]"),
        (Listing[Tip], "Listing[Tip]"),
        (Mapping[str, int], "Mapping[str, int]"),
        (Literal["newest", "due"], '"newest" | "due"'),
        (Callable[[int], None], "Callable[[int], None]"),
        (None, "None"),
        ("District", "District"),
    ],
)
def test_types_are_written_without_their_modules(annotation: Any, written: str) -> None:
    """Types are written as in the source, aliases by their names and unions with bars."""
    assert format_type(annotation) == written


def test_described_types_are_linked() -> None:
    """A described type is linked, and the rest is escaped so that no table cell ends and no link begins by chance."""
    links = {"Tip": "tips.md#Tip"}
    assert write_linked_type(Listing[Tip], links) == "Listing&#91;[Tip](tips.md#Tip)&#93;"
    assert write_linked_type(int | None, links) == "int or None"


def test_nested_classes_are_found() -> None:
    """The library's classes are found at any depth of a type, and no other classes."""
    assert set(iter_classes(tuple[Tip, ...] | Mapping[str, TipState] | None)) == {Tip, TipState}
