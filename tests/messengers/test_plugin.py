"""Assisted posting comes in by the plugin door."""

import subprocess
import sys

from anninh_core.messengers import AssistedMessenger, plugin


def test_registers_assisted_posting() -> None:
    """The hook gives the one messenger of this package."""
    assert plugin.anninh_messengers() == [AssistedMessenger]


def test_loading_is_cheap() -> None:
    """The entry point alone imports no messenger."""
    code = "import sys, anninh_core.messengers.plugin; print('anninh_core.messengers.assisted' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
