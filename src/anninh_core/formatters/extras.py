"""Optional libraries of the extra `reports` and template files, loaded when a format needs them."""

from importlib import import_module
from pathlib import Path
from typing import Any

from anninh_core.kernel.errors import MissingExtra

TEMPLATES = Path(__file__).parent / "templates"


def require_module(module: str, what: str) -> Any:
    """Import a library that a format requires.

    Raises:
        MissingExtra: the library isn't installed.
    """
    try:
        return import_module(module)
    except ImportError as missing:
        raise MissingExtra(what, "reports") from missing


def read_template(name: str) -> str:
    """Return the text of a style sheet or script that is inserted into a web page."""
    return (TEMPLATES / name).read_text(encoding="utf-8")
