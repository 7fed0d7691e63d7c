"""Recording of calls to Zalo."""

from collections.abc import Callable
from typing import Any

from anninh_zalo.api.calls import ApiCall


def listening(ask: Callable[[ApiCall], Any], calls: list[ApiCall]) -> Callable[[ApiCall], Any]:
    """Return `ask` with each call appended to `calls`."""

    def ask_and_record(call: ApiCall) -> Any:
        calls.append(call)
        return ask(call)

    return ask_and_record
