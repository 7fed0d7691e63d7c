"""Import a package's public names on first use (PEP 562), so that importing the package stays cheap."""

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Any


def install_lazy_imports(package: str) -> None:
    """Give `package` the names that its stub `__init__.pyi` imports, each imported on first use.

    Type checkers and editors read the stub. `__getattr__` is set from here, because a `__getattr__` in the package's
    own file would hide misspelt names from them.

    Args:
        package: the package's `__name__`.
    """
    module = sys.modules[package]

    @cache
    # The stub is read at the first access and cached, because most programs import modules of a package and none of its
    # names.
    def load_defining_modules() -> dict[str, str]:
        return read_stub(Path(str(module.__file__)).with_suffix(".pyi"))

    def __getattr__(name: str) -> Any:  # noqa: N807  it becomes the module's own
        if name == "__all__":
            return sorted(load_defining_modules())
        if name not in load_defining_modules():
            from anninh_core._moved import find_moved_object  # noqa: PLC0415  no name of today needs it

            return find_moved_object(package, name)
        # The public name may belong to a module, so `getattr` is used.
        return getattr(__import__(load_defining_modules()[name], fromlist=[name]), name)

    def __dir__() -> list[str]:  # noqa: N807  it becomes the module's own
        return sorted(load_defining_modules())

    vars(module).update(__getattr__=__getattr__, __dir__=__dir__)


def read_stub(stub: Path) -> dict[str, str]:
    """Return the names that a stub imports, each with the name of the module that defines it."""
    imports = ast.parse(stub.read_text(encoding="utf-8")).body
    return {
        alias.name: node.module
        for node in imports
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
