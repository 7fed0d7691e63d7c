"""Assisted posting is registered as a plugin."""

import subprocess
import sys

from anninh_core.messengers import AssistedMessenger, plugin


def test_registers_assisted_posting() -> None:
    """The hook returns the only messenger of this package."""
    assert plugin.anninh_messengers() == [AssistedMessenger]


def test_entry_point_imports_no_messenger() -> None:
    """Importing the entry point doesn't import the messenger."""
    code = "import sys, anninh_core.messengers.plugin; print('anninh_core.messengers.assisted' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
