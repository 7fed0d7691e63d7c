"""Layout and texts of the forms of acts, except titles and labels: `acts.toml` of each folder of pages."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from anninh_core.kernel.toml import parse_toml
from anninh_core.operations import Door

BOARD = Path(__file__).parents[1]


def has_form(door: Door, operation_name: str) -> bool:
    """Tell whether the board carries an operation out by a form: one that changes something, or has a layout."""
    operation = door.operations.get(operation_name)
    if operation is None or act_table().get(operation_name, {}).get("hidden", False):
        return False
    return operation_name in act_table() or operation.changes_something


@cache  # tables that come with the program, and never change
def act_table() -> Mapping[str, Mapping[str, Any]]:
    """Return what the forms of acts show, by the operation's name; the sentences are those of the catalogue."""
    files = sorted(BOARD.glob("*/**/acts.toml"))
    return {name: act for file in files for name, act in parse_toml(file.read_bytes()).items()}
