"""Every format that comes with the library passes the formatter kit."""

from collections.abc import Callable

import pytest

from anninh_core.formatters import plugin
from anninh_core.ports.formatter import Formatter
from anninh_core.testing.kits.formatter.conformance import FormatterConformance

pytestmark = pytest.mark.slow

FORMATS: dict[str, Callable[[], Formatter]] = {made().name: made for made in plugin.anninh_formatters()}


SLOW = ("docx", "pdf", "xlsx")
"""A file takes some tenths of a second."""


class TestFormats(FormatterConformance):
    """All of them."""

    @pytest.fixture(params=[pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in FORMATS])
    def formatter(self, request: pytest.FixtureRequest) -> Formatter:
        return FORMATS[request.param]()
