"""Makes twins of the in-memory storage with one fault each: the package is imported again with one text changed."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from attrs import frozen

from anninh_core import testing
from anninh_core.testing import memory
from anninh_core.testing.memory import MemoryStorage

PACKAGE = memory.__name__
FOLDER = Path(memory.__file__ or "").parent


@frozen
class Fault:
    """A mistake that an author of a storage may make, as a change of the in-memory twin.

    Attributes:
        rule: number of the rule that must detect it.
        module: module of the twin, such as `ports.queues`.
        right: text that occurs exactly once in the module.
        wrong: text that replaces it.
    """

    rule: str
    module: str
    right: str
    wrong: str


def make_twin(fault: Fault) -> type[MemoryStorage]:
    """Return the twin's storage class with the fault."""
    with _reimported_package(_Changed(fault)):
        twin: type[MemoryStorage] = import_module(f"{PACKAGE}.storage").MemoryStorage
    return twin


class _Changed(MetaPathFinder):
    """Finds the faulty module and loads it with its text changed."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the spec of the faulty module, or None for any other."""
        if name != f"{PACKAGE}.{self._fault.module}":
            return None
        file = str(FOLDER / f"{self._fault.module.replace('.', '/')}.py")
        return spec_from_file_location(name, file, loader=_ChangedLoader(name, file, self._fault))


class _ChangedLoader(SourceFileLoader):
    def __init__(self, name: str, file: str, fault: Fault) -> None:
        super().__init__(name, file)
        self._fault = fault

    def get_code(self, fullname: str) -> CodeType:
        text = Path(self.path).read_text(encoding="utf-8")
        assert text.count(self._fault.right) == 1, f"{self._fault.module} has {self._fault.right!r} not once"
        return compile(text.replace(self._fault.right, self._fault.wrong), self.path, "exec")


@contextmanager
def _reimported_package(finder: MetaPathFinder) -> Iterator[None]:
    """Let the twin's package be imported again with `finder` first, and restore the original modules afterwards."""
    original_modules = {name: sys.modules.pop(name) for name in [*sys.modules] if f"{name}.".startswith(f"{PACKAGE}.")}
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if f"{name}.".startswith(f"{PACKAGE}.")]:
            del sys.modules[name]
        sys.modules.update(original_modules)
        testing.memory = memory  # an import binds it there
