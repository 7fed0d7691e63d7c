"""Names that plugins import can still be imported from the modules that these names were in before."""

import subprocess
import sys
from importlib import import_module

import pytest

from anninh_core._moved import MOVED

NAMES = [
    (old, new, old_name, new_name or old_name)
    for old, homes in MOVED.items()
    for new, names in homes.items()
    for old_name, _, new_name in (entry.partition("=") for entry in names.split())
]
FIRST = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from {module} import {name}
print(*{{caught.filename for caught in caught}}, {name}.__name__)
"""


@pytest.mark.parametrize(("old", "new", "old_name", "new_name"), NAMES)
def test_old_name_is_the_same_object(old: str, new: str, old_name: str, new_name: str) -> None:
    """An old name gives the same object as the new name, with a warning that names the new name, the release that
    removes the old one, and where to read more.
    """
    text = f"{old}.{old_name} is now {new}.{new_name}; the old name works until 1.0, see"
    with pytest.warns(DeprecationWarning, match=text):
        moved = getattr(import_module(old), old_name)
    assert moved is getattr(import_module(new), new_name)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("anninh_core.door.problems", "explain_error"),
        ("anninh_core.kernel", "BadInput"),
        ("anninh_core.ports.storages.dumping", "check_row"),
        ("anninh_core.vocabulary.files.states", "Scan"),
        ("anninh_core.vocabulary.places.names", "PlaceNames"),
    ],
)
def test_old_name_can_be_imported_first(module: str, name: str) -> None:
    """An old name can be imported first, without any other import before it and even from a removed module, and its
    warning names the plugin's own file.
    """
    code = FIRST.format(module=module, name=name)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.split() == ["<string>", name], result.stderr


@pytest.mark.parametrize("module", MOVED)
def test_unknown_name_is_an_attribute_error(module: str) -> None:
    """A name that never existed is an AttributeError that names the module."""
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'Badinput'"):
        _ = import_module(module).Badinput
