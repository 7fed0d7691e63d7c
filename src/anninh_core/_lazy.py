"""Resolve a package's public names on first use (PEP 562), so that importing it stays cheap."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make `__getattr__` and `__dir__` for a package.

    Args:
        package: the package's `__name__`.
        homes: public name -> the submodule that defines it.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807  it becomes the module's own
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    def __dir__() -> list[str]:  # noqa: N807  it becomes the module's own
        return sorted(homes)

    return __getattr__, __dir__
