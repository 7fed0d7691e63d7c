"""The line of a key in a TOML file is found, however the key is written."""

from importlib.resources import files
from typing import Any

import pytest

from anninh_core.kernel.toml import parse_toml
from anninh_core.profile.authoring.lines import LineIndex

TEXT = '''\
extends = "x"
[units]
a = { name = "A", parent = "b" }
[units."b/c"]
name = """
[units.d]
name = 1
"""
parent = "a"
[[gates]]
id = "one"
question = "?"
[[gates]]
question = "?"
id = 'two'
[templates.t]
title = "T"
[[templates.t.sections]]
heading = "H"
[[templates.t.sections]]
heading = "I"
[wording]
"tip.receipt" = "x"
[calendar.weekly]
mon = [
  "07:30-11:30",
]
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("extends", 1),
        ("units", 2),
        ("units.a.parent", 3),
        ("units.b/c.parent", 9),
        ("units.b/c.kind", 4),
        ("units.d", 2),
        ("gates.one.question", 12),
        ("gates.two", 15),
        ("gates.2", 13),
        ("templates.t.sections.2.heading", 21),
        ("wording.tip.receipt", 23),
        ("wording", 22),
        ("calendar.weekly.mon.1", 25),
        ("nowhere", 0),
    ],
)
def test_line_of_a_key(place: str, line: int) -> None:
    """A key is found in its line, and a missing key in the line of the nearest enclosing key."""
    assert LineIndex(TEXT).find(place) == line


def _list_leaf_paths(value: Any, place: str = "") -> list[str]:
    if isinstance(value, dict):
        return [
            leaf for key, child in value.items() for leaf in _list_leaf_paths(child, f"{place}.{key}".removeprefix("."))
        ]
    return [place]


@pytest.mark.parametrize("file", ["wording.toml", "roles.toml", "plan.toml", "levels.toml"])
def test_every_key_of_a_shipped_file_is_found(file: str) -> None:
    """Every key of a shipped file is found in a line with its name."""
    text = (files("anninh_core.profile") / "data" / "co_so_2025" / file).read_text(encoding="utf-8")
    lines = text.splitlines()
    index = LineIndex(text)
    for place in _list_leaf_paths(parse_toml(text)):
        line = lines[index.find(place) - 1]
        assert any(line.lstrip().startswith((name, f'"{name}')) for name in _list_path_endings(place)), (place, line)


def _list_path_endings(place: str) -> list[str]:
    parts = place.split(".")
    return [".".join(parts[number:]) for number in range(len(parts))] + parts
