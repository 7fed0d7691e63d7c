"""Layout and texts of the forms of acts, except titles and labels: `acts.toml` of each folder of pages."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from anninh_core.kernel.toml import parse_toml

BOARD = Path(__file__).parents[1]


@cache  # tables that come with the program, and never change
def act_table() -> Mapping[str, Mapping[str, Any]]:
    """Return what the forms of acts show, by the operation's name; the sentences are those of the catalogue."""
    files = sorted(BOARD.glob("*/**/acts.toml"))
    return {name: act for file in files for name, act in parse_toml(file.read_bytes()).items()}
