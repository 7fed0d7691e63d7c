"""Optional libraries that clean files."""

from importlib import import_module
from types import ModuleType

from anninh_core.cleaning.results import FileNotCleaned
from anninh_core.kernel.errors import MissingExtra
from anninh_core.vocabulary.files import FileReason

EXTRAS = {"PIL": "files", "pypdf": "files", "lxml": "files", "pi_heif": "heic", "pymediainfo": "video"}
"""Extras of this distribution, by the top-level package that each installs."""


def load_library(name: str, what: str) -> ModuleType:
    """Import a library.

    Raises:
        FileNotCleaned: the library isn't installed; the detail gives the install command.
    """
    try:
        return import_module(name)
    except ImportError:
        missing = MissingExtra(what, EXTRAS[name.partition(".")[0]])
        raise FileNotCleaned(FileReason.NO_LIBRARY, str(missing)) from None


def find_missing_extras() -> tuple[str, ...]:
    """Return the extras with a library that isn't installed."""
    missing = []
    for name, extra in EXTRAS.items():
        try:
            import_module(name)
        except ImportError:
            missing.append(extra)
    return tuple(dict.fromkeys(missing))
