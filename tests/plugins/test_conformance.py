"""Every plugin that comes with the library passes the kit of plugins, those with opinions that of opinions too."""

import pytest

from anninh_core.testing.kits.plugin.conformance import PluginConformance
from anninh_core.testing.kits.plugin.opinions import OpinionsConformance


def slow_but(quick: str, *names: str) -> list[object]:
    """Each takes a second or more: an interpreter of its own, or some thousand questions."""
    return [quick, *(pytest.param(name, marks=pytest.mark.slow) for name in names)]


class TestPlugins(PluginConformance):
    """All of them."""

    @pytest.fixture(params=slow_but("opinions", "assisted", "embedded", "formatters", "mock", "triage", "zalo"))
    def plugin(self, request: pytest.FixtureRequest) -> object:
        return request.param


class TestOpinions(OpinionsConformance):
    """The words of the profile, and the model."""

    @pytest.fixture(params=slow_but("opinions", "triage"))
    def plugin(self, request: pytest.FixtureRequest) -> object:
        return request.param
