"""Records calls to Zalo's API."""

from collections.abc import Callable
from typing import Any

from anninh_zalo.api.calls import ApiCall


def record_api_calls(ask: Callable[[ApiCall], Any], calls: list[ApiCall]) -> Callable[[ApiCall], Any]:
    """Return a function that appends each call to `calls` and then calls `ask`."""

    def ask_and_record(call: ApiCall) -> Any:
        calls.append(call)
        return ask(call)

    return ask_and_record
