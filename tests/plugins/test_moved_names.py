"""Names that plugins import are found under the names that they had before they moved."""

import subprocess
import sys
from importlib import import_module

import pytest

from anninh_core._moved import MOVED

NAMES = [(old, new, name) for old, homes in MOVED.items() for new, names in homes.items() for name in names.split()]
FIRST = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from {module} import {name}
print(*{{caught.filename for caught in caught}}, {name}.__name__)
"""


@pytest.mark.parametrize(("old", "new", "name"), NAMES)
def test_an_old_name_is_the_new_thing(old: str, new: str, name: str) -> None:
    """An old name gives the object itself, and a warning that says the new name, until when, and where to read on."""
    with pytest.warns(DeprecationWarning, match=f"{old}.{name} is now {new}.{name}; the old name works until 1.0, see"):
        found = getattr(import_module(old), name)
    assert found is getattr(import_module(new), name)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("anninh_core.kernel", "BadInput"),
        ("anninh_core.ports.storages.dumping", "check_row"),
        ("anninh_core.vocabulary.files.states", "Scan"),
        ("anninh_core.vocabulary.places.names", "PlaceNames"),
    ],
)
def test_a_plugin_may_import_it_first(module: str, name: str) -> None:
    """It needs no other import before, also from a module that is gone; the warning points at the plugin's line."""
    code = FIRST.format(module=module, name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["<string>", name], done.stderr


@pytest.mark.parametrize("module", MOVED)
def test_a_name_that_never_was_is_an_error(module: str) -> None:
    """Whatever didn't move isn't found, and the error names the module."""
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'Badinput'"):
        _ = import_module(module).Badinput
