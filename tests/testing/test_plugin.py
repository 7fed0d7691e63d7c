"""The mock messenger is provided by a plugin."""

import subprocess
import sys

from anninh_core.plugins import Plugins
from anninh_core.testing import MockMessenger, plugin


def test_registers_the_mock() -> None:
    """The hook returns only the mock messenger."""
    assert plugin.anninh_messengers() == [MockMessenger]


def test_found_by_entry_point() -> None:
    """Settings that name the plugin find the mock by its name."""
    assert Plugins(["mock"]).messenger("mock") is MockMessenger


def test_loading_is_cheap() -> None:
    """Importing the entry point doesn't import the mock."""
    code = "import sys, anninh_core.testing.plugin; print('anninh_core.testing.mock' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
