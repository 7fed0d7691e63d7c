"""What a browser loads beside the pages."""

from importlib.resources import files

import pytest

BOUNDS = {
    "board.css": 10_000,
    "board.js": 4_000,
    "copy.js": 1_000,
    "danger.css": 4_000,
    "incidents.css": 4_000,
    "drafts.js": 2_000,
    "passkey.js": 2_000,
    "demo.css": 2_000,
}
"""Bytes that each of our own may have: lines are slow, and telephones old."""


@pytest.mark.parametrize("name", BOUNDS)
def test_our_own_are_small(name: str) -> None:
    """Each stays within its bound."""
    assert len(files("anninh_core.board").joinpath("static", name).read_bytes()) <= BOUNDS[name]


def test_each_has_a_bound() -> None:
    """Whoever adds a style or a script says how large it may grow."""
    found = {file.name for file in files("anninh_core.board").joinpath("static").iterdir()}
    assert {name for name in found if name.endswith((".css", ".js"))} - {"htmx.min.js"} == set(BOUNDS)
