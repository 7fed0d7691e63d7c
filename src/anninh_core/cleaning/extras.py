"""Libraries that clean, which not everybody has."""

from importlib import import_module
from types import ModuleType

from anninh_core.cleaning.results import FileNotCleaned
from anninh_core.kernel.errors import MissingExtra
from anninh_core.vocabulary.files import FileReason

EXTRAS = {"PIL": "files", "pypdf": "files", "lxml": "files", "pi_heif": "heic", "pymediainfo": "video"}
"""Library -> the extra that brings it."""


def load_library(name: str, what: str) -> ModuleType:
    """Return a library.

    Raises:
        FileNotCleaned: it isn't installed; the detail says how to.
    """
    try:
        return import_module(name)
    except ImportError:
        missing = MissingExtra(what, EXTRAS[name.partition(".")[0]])
        raise FileNotCleaned(FileReason.NO_LIBRARY, str(missing)) from None


def missing_extras() -> tuple[str, ...]:
    """Return the extras of which something isn't installed."""
    missing = []
    for name, extra in EXTRAS.items():
        try:
            import_module(name)
        except ImportError:
            missing.append(extra)
    return tuple(dict.fromkeys(missing))
