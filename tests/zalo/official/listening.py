"""Listening to what is asked of Zalo."""

from collections.abc import Callable
from typing import Any

from anninh_zalo.api.calls import ApiCall


def listening(ask: Callable[[ApiCall], Any], asked: list[ApiCall]) -> Callable[[ApiCall], Any]:
    """Return what asks and keeps what was asked."""

    def listens(call: ApiCall) -> Any:
        asked.append(call)
        return ask(call)

    return listens
