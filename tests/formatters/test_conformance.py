"""Every format that comes with the library passes the formatter kit."""

from collections.abc import Callable

import pytest

from anninh_core.formatters import plugin
from anninh_core.ports.formatter import Formatter
from anninh_core.testing.kits.formatter.conformance import FormatterConformance

pytestmark = pytest.mark.slow

FORMATS: dict[str, Callable[[], Formatter]] = {factory().name: factory for factory in plugin.anninh_formatters()}


SLOW = ("docx", "pdf", "xlsx")
"""Names of the formats that take some tenths of a second to write a file."""


class TestFormats(FormatterConformance):
    """Contract tests for every format of the library."""

    @pytest.fixture(params=[pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in FORMATS])
    def formatter(self, request: pytest.FixtureRequest) -> Formatter:
        return FORMATS[request.param]()
