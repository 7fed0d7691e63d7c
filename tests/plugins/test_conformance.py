"""Every shipped plugin passes the kit of plugins, and those that give opinions also pass the kit of opinions."""

import pytest

from anninh_core.testing.kits.plugin.conformance import PluginConformance
from anninh_core.testing.kits.plugin.opinions import OpinionsConformance


def mark_slow_except(quick_name: str, *names: str) -> list[object]:
    """Mark all plugins except the quick one as slow, since each takes a second or more, for a separate interpreter or
    for thousands of opinions.
    """
    return [quick_name, *(pytest.param(name, marks=pytest.mark.slow) for name in names)]


class TestPlugins(PluginConformance):
    """Every shipped plugin passes the kit of plugins."""

    @pytest.fixture(params=mark_slow_except("opinions", "assisted", "embedded", "formatters", "mock", "triage", "zalo"))
    def plugin(self, request: pytest.FixtureRequest) -> object:
        return request.param


class TestOpinions(OpinionsConformance):
    """The opinions by the profile's words and by the trained model pass the kit of opinions."""

    @pytest.fixture(params=mark_slow_except("opinions", "triage"))
    def plugin(self, request: pytest.FixtureRequest) -> object:
        return request.param
