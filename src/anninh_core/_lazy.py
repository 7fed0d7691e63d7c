"""Resolve a package's public names on first use (PEP 562), so that importing it stays cheap."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def lazy(package: str, homes: Mapping[str, str]) -> None:
    """Give a package the `__getattr__` and `__dir__` that find its public names.

    They are put into the module from here: a type checker that saw a `__getattr__` in the package's own file would take
    any name for one of it, a misspelt one too. It reads the imports under `TYPE_CHECKING` instead.

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

    vars(sys.modules[package]).update(__getattr__=__getattr__, __dir__=__dir__)
