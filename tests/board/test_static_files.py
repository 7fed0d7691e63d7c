"""Styles and scripts that the pages load."""

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
"""Maximal bytes of each of our own files: connections are slow, and phones old."""


@pytest.mark.parametrize("name", BOUNDS)
def test_static_files_stay_within_bounds(name: str) -> None:
    """Each of our own static files stays within its bound."""
    assert len(files("anninh_core.board").joinpath("static", name).read_bytes()) <= BOUNDS[name]


def test_each_static_file_has_a_bound() -> None:
    """Each of our own styles and scripts has a bound."""
    names = {file.name for file in files("anninh_core.board").joinpath("static").iterdir()}
    assert {name for name in names if name.endswith((".css", ".js"))} - {"htmx.min.js"} == set(BOUNDS)
