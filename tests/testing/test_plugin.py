"""The mock messenger comes in by the plugin door."""

import subprocess
import sys

from anninh_core.plugins import Plugins
from anninh_core.testing import MockMessenger, plugin


def test_registers_the_mock() -> None:
    """The hook gives the one messenger of this package."""
    assert plugin.anninh_messengers() == [MockMessenger]


def test_found_by_entry_point() -> None:
    """Settings that name the plugin get the mock by its name."""
    assert Plugins(["mock"]).messenger("mock") is MockMessenger


def test_loading_is_cheap() -> None:
    """The entry point alone imports no mock."""
    code = "import sys, anninh_core.testing.plugin; print('anninh_core.testing.mock' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
