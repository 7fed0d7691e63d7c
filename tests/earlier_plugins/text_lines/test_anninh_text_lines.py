"""The format held to its kit, and the plugin to that of plugins."""

import pytest
from anninh_core.ports import Formatter
from anninh_core.testing.kits import FormatterConformance, PluginConformance

from anninh_text_lines import TextLinesFormatter


class TestTextLinesFormatter(FormatterConformance):
    """What reaches the file, and that it is the same each time."""

    @pytest.fixture
    def formatter(self) -> Formatter:
        """Return the format."""
        return TextLinesFormatter()


class TestPlugin(PluginConformance):
    """It loads, and importing it does nothing."""

    @pytest.fixture
    def plugin(self) -> object:
        """Return the name of the entry point."""
        return "text_lines"
