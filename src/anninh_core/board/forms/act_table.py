"""Layout and texts (without titles and labels) of the forms of acts, read from `acts.toml` of each screen folder."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from anninh_core.kernel.toml import parse_toml
from anninh_core.operations import OperationGateway

BOARD = Path(__file__).parents[1]


def has_form(gateway: OperationGateway, operation_name: str) -> bool:
    """Return whether the board has a form for an operation: it changes something or has a layout, and isn't hidden."""
    operation = gateway.operations.get(operation_name)
    if operation is None or load_act_table().get(operation_name, {}).get("hidden", False):
        return False
    return operation_name in load_act_table() or operation.changes_something


@cache  # The tables ship with the program and never change, so they are read once.
def load_act_table() -> Mapping[str, Mapping[str, Any]]:
    """Return the layout of each act's form by the operation's name; its texts are keys of the catalogue."""
    files = sorted(BOARD.glob("*/**/acts.toml"))
    return {name: act for file in files for name, act in parse_toml(file.read_bytes()).items()}
